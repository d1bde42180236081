/** The charts of a set of results as Vega-Lite specifications with their data inside. */

import type { TopLevelSpec } from "vega-lite";
import { dodge, LIGHT } from "./chart_theme.ts";
import type { Estimate, ResultGroup } from "./results_groups.ts";
import { formatDensity, formatPercent, formatRatio, THIN } from "./results_numbers.ts";
import { type RuleId, ruleLabel, ruleStyle } from "./rule_style.ts";

const WIDTH = 560;
const HEIGHT = 320;
/** Room for the axes, the title, and the labels at the line ends. */
const PADDING = { left: 68, right: 136, top: 84, bottom: 52 };
const LABEL_GAP = 15;
const DENSITY_TICKS = [1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001];

/** A point of a chart: a rule at a density. */
interface Point {
  rule: RuleId;
  x: number;
  y: number;
  low?: number;
  high?: number;
}

/** A rule's label beside the chart, and the line end it belongs to. */
interface Label {
  rule: RuleId;
  label: string;
  x: number;
  y: number;
  labelY: number;
}

/** Maps a value to pixels from the top, and back. */
interface Scale {
  pixels(value: number): number;
  value(pixels: number): number;
}

/**
 * Test accuracy at the best validation epoch against realised density, on a log axis that runs from dense to sparse;
 * dense as a dashed line. Last-epoch accuracy where a run has no validation split. Undefined without any accuracy.
 */
export function accuracyChart(groups: readonly ResultGroup[]): TopLevelSpec | undefined {
  const best = groups.every((group) => group.best !== null);
  const estimateOf = (group: ResultGroup): Estimate | null => best ? group.best : group.last;
  const sparse = groups.filter((group) => group.rule !== "dense" && group.realised > 0 && estimateOf(group));
  const denseGroup = groups.find((group) => group.rule === "dense");
  const dense = denseGroup ? estimateOf(denseGroup) : null;
  if (sparse.length === 0) return undefined;

  const points = sparse.map((group): Point => {
    const { mean, half } = estimateOf(group) as Estimate;
    const band = half === null ? {} : { low: mean - half, high: mean + half };
    return { rule: group.rule, x: group.realised, y: mean, ...band };
  });
  const several = groups.some((group) => group.runs.length > 1);
  const seeds = several ? seedPoints(sparse, best) : [];
  const values = [...points, ...seeds].flatMap(({ y, low, high }) => [y, low ?? y, high ?? y]);
  if (dense) values.push(dense.mean, dense.mean + (dense.half ?? 0), dense.mean - (dense.half ?? 0));
  const [bottom, top] = accuracyDomain(values);
  const labels = lineEnds(points, linear(bottom, top), (point) => percent(point.y));

  const statistic = best
    ? "Test accuracy at the epoch of best validation accuracy"
    : "Test accuracy after the last epoch";
  const n = several ? "mean and 95 % t interval, seeds as dots" : "one seed (n = 1), no interval";
  return spec({
    title: "Accuracy against density",
    subtitle: [`${statistic}; ${n}.`, `Colour, mark and dash: rule.${dense ? " Dashed across: dense." : ""}`],
    description: accuracySummary(groups),
    x: densityAxis(points, "realised density (log scale, sparser →)"),
    y: {
      title: "test accuracy",
      scale: { domain: [bottom, top], nice: false, zero: false },
      axis: { labelExpr: `format(datum.value * 100, '~g') + '${THIN}%'`, tickCount: 6 },
    },
    points,
    seeds,
    labels,
    under: dense ? denseLayers(dense) : [],
  });
}

/**
 * Training speed over that of the dense network, against compute density, both log: what a step should cost is the
 * multiply-adds it keeps, the line 1/c. Undefined without a dense run to compare with.
 */
export function speedChart(groups: readonly ResultGroup[]): TopLevelSpec | undefined {
  const sparse = groups.filter((group) => group.rule !== "dense" && group.compute > 0 && (group.speedup ?? 0) > 0);
  if (sparse.length === 0) return undefined;
  const points = sparse.map((group): Point => ({ rule: group.rule, x: group.compute, y: group.speedup as number }));
  const ratios = points.map((point) => point.y);
  const bottom = Math.min(0.8, Math.min(...ratios) / 1.25);
  const top = Math.max(2, Math.max(...ratios) * 1.5);
  const labels = lineEnds(points, logarithmic(bottom, top), (point) => formatRatio(point.y));
  const x = densityAxis(points, "compute density c: multiply-adds kept (log scale, fewer →)");
  // The line 1/c leaves the chart at the top or at the right.
  const end = Math.max(x.scale.domain[0], 1 / top);
  const adapters = [...new Set(groups.flatMap((group) => group.runs.map((run) => run.adapter.name)))];
  return spec({
    title: "Training speed against compute density",
    subtitle: [
      `Training images a second over dense, on ${adapters.join(", ")}.`,
      "Dashed across: dense. Dotted: 1/c, where all the work left out is time saved.",
    ],
    description: speedSummary(groups),
    x,
    y: {
      title: "speed-up over dense (log scale)",
      scale: { type: "log", domain: [bottom, top], nice: false },
      axis: {
        values: [0.1, 0.2, 0.5, 1, 2, 3, 5, 10, 20, 50, 100].filter((tick) => tick >= bottom && tick <= top),
        labelExpr: "format(datum.value, '~g') + '×'",
      },
    },
    points,
    seeds: [],
    labels,
    under: [...reference(1, "dense", "sparse"), ...savedWork(end)],
  });
}

