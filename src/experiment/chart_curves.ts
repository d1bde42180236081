/** Curves over epochs or steps as small multiples: seeds thin, their mean thick, dense in each for comparison. */

import type { TopLevelSpec } from "vega-lite";
import { DASH_OF_DENSE, type SeriesSet } from "./chart_series.ts";
import { broken, type Layout, PAGE } from "./chart_layout.ts";
import { LIGHT } from "./chart_theme.ts";
import { ruleStyle } from "./rule_style.ts";

/** One curve of a panel. */
export interface Curve {
  /** Heading of the panel that it belongs to; null for every panel. */
  readonly panel: string | null;
  /** Name of a line of the set, or "dense". */
  readonly series: string;
  /** Tells seeds apart; null for the mean of them. */
  readonly seed: number | null;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** What is said around the panels. */
export interface CurveTexts {
  readonly title: string;
  readonly subtitle: readonly string[];
  readonly x: string;
  readonly y: string;
  readonly percent: boolean;
  /** The axis goes from 0 to 1. */
  readonly whole?: boolean;
  readonly description: string;
}

/** Of a legend; in print one where names are long. */
function legendColumns(names: readonly string[], layout: Layout): number {
  if (layout === PAGE) return names.length > 5 ? layout.panels.legend : names.length;
  return names.every((name) => name.length <= 11) ? layout.panels.legend : 1;
}

/** The panels side by side, one or two a row, on one scale. Undefined where no curve has two points. */
export function curvesChart(
  set: SeriesSet,
  curves: readonly Curve[],
  texts: CurveTexts,
  layout: Layout = PAGE,
): TopLevelSpec | undefined {
  const drawn = curves.filter(({ points }) => points.length > 1);
  const panels = [...new Set(drawn.flatMap(({ panel }) => panel === null ? [] : [panel]))];
  if (panels.length === 0) return undefined;
  const values = drawn.flatMap(({ panel, series, seed, points }) =>
    (panel === null ? panels : [panel]).flatMap((panel) =>
      points.map(({ x, y }) => ({ panel, series, line: `${series} ${seed ?? "mean"}`, mean: seed === null, x, y }))
    )
  );
  const names = set.series.map(({ name }) => name).filter((name) => drawn.some(({ series }) => series === name));
  const all = drawn.some(({ series }) => series === "dense") ? ["dense", ...names] : names;
  const styleOf = (name: string) => set.series.find((line) => line.name === name)?.style ?? ruleStyle("dense");
  const legend = {
    orient: "top",
    direction: "horizontal",
    title: null,
    columns: legendColumns(all, layout),
    symbolType: "stroke",
    symbolSize: 500,
    symbolStrokeWidth: 2,
    // else the legend is as pale as the first layer
    symbolOpacity: 1,
    labelFontSize: 12,
    labelColor: LIGHT.ink2,
    labelLimit: 260,
  };
  const scale = (range: (name: string) => unknown) => ({ domain: all, range: all.map(range) });
  const color = { field: "series", type: "nominal", legend, scale: scale((name) => styleOf(name).light) };
  const strokeDash = {
    field: "series",
    type: "nominal",
    legend,
    scale: scale((name) => name === "dense" ? DASH_OF_DENSE : styleOf(name).dash),
  };
  const x = {
    field: "x",
    type: "quantitative",
    title: texts.x,
    scale: { nice: false },
    axis: { grid: false, tickCount: 5, format: "d" },
  };
  const y = {
    field: "y",
    type: "quantitative",
    title: texts.y,
    scale: texts.whole ? { domain: [0, 1] } : { zero: false },
    axis: { tickCount: 5, ...(texts.percent ? { labelExpr: "format(datum.value * 100, '.0f') + '\u2009%'" } : {}) },
  };
  const detail = { field: "line", type: "nominal" };
  const chart = {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    description: texts.description,
    title: {
      text: broken([texts.title], layout.measuredTitleLine),
      subtitle: broken(texts.subtitle, layout.measuredLine),
      dx: 0,
      frame: "bounds",
    },
    padding: { left: 12, right: layout === PAGE ? 16 : 6, top: 10, bottom: 10 },
    data: { values },
    facet: {
      field: "panel",
      type: "nominal",
      sort: panels,
      title: null,
      header: { labelFontWeight: 600, labelAnchor: "start", labelFontSize: 12, labelColor: LIGHT.ink },
    },
    columns: layout.panels.columns,
    spacing: { column: 40, row: 28 },
    spec: {
      width: layout.panels.width,
      height: layout.panels.height,
      layer: [
        {
          transform: [{ filter: "!datum.mean" }],
          mark: { type: "line", strokeWidth: 1, opacity: 0.35 },
          encoding: { x, y, color, detail },
        },
        {
          transform: [{ filter: "datum.mean" }],
          mark: { type: "line", strokeWidth: 2 },
          encoding: { x, y, color, strokeDash, detail },
        },
      ],
    },
    config: { axisY: { titleX: null } },
  };
  // as in chart_parts.ts: the tests compile the chart and want no warning
  return chart as unknown as TopLevelSpec;
}
