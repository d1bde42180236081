/** Charts of what sparsity costs and saves: step time against compute density, memory against density. */
import type { TopLevelSpec } from "vega-lite";
import {
  chartSpec,
  densityAxis,
  type Layer,
  lineEnds,
  logarithmic,
  placeLabels,
  type Point,
  reference,
} from "./chart_parts.ts";
import type { Layout } from "./chart_layout.ts";
import { LIGHT } from "./chart_theme.ts";
import { formatDensity, formatRatio } from "./results_numbers.ts";
import { type RuleId, type RuleStyle, ruleStyle } from "./rule_style.ts";

/** One line of a chart: a model under a rule, or a layer's kernel. */
export interface CostSeries {
  /** In a few words; written at the line's end. */
  readonly name: string;
  /** Gives the line its look, if no other line has it yet. */
  readonly rule: RuleId;
  /** The line's look, where it is not a rule's. */
  readonly style?: RuleStyle;
  readonly points: readonly CostPoint[];
}

/** A sparse network against its dense twin. */
export interface CostPoint {
  /** Compute density, or density: what stands on the axis. */
  readonly x: number;
  /** Cost over that of the dense twin, and its spread where there is one. */
  readonly ratio: number;
  readonly low?: number;
  readonly high?: number;
}

/** What is said around a chart. */
export interface CostTexts {
  readonly title: string;
  readonly subtitle: readonly string[];
  readonly x: string;
  readonly y: string;
  /** Written at the end of the line y = x: "y = c". */
  readonly proportional: string;
}

const RATIO_TICKS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];
const LOOKS: readonly RuleId[] = ["uniform", "erk", "balanced", "pyramidal", "custom", "dense"];

/**
 * Cost over dense against density, both log. Dashed across: dense, where sparsity breaks even. Dotted: y = x, where every
 * multiply-add that is left out is time saved. Undefined without a point.
 */
export function costChart(
  series: readonly CostSeries[],
  texts: CostTexts,
  layout?: Layout,
): TopLevelSpec | undefined {
  const shown = series.filter(({ points }) => points.length > 0);
  const points = shown.flatMap(({ name, points }) =>
    points.map(({ x, ratio, low, high }): Point => ({ series: name, x, y: ratio, low, high }))
  );
  if (points.length === 0) return undefined;
  const values = points.flatMap(({ y, low = y, high = y }) => [y, low, high]);
  const bottom = Math.min(...values) / 1.6, top = Math.max(1.3, 1.2 * Math.max(...values));
  const x = densityAxis(points, texts.x);
  const styles = stylesOf(shown);
  const ends = lineEnds(points, undefined, 1);
  return chartSpec({
    title: texts.title,
    subtitle: [...texts.subtitle],
    description: costSummary(series, texts),
    x,
    y: {
      title: texts.y,
      scale: { type: "log", domain: [bottom, top], nice: false },
      axis: {
        values: RATIO_TICKS.filter((tick) => tick >= bottom && tick <= top),
        labelExpr: "format(datum.value, '~g') + '×'",
      },
    },
    points,
    seeds: points,
    labels: placeLabels(ends, logarithmic(bottom, top, layout), formatRatio, (name) => name),
    layout,
    under: [...reference(1), ...proportional(x.scale.domain[0], bottom, texts.proportional)],
    look: (name) => styles.get(name)!,
  });
}

/** A chart of costs in a sentence, for those who do not see it. */
export function costSummary(series: readonly CostSeries[], { y }: Pick<CostTexts, "y">): string {
  const parts = series.map(({ name, points }) => {
    const each = points.map(({ x, ratio }) => `${formatRatio(ratio)} at ${formatDensity(x)}`);
    return `${name} ${each.join(", ")}`;
  });
  return `${y}: ${parts.join("; ")}.`;
}

/** Where cost over dense crosses 1 between two densities, on log axes; null where it never does. */
export function breakEven(points: readonly CostPoint[]): number | null {
  const sorted = points.toSorted((a, b) => b.x - a.x);
  for (let i = 0; i + 1 < sorted.length; i++) {
    const [dense, sparse] = [sorted[i], sorted[i + 1]];
    if (dense.ratio < 1 || sparse.ratio >= 1) continue;
    const share = Math.log(dense.ratio) / (Math.log(dense.ratio) - Math.log(sparse.ratio));
    return Math.exp(Math.log(dense.x) + share * (Math.log(sparse.x) - Math.log(dense.x)));
  }
  return null;
}

/** The look of each series: its rule's, or that of a rule which is not in the chart. */
function stylesOf(series: readonly CostSeries[]): Map<string, RuleStyle> {
  const styles = new Map<string, RuleStyle>(), taken = new Set<RuleStyle>();
  for (const { name, rule, style: own = ruleStyle(rule) } of series) {
    const wanted = [own, ...LOOKS.map((look) => ruleStyle(look))].find((style) => !taken.has(style));
    const style = wanted ?? own;
    taken.add(style);
    styles.set(name, style);
  }
  return styles;
}

/** The line y = x from (1, 1) to where it leaves the chart, at the bottom or at the right; its name stands clear of it. */
function proportional(sparsest: number, bottom: number, name: string): Layer[] {
  const color = { value: LIGHT.ink3 }, end = Math.max(sparsest, bottom);
  const place = end === bottom
    ? { align: "left", baseline: "bottom", dx: 6, dy: -4 }
    : { align: "right", baseline: "top", dx: -6, dy: 6 };
  return [
    {
      data: { values: [{ x: 1, y: 1 }, { x: end, y: end }] },
      mark: { type: "line", strokeWidth: 1.5, strokeDash: [1, 3], strokeCap: "round" },
      encoding: { x: { field: "x" }, y: { field: "y" }, color },
    },
    {
      data: { values: [{ x: end, y: end }] },
      mark: { type: "text", fontSize: 12, ...place },
      encoding: { x: { field: "x" }, y: { field: "y" }, text: { value: name }, color },
    },
  ];
}
