/** Settings worth looking at, as links with a sentence each. */
import { hrefOf } from "../../state/route.ts";
import { addLane, draft, setDraft } from "../../state/race.ts";
import { type Settings, withSettings } from "../../state/settings.ts";

/** A preset: what the controls become, and a run beside them where two are to be compared. */
interface Preset {
  readonly words: string;
  readonly settings: Settings;
  readonly beside?: Settings;
}

const PRESETS: readonly Preset[] = [
  { words: "10 %, still learns", settings: { "mask.rule": "uniform", "mask.density": 0.1 } },
  {
    words: "1 %: uniform starves, ERK does not",
    settings: { "mask.rule": "uniform", "mask.density": 0.01 },
    beside: { "mask.rule": "erk", "mask.density": 0.01 },
  },
  { words: "Balanced 0.3 is really 0.19", settings: { "mask.rule": "balanced", "mask.density": 0.3 } },
  { words: "Pyramidal starves the classifier", settings: { "mask.rule": "pyramidal", "mask.density": 0.05 } },
];

/** The list. */
export function Presets() {
  return (
    <nav class="presets" aria-label="Presets">
      <h3>Try</h3>
      <ul>
        {PRESETS.map(({ words, settings, beside }) => (
          <li key={words}>
            <a
              href={hrefOf("train", queryOf(settings))}
              onClick={(event) => {
                event.preventDefault();
                setDraft(settings);
                if (beside) void addLane(withSettings(draft.peek(), beside));
              }}
            >
              {words}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function queryOf(settings: Settings): string {
  return new URLSearchParams({
    v: "1",
    ...Object.fromEntries(Object.entries(settings).map(([k, v]) => [k, String(v)])),
  })
    .toString();
}
