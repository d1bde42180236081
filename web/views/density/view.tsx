/** The view Density: what each rule keeps, before anything is trained. Needs no GPU. */
import { useEffect } from "preact/hooks";
import type { DensityOverview, RuleExpectation } from "../../../src/experiment/density_overview.ts";
import { formatCount, formatInteger } from "../../../src/experiment/results_numbers.ts";
import { ruleLabel } from "../../../src/experiment/rule_style.ts";
import { Figure } from "../../parts/figure.tsx";
import { Segmented } from "../../parts/segmented.tsx";
import { StateMessage } from "../../parts/state_message.tsx";
import { useWidth } from "../../parts/use_width.ts";
import { hrefOf, route } from "../../state/route.ts";
import { type Choice, type Place, PLACES, ruleAt } from "./choice.ts";
import { Controls } from "./controls.tsx";
import { CostChart } from "./cost_chart.tsx";
import { LayerBars } from "./layer_bars.tsx";
import { LayerTable } from "./layer_table.tsx";
import { RuleHead, RuleNotes } from "./rule_panel.tsx";
import { choice, choose, curves, drawKey, drawn, followQuery, ignored, overview, problem, readLists } from "./state.ts";
import { layerLabel } from "./words.ts";
import "./density.css";

/** Links that show a point in one sentence. */
const PRESETS: readonly { readonly words: string; readonly query: string }[] = [
  { words: "Balanced 0.3 is really 0.19", query: "model=resnet18&mask.density=0.3&show=balanced" },
  { words: "1 %: uniform starves, ERK does not", query: "" },
  { words: "Pyramidal starves the classifier", query: "mask.density=0.005&show=pyramidal" },
];

/** All of it. */
export function DensityView() {
  const { view, query } = route.value;
  const [box, width] = useWidth<HTMLDivElement>();
  useEffect(() => void readLists(), []);
  useEffect(() => {
    if (view === "density") followQuery(query);
  }, [view, query]);
  const found = overview.value;
  return (
    <div class="density" ref={box}>
      <header class="density-head">
        <h1>Where does the density go?</h1>
        <p class="secondary">
          A rule shares one density between the layers of a network. This is what it will keep, before anything is
          trained.
        </p>
        <p class="density-presets">
          {PRESETS.map(({ words, query }) => <a key={words} href={hrefOf("density", query)}>{words}</a>)}
        </p>
        {ignored.value.map((sentence) => <p key={sentence} class="field-problem">{sentence}</p>)}
      </header>
      <Controls>
        {found && (
          <p class="field-note">
            {found.model} on {found.dataset}: images of {found.input.join("×")}, {formatInteger(found.classes)} classes,
            {" "}
            {formatCount(found.size)} weights in {found.layers.length} layers that can be sparse,{" "}
            {formatCount(found.macs)} multiply-adds an image.
          </p>
        )}
      </Controls>
      {problem.value && <StateMessage tone="bad" heading={problem.value.message} body={problem.value.hint} />}
      {found && width > 0 && <Panels choice={choice.value} overview={found} width={width} />}
    </div>
  );
}

interface PanelsProps {
  readonly choice: Choice;
  readonly overview: DensityOverview;
  readonly width: number;
}

/** Pixels below which one rule is shown at a time, and from which on the table stands beside the rules. */
const ALL_RULES = 960, TWO_COLUMNS = 1600;
const GAP = 24, PADDING = 16;

function Panels({ choice: now, overview: found, width }: PanelsProps) {
  const all = width >= ALL_RULES, beside = width >= TWO_COLUMNS;
  const places: readonly Place[] = all ? PLACES : [now.place];
  const ruleOf = (place: Place) => found.rules.find(({ rule }) => rule === ruleAt(now, place))!;
  const drawnOf = (place: Place) => drawn.value.get(drawKey(now, ruleAt(now, place)));
  const room = (beside ? Math.floor((width - GAP) * 0.62) : width) - 2 * PADDING - 2;
  const names = Math.min(
    all ? 148 : 112,
    8 + 6.6 * Math.max(...found.layers.map(({ name }) => layerLabel(name).length)),
  );
  const grid = { gridTemplateColumns: `${names}px repeat(${places.length}, minmax(0, 1fr))`, columnGap: `${GAP}px` };
  const rules = places.map(ruleOf);
  return (
    <div class={beside ? "density-body beside" : "density-body"}>
      <section class="panel density-rules" aria-label="Rules">
        {!all && (
          <Segmented
            bare
            label="Rule"
            value={now.place}
            options={PLACES.map((value) => ({ value, label: SHORT[value] }))}
            onChange={(place) => choose({ place })}
          />
        )}
        <div class={all ? "rule-grid" : "rule-single"} style={all ? grid : {}}>
          {all && <div class="rule-corner" />}
          {places.map((place) => (
            <RuleHead
              key={place}
              choice={now}
              place={place}
              overview={found}
              rule={ruleOf(place)}
              drawn={drawnOf(place)}
            />
          ))}
        </div>
        <Figure
          title="Density of each layer"
          subtitle={`Bars grow from the asked density ${found.density}: right, kept more; left, kept fewer. Numbers: weights kept, as the rule expects.`}
          name={`density-${found.model}-${found.density}`}
          table={barsTable(found, rules)}
        >
          <LayerBars overview={found} rules={rules} width={room} names={names} gap={GAP} />
        </Figure>
        <div class={all ? "rule-grid" : "rule-single"} style={all ? grid : {}}>
          {all && <h2 class="note-head">What to watch for</h2>}
          {places.map((place) => <RuleNotes key={place} rule={ruleOf(place)} drawn={drawnOf(place)} />)}
        </div>
      </section>
      <div class="density-side">
        <div class="panel">
          <LayerTable
            choice={now}
            overview={found}
            rule={ruleOf(now.place)}
            drawn={drawnOf(now.place)}
            chooser={all}
          />
        </div>
        {curves.value && (
          <div class="panel">
            <CostChart overview={found} curves={curves.value} rules={PLACES.map((place) => ruleAt(now, place))} />
          </div>
        )}
      </div>
    </div>
  );
}

/** Where four names must fit into 320 pixels. */
const SHORT: Readonly<Record<Place, string>> = {
  uniform: "uniform",
  erk: "ERK",
  balanced: "balanced",
  pyramidal: "pyramid",
};

function barsTable({ layers }: DensityOverview, rules: readonly RuleExpectation[]) {
  return {
    head: ["layer", "weights", ...rules.map(({ rule }) => ruleLabel(rule))],
    rows: layers.map(({ name, size }, l) => [layerLabel(name), size, ...rules.map(({ densities }) => densities[l])]),
  };
}
