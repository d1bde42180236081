/** Help: the keys and their switch, and the first steps once more. */
import { Dialog } from "../parts/dialog.tsx";
import { actions } from "../state/actions.ts";
import { openKeeping } from "../state/keeping.ts";
import { KEYS, keysOn, switchKeys } from "../state/keys.ts";
import { VIEW_TITLES, VIEWS } from "../state/route.ts";

/** The dialog behind "Help" and "?". */
export function Help({ onClose }: { readonly onClose: () => void }) {
  const { showFirstSteps } = actions.value;
  const showKept = () => {
    onClose();
    openKeeping();
  };
  const again = () => {
    onClose();
    showFirstSteps?.();
  };
  return (
    <Dialog title="Help" onClose={onClose}>
      <p>
        Networks are trained in this browser, on your own GPU. Runs and data sets stay in this browser and are sent
        nowhere.
      </p>
      <div class="actions">
        <button type="button" class="button" disabled={showFirstSteps === undefined} onClick={again}>
          Show the first steps again
        </button>
        <button type="button" class="button" onClick={showKept}>What this browser keeps</button>
      </div>
      <h3>Keys</h3>
      <label class="check">
        <input type="checkbox" checked={keysOn.value} onChange={(event) => switchKeys(event.currentTarget.checked)} />
        <span>Single keys work while nothing is being typed</span>
      </label>
      <dl class="keys">
        {Object.entries(KEYS).map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key === " " ? "Space" : key.toUpperCase()}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>1</kbd>–<kbd>8</kbd>
          </dt>
          <dd>{VIEWS.map((name) => VIEW_TITLES[name]).join(", ")}</dd>
        </div>
        <div>
          <dt>
            <kbd>←</kbd> <kbd>→</kbd>
          </dt>
          <dd>From lane to lane</dd>
        </div>
        <div>
          <dt>
            <kbd>Esc</kbd>
          </dt>
          <dd>Close what is open</dd>
        </div>
      </dl>
    </Dialog>
  );
}
