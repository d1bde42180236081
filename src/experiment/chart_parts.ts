/** What the charts of results are put together from: scales, labels at line ends, layers coloured by series. */

import type { TopLevelSpec } from "vega-lite";
import { axisTitle, broken, type Layout, PAGE } from "./chart_layout.ts";
import { dodge, LIGHT } from "./chart_theme.ts";
import { type RuleId, ruleLabel, type RuleStyle, ruleStyle } from "./rule_style.ts";

/** Generous width of a letter of a label, pixels. */
const LETTER = 7.4;
const LABEL_GAP = 15;
const DENSITY_TICKS = [1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001];

/** A point of a chart. Where the series are rules, a series is a rule's name. */
export interface Point {
  series: string;
  x: number;
  y: number;
  low?: number;
  high?: number;
}

/** A series' label beside the chart, and the line end it belongs to. */
export interface Label {
  series: string;
  label: string;
  x: number;
  y: number;
  labelY: number;
}

/** Maps a value to pixels from the top, and back. */
export interface Scale {
  /** Of the plot. */
  readonly height: number;
  pixels(value: number): number;
  value(pixels: number): number;
}

/** A linear scale over the plot's height. */
export function linear(bottom: number, top: number, { height }: Layout = PAGE): Scale {
  return {
    height,
    pixels: (value) => height * (top - value) / (top - bottom),
    value: (pixels) => top - (top - bottom) * pixels / height,
  };
}

/** A logarithmic one. */
export function logarithmic(bottom: number, top: number, layout?: Layout): Scale {
  const inner = linear(Math.log(bottom), Math.log(top), layout);
  return {
    ...inner,
    pixels: (value) => inner.pixels(Math.log(value)),
    value: (pixels) => Math.exp(inner.value(pixels)),
  };
}

/** The sparsest point of each series, and the sparse end of the dense line. */
export function lineEnds(points: readonly Point[], dense: number | undefined, sparsest: number): Point[] {
  const ends = [...new Set(points.map((point) => point.series))].map((series) => {
    return points.filter((point) => point.series === series).reduce((a, b) => (b.x < a.x ? b : a));
  });
  return dense === undefined ? ends : [{ series: "dense", x: sparsest, y: dense }, ...ends];
}

/** The point of each series that lies furthest to the right on a rising axis. */
export function highestEnds(points: readonly Point[]): Point[] {
  return [...new Set(points.map((point) => point.series))].map((series) => {
    return points.filter((point) => point.series === series).reduce((a, b) => (b.x > a.x ? b : a));
  });
}

/** A label for each line end, moved apart where they would touch. `named` is a series in words; its rule by default. */
export function placeLabels(
  ends: readonly Point[],
  scale: Scale,
  shown: (y: number) => string,
  named: (series: string) => string = (series) => ruleLabel(series as RuleId),
): Label[] {
  const places = dodge(ends.map((end) => scale.pixels(end.y)), LABEL_GAP, 6, scale.height - 6);
  return ends.map((end, i) => ({
    series: end.series,
    label: `${named(end.series)} ${shown(end.y)}`,
    x: end.x,
    y: end.y,
    labelY: scale.value(places[i]),
  }));
}

/** The log axis from dense at the left to a little beyond the sparsest point at the right. */
export function densityAxis(points: readonly Point[], title: string) {
  const low = Math.min(...points.map((point) => point.x)) * 0.85;
  return {
    title,
    scale: { type: "log" as const, domain: [low, 1] as [number, number], reverse: true, nice: false },
    axis: { values: DENSITY_TICKS.filter((tick) => tick >= low), format: "~g", grid: false },
  };
}

/** A layer of a Vega-Lite specification. */
export type Layer = Record<string, unknown>;

/** The dense network as a dashed line across. */
export function reference(y: number): Layer[] {
  return [{
    data: { values: [{ y }] },
    mark: { type: "rule", strokeDash: ruleStyle("dense").dash, strokeWidth: 1.5 },
    encoding: { x: { value: 0 }, x2: { value: "width" }, y: { field: "y" }, color: { value: LIGHT.ink } },
  }];
}

