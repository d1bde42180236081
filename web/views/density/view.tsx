/** The view Density: what each rule keeps, before anything is trained. Needs no GPU. */
import { useEffect, useMemo } from "preact/hooks";
import type { RuleExpectation } from "../../../src/experiment/density_facts.ts";
import type { DensityOverview } from "../../../src/experiment/density_overview.ts";
import { formatCount, formatInteger } from "../../../src/experiment/results_numbers.ts";
import { ruleLabel } from "../../../src/experiment/rule_style.ts";
import { Figure } from "../../parts/figure.tsx";
import { Segmented } from "../../parts/segmented.tsx";
import { StateMessage } from "../../parts/state_message.tsx";
import { textScale } from "../../parts/text_scale.ts";
import { useWidth } from "../../parts/use_width.ts";
import { ViewHead } from "../../parts/view_head.tsx";
import { hrefOf, route } from "../../state/route.ts";
import { type Place, PLACES, ruleAt } from "./choice.ts";
import { Controls } from "./controls.tsx";
import { CostChart } from "./cost_chart.tsx";
import { LayerBars } from "./layer_bars.tsx";
import { LayerTable } from "./layer_table.tsx";
import { RuleHead, RuleNotes } from "./rule_panel.tsx";
import {
  choose,
  curves,
  drawKey,
  drawn,
  followQuery,
  ignored,
  problem,
  readLists,
  settled,
  type Shown,
  shown,
} from "./state.ts";
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
  return (
    <div class="density" ref={box}>
      <ViewHead
        title="Where does the density go?"
        lead="A rule shares one density between the layers of a network. This is what it will keep, before anything is trained."
      >
        <p class="density-presets">
          {PRESETS.map(({ words, query }) => <a key={words} href={hrefOf("density", query)}>{words}</a>)}
        </p>
        {ignored.value.map((sentence) => <p key={sentence} class="field-problem">{sentence}</p>)}
      </ViewHead>
      <Controls />
      <Facts />
      {problem.value && <StateMessage tone="bad" heading={problem.value.message} body={problem.value.hint} />}
      {width > 0 && <Panels width={width} />}
    </div>
  );
}

/** The network in a line. */
function Facts() {
  const found = settled.value?.overview;
  if (!found) return null;
  return (
    <p class="field-note density-facts">
      {found.model} on {found.dataset}: images of {found.input.join("×")}, {formatInteger(found.classes)} classes,{" "}
      {formatCount(found.size)} weights in {found.layers.length} layers that can be sparse, {formatCount(found.macs)}
      {" "}
      multiply-adds an image.
    </p>
  );
}

/** Pixels below which one rule is shown at a time, and from which on the table stands beside the rules. */
const ALL_RULES = 960, TWO_COLUMNS = 1600;
const GAP = 24, PADDING = 16;

function Panels({ width }: { readonly width: number }) {
  if (!settled.value) return null;
  const beside = width >= TWO_COLUMNS;
  const room = (beside ? Math.floor((width - GAP) * 0.62) : width) - 2 * PADDING - 2;
  const all = width >= ALL_RULES;
  return (
    <div class={beside ? "density-body beside" : "density-body"}>
      <section class="panel density-rules" aria-label="Rules">
        <Rules all={all} room={room} />
        <Notes all={all} />
      </section>
      <div class="density-side">
        <Side all={all} />
      </div>
    </div>
  );
}

const ruleIn = ({ choice, overview }: Shown, place: Place) =>
  overview.rules.find(({ rule }) => rule === ruleAt(choice, place))!;
const drawnIn = ({ choice }: Shown, place: Place) => drawn.value.get(drawKey(choice, ruleAt(choice, place)));
const placesOf = (all: boolean, { choice }: Shown): readonly Place[] => all ? PLACES : [choice.place];

function namesWidth(all: boolean, { layers }: DensityOverview): number {
  const letters = Math.max(...layers.map(({ name }) => layerLabel(name).length));
  return Math.round(textScale() * Math.min(all ? 148 : 112, 8 + 6.6 * letters));
}

function gridStyle(all: boolean, { overview }: Shown) {
  const columns = `${namesWidth(all, overview)}px repeat(${PLACES.length}, minmax(0, 1fr))`;
  return all ? { gridTemplateColumns: columns, columnGap: `${GAP}px` } : {};
}

/** Numbers and bars: they follow a moving slider. */
function Rules({ all, room }: { readonly all: boolean; readonly room: number }) {
  const now = shown.value;
  return now ? <RulesOf now={now} still={settled.value ?? now} all={all} room={room} /> : null;
}

interface RulesProps {
  readonly now: Shown;
  /** What is not looked at while something moves. */
  readonly still: Shown;
  readonly all: boolean;
  readonly room: number;
}

function RulesOf({ now, still, all, room }: RulesProps) {
  const { choice, overview } = now, places = placesOf(all, now), rules = places.map((place) => ruleIn(now, place));
  const key = places.map((place) => ruleAt(still.choice, place)).join();
  const told = useMemo(() => places.map((place) => ruleIn(still, place)), [still, key]);
  return (
    <>
      {!all && (
        <Segmented
          bare
          label="Rule"
          value={choice.place}
          options={PLACES.map((value) => ({ value, label: SHORT[value] }))}
          onChange={(place) => choose({ place })}
        />
      )}
      <div class={all ? "rule-grid" : "rule-single"} style={gridStyle(all, now)}>
        {all && <div class="rule-corner" />}
        {places.map((place, i) => (
          <RuleHead
            key={place}
            choice={choice}
            place={place}
            overview={overview}
            rule={rules[i]}
            drawn={drawnIn(now, place)}
          />
        ))}
      </div>
      <Figure
        title="Density of each layer"
        subtitle={`Bars grow from the asked density ${overview.density}: right, kept more; left, kept fewer. Numbers: weights kept, as the rule expects.`}
        name={`density-${overview.model}-${overview.density}`}
        table={barsTable(overview, rules)}
      >
        <LayerBars
          overview={overview}
          rules={rules}
          told={told}
          width={room}
          names={namesWidth(all, overview)}
          gap={GAP}
        />
      </Figure>
    </>
  );
}

function Notes({ all }: { readonly all: boolean }) {
  const now = settled.value;
  if (!now) return null;
  return (
    <div class={all ? "rule-grid" : "rule-single"} style={gridStyle(all, now)}>
      {all && <h2 class="note-head">What to watch for</h2>}
      {placesOf(all, now).map((place) => (
        <RuleNotes
          key={place}
          rule={ruleIn(now, place)}
          drawn={drawnIn(now, place)}
        />
      ))}
    </div>
  );
}

function Side({ all }: { readonly all: boolean }) {
  const now = settled.value;
  if (!now) return null;
  const { choice, overview } = now;
  return (
    <>
      <div class="panel">
        <LayerTable
          choice={choice}
          overview={overview}
          rule={ruleIn(now, choice.place)}
          drawn={drawnIn(now, choice.place)}
          chooser={all}
        />
      </div>
      {curves.value && (
        <div class="panel">
          <CostChart overview={overview} curves={curves.value} rules={PLACES.map((place) => ruleAt(choice, place))} />
        </div>
      )}
    </>
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
