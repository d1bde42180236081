/** The page's messages, under the run strip. */
import { Icon } from "../parts/icons.tsx";
import { dismiss, notices } from "../state/notices.ts";

/** All of them; nothing where there is none. */
export function Notices() {
  if (notices.value.length === 0) return null;
  return (
    <section class="notices" aria-label="Messages">
      {notices.value.map(({ id, heading, body, tone = "plain", actions = [], closable = true, onClose }) => (
        <div key={id} class={`notice ${tone}`} role={tone === "bad" ? "alert" : undefined}>
          {tone !== "plain" && <Icon name="warn" />}
          <p>
            <strong>{heading}</strong>
            {body && <span class="secondary">{body}</span>}
          </p>
          <div class="actions">
            {actions.map(({ label, onAct, primary }) => (
              <button key={label} type="button" class={primary ? "button primary" : "button"} onClick={onAct}>
                {label}
              </button>
            ))}
            {closable && (
              <button
                type="button"
                class="button quiet icon"
                aria-label={`Close: ${heading}`}
                onClick={() => {
                  dismiss(id);
                  onClose?.();
                }}
              >
                <Icon name="close" />
              </button>
            )}
          </div>
        </div>
      ))}
    </section>
  );
}
