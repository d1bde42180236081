/** The top of the page: wordmark, tabs, the GPU, and what can be done everywhere. */
import { useCallback } from "preact/hooks";
import { Popover } from "../parts/dialog.tsx";
import { Icon, type IconName } from "../parts/icons.tsx";
import { copied, copyCommand, copyLink, forgetCopied } from "../state/copy.ts";
import { useKey } from "../state/keys.ts";
import { hrefOf, route, VIEW_TITLES, type ViewName, VIEWS } from "../state/route.ts";
import { theme, toggleTheme } from "../state/theme.ts";
import { AdapterChip, OfflineChip } from "./chips.tsx";

/** The views that a narrow page has in its bar, with short words; the others are under "More". */
const SHORT: Partial<Record<ViewName, string>> = { train: "Train", network: "Net", density: "Dens" };
const OTHERS = VIEWS.filter((name) => !(name in SHORT));

/** Links to the views: a row at the top, a bar at the bottom of a narrow page. */
export function Tabs() {
  const { view } = route.value;
  const tab = (name: ViewName) => (
    <a
      key={name}
      href={hrefOf(name)}
      aria-current={name === view ? "page" : undefined}
      class={name in SHORT ? undefined : "wide-only"}
    >
      <span class="wide-only">{VIEW_TITLES[name]}</span>
      {name in SHORT && <span class="narrow-only">{SHORT[name]}</span>}
    </a>
  );
  return (
    <nav class="tabs" aria-label="Views">
      {VIEWS.map(tab)}
      <span class={`narrow-only more${OTHERS.includes(view) ? " current" : ""}`}>
        <Popover label={OTHERS.includes(view) ? VIEW_TITLES[view] : "More"} class="tab-button">
          <ul class="menu">
            {OTHERS.map((name) => (
              <li key={name}>
                <a href={hrefOf(name)} aria-current={name === view ? "page" : undefined}>{VIEW_TITLES[name]}</a>
              </li>
            ))}
          </ul>
        </Popover>
      </span>
    </nav>
  );
}

/** The top row without the tabs. */
export function Head({ onHelp }: { readonly onHelp: () => void }) {
  useKey("c", useCallback(() => void copyCommand(), []));
  useKey("l", useCallback(() => void copyLink(), []));
  useKey("t", toggleTheme);
  useKey("?", onHelp);
  const other = theme.value === "light" ? "Dark" : "Light";
  const tools: readonly [IconName, string, () => void][] = [
    ["link", "Copy link", () => void copyLink()],
    ["terminal", "Copy command", () => void copyCommand()],
    ["theme", `${other} theme`, toggleTheme],
    ["help", "Help", onHelp],
  ];
  return (
    <>
      <a class="wordmark" href={hrefOf("train")}>startsparse</a>
      <div class="tools">
        <OfflineChip />
        <AdapterChip />
        <div class="tool-row">
          {tools.map(([icon, words, act]) => (
            <button key={icon} type="button" class="button quiet" title={words} onClick={act}>
              <Icon name={icon} />
              <span class="tool-words">{words}</span>
            </button>
          ))}
        </div>
        <span class="tool-menu">
          <Popover label="Menu" class="button quiet">
            <ul class="menu">
              {tools.map(([icon, words, act]) => (
                <li key={icon}>
                  <button type="button" onClick={act}>
                    <Icon name={icon} />
                    {words}
                  </button>
                </li>
              ))}
            </ul>
          </Popover>
        </span>
      </div>
      <Copied />
    </>
  );
}

/** What was copied, under the buttons. The live region says it too, so that this is silent. */
function Copied() {
  const said = copied.value;
  if (!said) return null;
  return (
    <div class="copied">
      <span>{said.words}</span>
      {said.text && <textarea class="input mono" aria-label="To copy" readOnly rows={3} value={said.text} />}
      <button type="button" class="button quiet icon" aria-label="Close" onClick={forgetCopied}>
        <Icon name="close" />
      </button>
    </div>
  );
}
