/** The grid: a preset, its rules, densities and seeds, and how large and how long. */
import { ruleLabel } from "../../../src/experiment/rule_style.ts";
import type { RuleId } from "../../../src/experiment/rule_style.ts";
import { ListBox } from "../../parts/list_box.tsx";
import { RuleGlyph } from "../../parts/marks.tsx";
import { NumberField } from "../../parts/number_field.tsx";
import { Segmented } from "../../parts/segmented.tsx";
import { choice, choose, sweeping } from "./state.ts";

const PRESETS = [
  { value: "mini/er-ratios", label: "Rules", meaning: "mini/er-ratios: dense and four rules at several densities" },
  { value: "mini/flow", label: "Flow preservation", meaning: "mini/flow: off, as described, as released" },
  { value: "mini/er-scores", label: "Scores", meaning: "mini/er-scores: densities borrowed from scores" },
  { value: "mini/imp", label: "Iterative pruning", meaning: "mini/imp: from a random source and from dense" },
  { value: "mini/dst", label: "Dynamic sparse training", meaning: "mini/dst: RigL and GraNet from random sources" },
  { value: "mini/str", label: "STR", meaning: "mini/str: learned thresholds in random sources" },
  {
    value: "mini/edge-popup",
    label: "Edge-popup",
    meaning: "mini/edge-popup: a subnetwork that is found, not trained",
  },
] as const;
const RULES: readonly RuleId[] = ["dense", "uniform", "erk", "balanced", "pyramidal"];
const DENSITIES = [0.5, 0.2, 0.1, 0.05, 0.02, 0.01];

/** The choosers; locked while cells are trained. */
export function Chooser() {
  const { preset, rules, densities, seeds, width, epochs, images } = choice.value, locked = sweeping.value;
  const own = preset === "mini/er-ratios";
  return (
    <section class="panel sweep-chooser" aria-labelledby="sweep-grid">
      <h2 id="sweep-grid">Grid</h2>
      <ListBox
        label="Experiment"
        options={PRESETS}
        value={preset as typeof PRESETS[number]["value"]}
        disabled={locked}
        onChange={(preset) =>
          void choose(
            preset === "mini/er-ratios"
              ? { preset, rules: RULES, densities: [0.2, 0.05] }
              : { preset, rules: undefined, densities: undefined },
          )}
      />
      {own && (
        <Several
          label="Rules"
          options={RULES.map((value) => ({ value, label: ruleLabel(value), rule: value }))}
          chosen={rules ?? RULES}
          locked={locked}
          onChange={(rules) => void choose({ rules })}
        />
      )}
      {own && (
        <Several
          label="Densities"
          options={DENSITIES.map((value) => ({ value, label: String(value) }))}
          chosen={densities ?? DENSITIES}
          locked={locked}
          onChange={(densities) => void choose({ densities })}
        />
      )}
      <div class="sweep-sizes">
        <Segmented
          label="Seeds"
          options={[1, 2, 3, 5].map((value) => ({ value }))}
          value={seeds.length}
          disabled={locked}
          onChange={(count) => void choose({ seeds: Array.from({ length: count }, (_, i) => i + 1) })}
        />
        <Segmented
          label="Width"
          options={[8, 16, 32, 64].map((value) => ({ value }))}
          value={width}
          disabled={locked}
          onChange={(width) => void choose({ width })}
        />
        <NumberField
          label="Epochs"
          value={epochs}
          min={1}
          max={500}
          whole
          disabled={locked}
          onCommit={(epochs) => void choose({ epochs })}
        />
        <NumberField
          label="Images"
          value={images}
          min={100}
          max={10_000}
          whole
          disabled={locked}
          onCommit={(images) => void choose({ images })}
        />
      </div>
    </section>
  );
}

interface SeveralProps<Value extends string | number> {
  readonly label: string;
  readonly options: readonly { readonly value: Value; readonly label: string; readonly rule?: RuleId }[];
  readonly chosen: readonly Value[];
  readonly locked: boolean;
  readonly onChange: (chosen: readonly Value[]) => void;
}

/** Some of a few values; the last one stays. */
function Several<Value extends string | number>({ label, options, chosen, locked, onChange }: SeveralProps<Value>) {
  const toggle = (value: Value) => {
    const next = options.map((option) => option.value).filter((other) =>
      other === value ? !chosen.includes(value) : chosen.includes(other)
    );
    if (next.length > 0) onChange(next);
  };
  return (
    <fieldset class="field several" disabled={locked}>
      <legend class="field-label">{label}</legend>
      <div class="several-options">
        {options.map(({ value, label, rule }) => (
          <label key={value} class="several-option">
            <input type="checkbox" checked={chosen.includes(value)} onChange={() => toggle(value)} />
            <span class="with-mark">
              {rule && <RuleGlyph rule={rule} />}
              {label}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