/** The accuracy chart in a sentence, for those who do not see it. */
export function accuracySummary(groups: readonly ResultGroup[]): string {
  const parts = groups.map((group) => {
    const accuracy = group.best ?? group.last;
    const density = group.rule === "dense" ? "" : ` at density ${formatDensity(group.realised)}`;
    return `${ruleLabel(group.rule)}${density} ${accuracy ? percent(accuracy.mean) : "not evaluated"}`;
  });
  return `Test accuracy: ${parts.join("; ")}.`;
}

/** The speed chart in a sentence. */
export function speedSummary(groups: readonly ResultGroup[]): string {
  const parts = groups.filter((group) => group.rule !== "dense").map((group) => {
    return `${ruleLabel(group.rule)} at compute density ${formatDensity(group.compute)} ${formatRatio(group.speedup)}`;
  });
  return `Training speed over dense: ${parts.join("; ")}.`;
}

function percent(fraction: number): string {
  return `${formatPercent(fraction, 1)}${THIN}%`;
}

/** Each seed as a dot; where there are more than five the interval says enough. */
function seedPoints(groups: readonly ResultGroup[], best: boolean): Point[] {
  return groups.filter((group) => group.runs.length <= 5).flatMap((group) =>
    group.runs.map((run): Point => ({
      rule: group.rule,
      x: run.mask.realisedDensity,
      y: (best ? run.best?.testAccuracy : run.last?.testAccuracy) ?? NaN,
    }))
  );
}

/** Bounds with a little air, on whole or half per cents. */
function accuracyDomain(values: readonly number[]): [number, number] {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const span = Math.max(high - low, 0.01);
  const step = span > 0.08 ? 0.02 : span > 0.03 ? 0.01 : 0.005;
  const bottom = Math.max(0, Math.floor((low - span * 0.08) / step) * step);
  const top = Math.min(1, Math.ceil((high + span * 0.12) / step) * step);
  return [Number(bottom.toFixed(4)), Number(top.toFixed(4))];
}

function linear(bottom: number, top: number): Scale {
  return {
    pixels: (value) => HEIGHT * (top - value) / (top - bottom),
    value: (pixels) => top - (top - bottom) * pixels / HEIGHT,
  };
}

function logarithmic(bottom: number, top: number): Scale {
  const inner = linear(Math.log(bottom), Math.log(top));
  return { pixels: (value) => inner.pixels(Math.log(value)), value: (pixels) => Math.exp(inner.value(pixels)) };
}

/** The sparsest point of each rule, its label moved apart from the others. */
function lineEnds(points: readonly Point[], scale: Scale, shown: (point: Point) => string): Label[] {
  const ends = [...new Set(points.map((point) => point.rule))].map((rule) => {
    return points.filter((point) => point.rule === rule).reduce((a, b) => (b.x < a.x ? b : a));
  });
  const places = dodge(ends.map((end) => scale.pixels(end.y)), LABEL_GAP, 6, HEIGHT - 6);
  return ends.map((end, i) => ({
    rule: end.rule,
    label: `${ruleLabel(end.rule)} ${shown(end)}`,
    x: end.x,
    y: end.y,
    labelY: scale.value(places[i]),
  }));
}

function densityAxis(points: readonly Point[], title: string) {
  const low = Math.min(...points.map((point) => point.x)) * 0.85;
  return {
    title,
    scale: { type: "log" as const, domain: [low, 1] as [number, number], reverse: true, nice: false },
    axis: { values: DENSITY_TICKS.filter((tick) => tick >= low), format: "~g", grid: false },
  };
}

type Layer = Record<string, unknown>;

/** A dashed line across, with its name over the dense end or under the sparse one. */
function reference(y: number, label: string, side: "dense" | "sparse"): Layer[] {
  const place = side === "dense"
    ? { align: "left", baseline: "bottom", dx: 4, dy: -4 }
    : { align: "right", baseline: "top", dx: -4, dy: 5 };
  const data = { values: [{ y, label }] };
  return [
    {
      data,
      mark: { type: "rule", strokeDash: [6, 4], strokeWidth: 1.5 },
      encoding: { x: { value: 0 }, x2: { value: WIDTH }, y: { field: "y" }, color: { value: LIGHT.ink } },
    },
    {
      data,
      mark: { type: "text", ...place, fontSize: 12, fontWeight: 600 },
      encoding: {
        x: { value: side === "dense" ? 0 : WIDTH },
        y: { field: "y" },
        text: { field: "label" },
        color: { value: LIGHT.ink },
      },
    },
  ];
}

