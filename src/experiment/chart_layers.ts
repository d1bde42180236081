/** Where a density goes: what each layer keeps, a column for each line of the other charts. */

import type { TopLevelSpec } from "vega-lite";
import type { SeriesSet } from "./chart_series.ts";
import { broken, type Layout, PAGE } from "./chart_layout.ts";
import { LIGHT } from "./chart_theme.ts";
import type { LayerDensity } from "./report_data.ts";
import type { ResultGroup } from "./results_groups.ts";
import { formatCount, formatDensity } from "./results_numbers.ts";

/** One column: a line's network at the asked density, with its layers. */
export interface LayerColumn {
  readonly name: string;
  readonly color: string;
  readonly shape: string;
  readonly layers: readonly LayerDensity[];
}

const LEAST = 1e-4;
const TICKS = [1, 0.1, 0.01, 0.001, 0.0001];

/** The columns of a set at one asked density. */
export function layerColumns(
  { series }: SeriesSet,
  nominal: number,
  layersOf: (group: ResultGroup) => readonly LayerDensity[] | null,
): LayerColumn[] {
  return series.flatMap(({ name, style, groups }) => {
    const group = groups.find((group) => group.nominal === nominal), layers = group ? layersOf(group) : null;
    return layers ? [{ name, color: style.light, shape: style.shape, layers }] : [];
  });
}

/** Bars from the asked density to the layer's: to the right it keeps more, to the left less. Undefined without masks. */
export function layerChart(
  columns: readonly LayerColumn[],
  nominal: number,
  model: string,
  layout: Layout = PAGE,
): TopLevelSpec | undefined {
  if (columns.length === 0) return undefined;
  const { numbers, gap, row, short, long } = layout.bars;
  const { columns: side, width } = columns.every(({ name }) => name.length <= short.heading) ? short : long;
  const least = Math.max(LEAST, Math.min(nominal, ...densities(columns).filter((value) => value > 0)) / 1.5);
  const names = columns[0].layers.map(({ name }) => shortName(name));
  const values = columns.flatMap(({ name, layers }) =>
    layers.map((layer) => ({
      series: name,
      layer: shortName(layer.name),
      density: Math.max(least, layer.kept / layer.size),
      asked: nominal,
      kept: formatCount(layer.kept),
    }))
  );
  const looks = (range: (column: LayerColumn) => unknown) => ({
    field: "series",
    type: "nominal",
    legend: null,
    scale: { domain: columns.map(({ name }) => name), range: columns.map(range) },
  });
  const color = looks((column) => column.color);
  const x = {
    field: "density",
    type: "quantitative",
    title: numbers ? "density (log)" : null,
    scale: { type: "log", domain: [least, 1], nice: false, clamp: true },
    axis: {
      values: TICKS.filter((tick) => tick >= least && (numbers || tick === 1 || tick === 0.01)),
      format: "~g",
      grid: false,
    },
  };
  const y = {
    field: "layer",
    type: "nominal",
    sort: names,
    title: null,
    axis: { ticks: false, grid: false, labelLimit: 160 },
  };
  const chart = {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    description: layerSummary(columns, nominal),
    title: {
      text: broken([`Density of each layer at ${formatDensity(nominal)}`], layout.measuredTitleLine),
      subtitle: broken([
        `${model}. Bars grow from the asked density: right, a layer keeps more; left, fewer.`,
        numbers
          ? "Numbers: weights kept, means over seeds. Colour and mark as in the other charts."
          : "Across: density, log. Means over seeds. Colour and mark as in the other charts.",
      ], layout.measuredLine),
      dx: 0,
      frame: "bounds",
    },
    padding: { left: 12, right: numbers ? 52 : 12, top: 10, bottom: 10 },
    data: { values },
    facet: {
      field: "series",
      type: "nominal",
      sort: columns.map(({ name }) => name),
      title: null,
      header: { labelFontWeight: 600, labelAnchor: "start", labelFontSize: 12, labelColor: LIGHT.ink, labelLimit: 285 },
    },
    columns: Math.min(side, columns.length),
    spacing: { column: gap, row: numbers ? 24 : 40 },
    // headings are measured far too wide, and would push the columns apart
    ...(numbers ? {} : { bounds: "flush" }),
    spec: {
      width,
      height: { step: row },
      layer: [
        { mark: { type: "bar", height: 8, opacity: 0.5 }, encoding: { x, x2: { field: "asked" }, y, color } },
        {
          mark: { type: "point", filled: true, size: 40, opacity: 1 },
          encoding: { x, y, color, shape: looks((column) => column.shape) },
        },
        ...(numbers
          ? [{
            mark: { type: "text", align: "left", baseline: "middle", fontSize: 10, clip: false, dx: 8 },
            encoding: { x: { value: width }, y, text: { field: "kept" }, color: { value: LIGHT.ink2 } },
          }]
          : []),
      ],
    },
  };
  // as in chart_parts.ts: the tests compile the chart and want no warning
  return chart as unknown as TopLevelSpec;
}

/** The chart in a sentence: the least and the greatest density of each column. */
export function layerSummary(columns: readonly LayerColumn[], nominal: number): string {
  const parts = columns.map(({ name, layers }) => {
    const sorted = layers.toSorted((a, b) => a.kept / a.size - b.kept / b.size);
    const [least] = sorted, most = sorted.at(-1)!;
    const words = (layer: LayerDensity) => `${formatDensity(layer.kept / layer.size)} in ${shortName(layer.name)}`;
    return `${name} from ${words(least)} to ${words(most)}`;
  });
  return `Densities of layers where ${formatDensity(nominal)} was asked for: ${parts.join("; ")}.`;
}

function densities(columns: readonly LayerColumn[]): number[] {
  return columns.flatMap(({ layers }) => layers.map(({ kept, size }) => kept / size));
}

function shortName(name: string): string {
  return name.replace(/\.weight$/, "");
}
