/** The density at which each layer's packed kernels break even with its dense ones. */
import type { TopLevelSpec } from "vega-lite";
import { LIGHT } from "./chart_theme.ts";
import { formatDensity } from "./results_numbers.ts";
import { ruleStyle } from "./rule_style.ts";

/** One layer: break-even densities of its step and its passes, 0 where packed never wins and 1 where it always does. */
export interface BreakEvenRow {
  readonly name: string;
  readonly step: number;
  readonly passes: readonly { readonly pass: string; readonly breakEven: number }[];
}

/** Areas of the marks: the step's is the largest, and the passes' lie on it. */
const STEP_SIZE = 120, PASS_SIZE = 48;
const WIDTH = 420, ROW = 24, LETTER = 6.8;
const TICKS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];
/** Colours and marks that differ for every kind of sight. */
const LOOKS = [
  { name: "training step", style: ruleStyle("uniform") },
  { name: "forward", style: ruleStyle("erk") },
  { name: "dx", style: ruleStyle("balanced") },
  { name: "dw", style: ruleStyle("pyramidal") },
] as const;

/** A row a layer, density on a log axis; packed wins to the left of a mark. Undefined without a row. */
export function breakEvenChart(rows: readonly BreakEvenRow[], adapter: string): TopLevelSpec | undefined {
  if (rows.length === 0) return undefined;
  const marks = rows.flatMap(({ name, step, passes }) => [
    { name, what: LOOKS[0].name as string, density: step },
    ...passes.map(({ pass, breakEven }) => ({ name, what: pass, density: breakEven })),
  ]);
  const low = Math.min(0.02, ...marks.filter(({ density }) => density > 0).map(({ density }) => density)) / 1.3;
  // nothing is at 0 on a log axis: what never breaks even stands at its end
  const points = marks.map((mark) => ({ ...mark, density: Math.max(low, mark.density) }));
  const labels = rows.map(({ name, step }) => ({ name, text: stepWords(step) }));
  const x = {
    type: "quantitative",
    title: "break-even density (log scale): packed is faster to the left",
    scale: { type: "log", domain: [low, 1], nice: false },
    axis: { values: TICKS.filter((tick) => tick >= low), format: "~g" },
  };
  const y = {
    field: "name",
    type: "nominal",
    title: null,
    sort: null,
    scale: { domain: rows.map(({ name }) => name), padding: 0.5 },
    axis: { grid: true, ticks: false, labelLimit: 400, labelPadding: 10 },
  };
  const looks = (range: (look: (typeof LOOKS)[number]) => unknown) => ({
    field: "what",
    type: "nominal",
    scale: { domain: LOOKS.map(({ name }) => name), range: LOOKS.map(range) },
    legend: LEGEND,
  });
  const chart = {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    description: breakEvenSummary(rows),
    title: {
      text: "Where packed kernels break even, layer by layer",
      subtitle: [
        `Measured on ${adapter}. Below its density a layer is faster packed.`,
        "dx and dw: gradients of input and weights. At the right: of a training step, which is all three passes.",
      ],
      dx: 0,
      frame: "bounds",
    },
    width: WIDTH,
    height: { step: ROW },
    padding: {
      left: 12,
      right: Math.ceil(16 + LETTER * Math.max(...labels.map(({ text }) => text.length))),
      top: 10,
      bottom: 10,
    },
    data: { values: points },
    layer: [
      ...[true, false].map((step) => ({
        transform: [{ filter: `(datum.what === '${LOOKS[0].name}') === ${step}` }],
        mark: { type: "point", filled: true, opacity: 1, size: step ? STEP_SIZE : PASS_SIZE },
        encoding: {
          x: { ...x, field: "density" },
          y,
          color: looks(({ style }) => style.light),
          shape: looks(({ style }) => style.shape),
        },
      })),
      {
        data: { values: labels },
        mark: { type: "text", align: "left", baseline: "middle", dx: 10, fontSize: 12, clip: false },
        encoding: { x: { value: WIDTH }, y, text: { field: "text" }, color: { value: LIGHT.ink } },
      },
    ],
  };
  // as in chart_parts.ts: the tests compile the chart and want no warning
  return chart as unknown as TopLevelSpec;
}

const LEGEND = { orient: "top", direction: "horizontal", title: null, labelFontSize: 12, labelColor: LIGHT.ink2 };

function stepWords(step: number): string {
  return step <= 0 ? "never" : step >= 1 ? "always" : formatDensity(step);
}

/** The chart in a sentence, for those who do not see it. */
export function breakEvenSummary(rows: readonly BreakEvenRow[]): string {
  return `Break-even density of a training step by layer: ${
    rows.map(({ name, step }) => `${name} ${stepWords(step)}`).join("; ")
  }.`;
}
