/** Settings worth looking at, as links with a sentence each. */
import { batch } from "@preact/signals";
import { hrefOf } from "../../state/route.ts";
import { draft, extra, setDraft } from "../../state/draft.ts";
import { type Settings, withSettings } from "../../state/settings.ts";

/** A preset: what the controls become, and a run beside the two where more are to be compared. */
interface Preset {
  readonly words: string;
  readonly settings: Settings;
  readonly beside?: Settings;
}

const PRESETS: readonly Preset[] = [
  { words: "10 %, still learns", settings: { "mask.rule": "erk", "mask.density": 0.1 } },
  {
    words: "1 %: uniform starves, ERK does not",
    settings: { "mask.rule": "uniform", "mask.density": 0.01 },
    beside: { "mask.rule": "erk", "mask.density": 0.01 },
  },
  {
    words: "Balanced 0.3 is really 0.19",
    settings: { "mask.rule": "balanced", "mask.density": 0.3, "model.width": 32 },
  },
  { words: "Pyramidal starves the classifier", settings: { "mask.rule": "pyramidal", "mask.density": 0.05 } },
  {
    // width 10 has 13,090 weights to mask, and a tenth of width 32's are 13,059
    words: "Dense against same number of weights, narrow",
    settings: { "mask.rule": "erk", "mask.density": 0.1, "model.width": 32 },
    beside: { "mask.rule": "dense", "model.width": 10 },
  },
];

/** The list. Nothing is trained before the press. */
export function Presets() {
  return (
    <nav class="presets" aria-label="Presets">
      <h2>Try</h2>
      <ul>
        {PRESETS.map((preset) => (
          <li key={preset.words}>
            <a
              href={hrefOf("train", queryOf(preset))}
              onClick={(event) => {
                event.preventDefault();
                choose(preset);
              }}
            >
              {preset.words}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** What is set besides stays: the size that suits the adapter, for one. */
function choose({ settings, beside }: Preset): void {
  batch(() => {
    setDraft({ "model.name": undefined, "method.name": undefined, ...settings });
    extra.value = beside ? [withSettings(draft.peek(), beside)] : [];
  });
}

function queryOf({ settings, beside }: Preset): string {
  const part = (run: Settings) => Object.entries(run).map(([key, value]) => `${key}=${value}`).join("&");
  return `v=1&${part(settings)}&vs=dense${beside ? `;${part({ ...settings, ...beside })}` : ""}`;
}