function denseLayers(dense: Estimate): Layer[] {
  const lines = reference(dense.mean, `dense ${percent(dense.mean)}`, "dense");
  if (dense.half === null) return lines;
  const band = {
    data: { values: [{ low: dense.mean - dense.half, high: dense.mean + dense.half }] },
    mark: { type: "rect", opacity: 0.08 },
    encoding: {
      x: { value: 0 },
      x2: { value: WIDTH },
      y: { field: "low" },
      y2: { field: "high" },
      color: { value: LIGHT.ink },
    },
  };
  return [band, ...lines];
}

/** The line y = 1/c from c = 1 to where it leaves the chart. */
function savedWork(end: number): Layer[] {
  const color = { value: LIGHT.ink3 };
  return [
    {
      data: { values: [{ x: 1, y: 1 }, { x: end, y: 1 / end }] },
      mark: { type: "line", strokeWidth: 1.5, strokeDash: [1, 3], strokeCap: "round" },
      encoding: { x: { field: "x" }, y: { field: "y" }, color },
    },
    {
      data: { values: [{ x: end, y: 1 / end }] },
      mark: { type: "text", align: "left", baseline: "top", dx: 6, dy: 2, fontSize: 12 },
      encoding: { x: { field: "x" }, y: { field: "y" }, text: { value: "1/c" }, color },
    },
  ];
}

interface ChartParts {
  title: string;
  subtitle: string[];
  description: string;
  x: { scale: unknown; [key: string]: unknown };
  y: { scale: unknown; [key: string]: unknown };
  points: Point[];
  seeds: Point[];
  labels: Label[];
  /** Layers below the points. */
  under: Layer[];
}

/** Lines, marks and labels coloured by rule, over whatever lies under them. */
function spec(parts: ChartParts): TopLevelSpec {
  const rules = [...new Set(parts.points.map((point) => point.rule))];
  const byRule = (range: (rule: RuleId) => unknown) => ({
    field: "rule",
    type: "nominal",
    legend: null,
    scale: { domain: rules, range: rules.map(range) },
  });
  const color = byRule((rule) => ruleStyle(rule).light);
  const shape = byRule((rule) => ruleStyle(rule).shape);
  const x = { field: "x" };
  const y = { field: "y" };
  const layers: Layer[] = [
    ...parts.under,
    {
      data: { values: parts.points.filter((point) => point.low !== undefined) },
      mark: { type: "area", opacity: 0.12, line: false },
      encoding: { x, y: { field: "low" }, y2: { field: "high" }, color },
    },
    {
      data: { values: parts.seeds },
      mark: { type: "point", filled: true, size: 14, opacity: 0.7 },
      encoding: { x, y, color },
    },
    {
      data: { values: parts.labels },
      mark: { type: "rule", strokeWidth: 1, opacity: 0.55 },
      encoding: { x, y, x2: { value: WIDTH + 8 }, y2: { field: "labelY" }, color },
    },
    {
      mark: { type: "line", strokeWidth: 2 },
      encoding: { x, y, color, strokeDash: byRule((rule) => ruleStyle(rule).dash) },
    },
    {
      mark: { type: "point", filled: true, size: 64, opacity: 1 },
      encoding: { x, y, color, shape },
    },
    {
      data: { values: parts.labels },
      mark: { type: "text", align: "left", baseline: "middle", fontSize: 12, fontWeight: 600 },
      encoding: { x: { value: WIDTH + 12 }, y: { field: "labelY" }, text: { field: "label" }, color },
    },
  ];
  const chart = {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    description: parts.description,
    title: { text: parts.title, subtitle: parts.subtitle },
    width: WIDTH,
    height: HEIGHT,
    // Fixed room: the labels' width is only guessed without a canvas, and guessed far too large.
    padding: PADDING,
    autosize: { type: "none" },
    data: { values: parts.points },
    layer: layers.map((layer) => withAxes(layer, parts)),
  };
  // Vega-Lite's types spell out every legal combination, which a specification put together from parts cannot show the
  // compiler; the tests compile each chart and want no warning.
  return chart as unknown as TopLevelSpec;
}

/** Every layer names the chart's scales and axes, as Vega-Lite wants of layers that have data of their own. */
function withAxes(layer: Layer, parts: ChartParts): Layer {
  const encoding = { ...layer.encoding as Record<string, Record<string, unknown>> };
  for (const channel of ["x", "y"] as const) {
    if (encoding[channel]?.field !== undefined) {
      encoding[channel] = { ...encoding[channel], type: "quantitative", ...parts[channel] };
    }
  }
  return { ...layer, encoding };
}