/** A chart: texts, axes and what is drawn. */
export interface ChartParts {
  title: string;
  subtitle: string[];
  description: string;
  x: { scale: unknown; [key: string]: unknown };
  y: { scale: unknown; [key: string]: unknown };
  points: Point[];
  seeds: Point[];
  /** Points whose intervals are drawn as bars, where x is no scale to fill areas over; those of `points` are bands then. */
  bars?: Point[];
  labels: Label[];
  /** Layers below the points. */
  under: Layer[];
  /** How a series looks; as its rule where it is left out. */
  look?: (series: string) => RuleStyle;
  /** Whether a series' marks are hollow; none where it is left out. */
  hollow?: (series: string) => boolean;
  layout?: Layout;
}

/** Lines, marks and labels coloured by series, over whatever lies under them. */
export function chartSpec(parts: ChartParts): TopLevelSpec {
  const { look = (series: string) => ruleStyle(series as RuleId), hollow = () => false, layout = PAGE } = parts;
  const longest = LETTER * Math.max(...parts.labels.map(({ label }) => label.length));
  const beside = 20 + longest <= layout.labelRoom, width = beside ? layout.width : layout.longWidth;
  const all = [...new Set([...parts.points, ...parts.labels].map((point) => point.series))];
  const bySeries = (range: (style: RuleStyle) => unknown) => ({
    field: "series",
    type: "nominal",
    legend: null,
    scale: { domain: all, range: all.map((series) => range(look(series))) },
  });
  const color = bySeries(({ light }) => light);
  const shape = bySeries(({ shape }) => shape);
  const x = { field: "x" };
  const y = { field: "y" };
  const known = parts.points.filter((point) => point.low !== undefined);
  // a band needs two points
  const isSingle = ({ series }: Point) => parts.points.filter((point) => point.series === series).length === 1;
  const bars = parts.bars?.filter((point) => point.low !== undefined) ?? known.filter(isSingle);
  const layers: Layer[] = [
    ...parts.under,
    {
      data: { values: parts.bars ? [] : known.filter((point) => !isSingle(point)) },
      mark: { type: "area", opacity: 0.12, line: false },
      encoding: { x, y: { field: "low" }, y2: { field: "high" }, color },
    },
    {
      data: { values: bars },
      mark: { type: "rule", strokeWidth: 1.5, opacity: 0.6 },
      encoding: { x, y: { field: "low" }, y2: { field: "high" }, color },
    },
    {
      data: { values: parts.seeds },
      mark: { type: "point", filled: true, size: 14, opacity: 0.7 },
      encoding: { x, y, color },
    },
    {
      data: { values: beside ? parts.labels : [] },
      mark: { type: "rule", strokeWidth: 1, opacity: 0.55 },
      encoding: { x, y, x2: { value: width + 8 }, y2: { field: "labelY" }, color },
    },
    {
      mark: { type: "line", strokeWidth: 2 },
      encoding: { x, y, color, strokeDash: bySeries(({ dash }) => dash) },
    },
    {
      data: { values: parts.points.filter(({ series }) => !hollow(series)) },
      mark: { type: "point", filled: true, size: 64, opacity: 1 },
      encoding: { x, y, color, shape },
    },
    {
      // the ground shows through no mark: lines would cross it
      data: { values: parts.points.filter(({ series }) => hollow(series)) },
      mark: { type: "point", filled: false, fill: LIGHT.surface, strokeWidth: 2, size: 64, opacity: 1 },
      encoding: { x, y, color, shape },
    },
    {
      data: { values: beside ? parts.labels : [] },
      mark: { type: "text", align: "left", baseline: "middle", fontSize: 12, fontWeight: 600 },
      encoding: { x: { value: width + 12 }, y: { field: "labelY" }, text: { field: "label" }, color },
    },
  ];
  const title = broken([parts.title], layout.titleLine), subtitle = broken(parts.subtitle, layout.line);
  const xTitle = axisTitle(String(parts.x.title), layout);
  // lines beyond those that the page has room for: one of a title, two under it, one of an axis
  const more = LABEL_GAP * (Math.max(0, title.length - 1) + Math.max(0, subtitle.length - (layout === PAGE ? 2 : 0)));
  const below = (Array.isArray(xTitle) ? LABEL_GAP * (xTitle.length - 1) : 0) +
    (beside ? 0 : LABEL_GAP * parts.labels.length);
  if (!beside) {
    // a series without points is a line across
    const marked = (series: string) => parts.points.some((point) => point.series === series);
    const top = layout.height + layout.padding.bottom + below - LABEL_GAP * parts.labels.length;
    layers.push(...labelsBelow(parts.labels, { look, hollow, marked, top }));
  }
  const room = Math.max(layout.padding.right, Math.ceil(20 + longest));
  const chart = {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    description: parts.description,
    title: { text: title, subtitle, dx: -layout.titleLeft },
    width,
    height: layout.height,
    // Fixed room: the labels' width is only guessed without a canvas, and guessed far too large.
    padding: {
      left: layout.padding.left,
      right: beside ? layout === PAGE ? room : layout.labelRoom : layout.padding.right,
      top: layout.padding.top + more,
      bottom: layout.padding.bottom + below + (beside ? 0 : 8),
    },
    autosize: { type: "none" },
    data: { values: parts.points },
    layer: layers.map((layer) => withAxes(layer, { x: { ...parts.x, title: xTitle }, y: yAxis(parts.y, layout) })),
  };
  // Vega-Lite's types spell out every legal combination, which a specification put together from parts cannot show the
  // compiler; the tests compile each chart and want no warning.
  return chart as unknown as TopLevelSpec;
}

/** Every layer names the chart's scales and axes, as Vega-Lite wants of layers that have data of their own. */
function withAxes(layer: Layer, parts: Pick<ChartParts, "x" | "y">): Layer {
  const encoding = { ...layer.encoding as Record<string, Record<string, unknown>> };
  for (const channel of ["x", "y"] as const) {
    if (encoding[channel]?.field !== undefined) {
      encoding[channel] = { ...encoding[channel], type: "quantitative", ...parts[channel] };
    }
  }
  return { ...layer, encoding };
}

/** In print a title that is longer than its axis would push the chart's away; that an axis is logarithmic its ticks show. */
function yAxis(y: ChartParts["y"], layout: Layout): ChartParts["y"] {
  const title = layout === PAGE ? y.title : String(y.title).replace(/ \(log scale\)$/, "");
  return { ...y, title, axis: { ...y.axis as Record<string, unknown>, titleX: -layout.axisLeft } };
}

/** A line a label under the plot, in the order of the line ends: mark and dash as drawn, and what stands at the end. */
function labelsBelow(
  labels: readonly Label[],
  { look, hollow, marked, top }: {
    look: (series: string) => RuleStyle;
    hollow: (series: string) => boolean;
    marked: (series: string) => boolean;
    top: number;
  },
): Layer[] {
  const ordered = labels.toSorted((a, b) => b.y - a.y);
  return ordered.flatMap(({ series, label }, i): Layer[] => {
    const { light, shape, dash } = look(series), color = { value: light }, y = { value: top + LABEL_GAP * (i + 0.5) };
    const mark = hollow(series) ? { filled: false, fill: LIGHT.surface, strokeWidth: 2 } : { filled: true };
    return [
      {
        data: { values: [{}] },
        mark: { type: "rule", strokeWidth: 2, strokeDash: dash },
        encoding: { x: { value: -40 }, x2: { value: -8 }, y, color },
      },
      {
        data: { values: marked(series) ? [{}] : [] },
        mark: { type: "point", size: 40, opacity: 1, ...mark },
        encoding: { x: { value: -24 }, y, color, shape: { value: shape } },
      },
      {
        data: { values: [{}] },
        mark: { type: "text", align: "left", baseline: "middle", fontSize: 12, fontWeight: 600 },
        encoding: { x: { value: -2 }, y, text: { value: label }, color },
      },
    ];
  });
}
