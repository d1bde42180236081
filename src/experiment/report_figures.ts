/** The figures of a report: which there are for a set of runs on one model and data set, and what each says. */

import type { TopLevelSpec } from "vega-lite";
import { type Curve, curvesChart } from "./chart_curves.ts";
import type { Layout } from "./chart_layout.ts";
import { layerChart, layerColumns, layerSummary } from "./chart_layers.ts";
import { type SeriesSet, seriesSets } from "./chart_series.ts";
import {
  accuracyChart,
  accuracySummary,
  type Cost,
  costAccuracyChart,
  costSummary,
  legendWords,
  titled,
} from "./chart_spec.ts";
import { stepTimeChart, stepTimeSummary } from "./chart_time.ts";
import { type CurveKind, curveOf, type LayerDensity, maskCurve, type MaskShare, meanCurve } from "./report_data.ts";
import type { CollectedRun } from "./results_collect.ts";
import type { ResultGroup } from "./results_groups.ts";
import { formatDensity, formatPercent } from "./results_numbers.ts";

/** A figure: its file's name, the chart, and the chart in words. */
export interface Figure {
  readonly name: string;
  readonly spec: TopLevelSpec;
  readonly summary: string;
}

/** What figures are drawn from. */
export interface FigureInput {
  /** All of one model and data set. */
  readonly groups: readonly ResultGroup[];
  readonly runOf: (result: ResultGroup["runs"][number]) => CollectedRun | undefined;
  readonly layersOf: (group: ResultGroup) => readonly LayerDensity[] | null;
  /** The size to draw in; that of the page where it is left out. */
  readonly layout?: Layout;
  /** Runs whose dots and curves are left out, and groups of which all are hidden; no mean changes by it. */
  readonly hidden?: ReadonlySet<ResultGroup["runs"][number]>;
}

/** Densities whose layers are drawn, at most: the densest and the sparsest. */
const LAYER_CHARTS = 2;

/** Every figure that the runs allow, in the order of a report. */
export function reportFigures(input: FigureInput): Figure[] {
  const { layout } = input;
  return seriesSets(input.groups).flatMap((all) => {
    const set = withoutHidden(all, input.hidden);
    // what times are compared with stays, shown or not
    const timed = { ...set, dense: all.dense };
    const name = (kind: string) => [kind, slug(set.title)].filter((word) => word !== "").join("-");
    const figures: (Figure | undefined)[] = [
      figure(name("accuracy"), accuracyChart(set, layout), () => accuracySummary(set)),
      ...(["dense epochs", "seconds"] as Cost[]).map((cost) => {
        return figure(name(`cost-${slug(cost)}`), costAccuracyChart(set, cost, layout), () => costSummary(set, cost));
      }),
      ...layerFigures(set, input, name),
      curvesFigure(set, input, "test accuracy", name("curves-accuracy")),
      curvesFigure(set, input, "training loss", name("curves-loss")),
      figure(name("speed"), stepTimeChart(timed, layout), () => stepTimeSummary(timed)),
      overlapFigure(set, input, "stayed", name("overlap")),
      overlapFigure(set, input, "inSource", name("in-source")),
      overlapFigure(set, input, "explored", name("explored")),
    ];
    return figures.filter((one) => one !== undefined);
  });
}

/** A set without the lines of groups that are hidden as a whole; the others stay as they are. */
function withoutHidden(set: SeriesSet, hidden: FigureInput["hidden"]): SeriesSet {
  if (!hidden || hidden.size === 0) return set;
  const shown = (group: ResultGroup) => group.runs.some((run) => !hidden.has(run));
  const series = set.series.map((line) => ({ ...line, groups: line.groups.filter(shown) }));
  return {
    ...set,
    hidden,
    dense: set.dense && shown(set.dense) ? set.dense : undefined,
    series: series.filter(({ groups }) => groups.length > 0),
  };
}

function figure(name: string, spec: TopLevelSpec | undefined, summary: () => string): Figure | undefined {
  return spec && { name, spec, summary: summary() };
}

function layerFigures(set: SeriesSet, { layersOf, layout }: FigureInput, name: (kind: string) => string) {
  const asked = set.series.flatMap(({ groups }) => groups.map(({ nominal }) => nominal)).filter((p) => p !== null);
  const sorted = [...new Set(asked)].filter((p) => p < 1).toSorted((a, b) => b - a);
  if (set.series.length === 0) return [];
  const shown = sorted.length <= LAYER_CHARTS ? sorted : [sorted[0], sorted.at(-1)!];
  return shown.map((nominal) => {
    const columns = layerColumns(set, nominal, layersOf);
    const model = set.series[0].groups[0].model;
    return figure(
      name(`layers-${nominal}`),
      layerChart(columns, nominal, model, layout),
      () => layerSummary(columns, nominal),
    );
  });
}

/** Heading of the small multiple that a group belongs to: curves have no hollow marks, so starts part them. */
function panelOf({ nominal, rule }: ResultGroup, { series }: SeriesSet): string {
  const density = nominal === null ? "density not asked for" : `density ${formatDensity(nominal)}`;
  if (!series.some(({ hollow }) => hollow)) return density;
  return `${density}, ${rule === "dense" ? "dense start" : "sparse start"}`;
}

function curvesFigure(
  set: SeriesSet,
  { runOf, layout }: FigureInput,
  kind: CurveKind,
  name: string,
): Figure | undefined {
  const of = (series: string, panel: string | null, group: ResultGroup): Curve[] => {
    const all = group.runs.map((run) => curveOf(runOf(run)?.metrics ?? [], kind));
    const plain = (points: { epoch: number; value: number }[]) =>
      points.map(({ epoch, value }) => ({ x: epoch, y: value }));
    const seeds = all.map((points, i): Curve => ({ panel, series, seed: group.runs[i].seed, points: plain(points) }))
      .filter((_, i) => !set.hidden?.has(group.runs[i]));
    return [...(all.length > 1 ? seeds : []), { panel, series, seed: null, points: plain(meanCurve(all)) }];
  };
  const ordered = set.series.flatMap(({ name, groups }) => groups.map((group) => ({ name, group })))
    .toSorted((a, b) => (b.group.nominal ?? 0) - (a.group.nominal ?? 0));
  const curves = [
    ...(set.dense ? of("dense", null, set.dense) : []),
    ...ordered.flatMap(({ name, group }) => of(name, panelOf(group, set), group)),
  ];
  const percent = kind === "test accuracy";
  const last = (group: ResultGroup) => {
    const value = meanCurve(group.runs.map((run) => curveOf(runOf(run)?.metrics ?? [], kind))).at(-1)?.value;
    return value === undefined ? "not known" : percent ? `${formatPercent(value, 1)} %` : value.toFixed(3);
  };
  const words = ordered.map(({ name, group }) => `${name} at ${panelOf(group, set)} ${last(group)}`);
  const summary = `${capital(kind)} after the last epoch: ${
    [...(set.dense ? [`dense ${last(set.dense)}`] : []), ...words].join("; ")
  }.`;
  const several = set.series.some(({ groups }) => groups.some(({ runs }) => runs.length > 1));
  const lines = several ? "Thin: each seed. Thick: their mean." : "One seed each.";
  const spec = curvesChart(set, curves, {
    title: titled(`${capital(kind)} over training`, set),
    subtitle: [`${lines} No smoothing. ${legendWords({ ...set, dense: undefined })}`],
    x: "epoch",
    y: kind,
    percent,
    description: summary,
  }, layout);
  return figure(name, spec, () => summary);
}

const OVERLAP: Readonly<Record<MaskShare, { title: string; y: string; words: string }>> = {
  stayed: {
    title: "Mask overlap from change to change",
    y: "kept weights that stayed",
    words: "Share of the kept weights that the mask before the change kept too.",
  },
  inSource: {
    title: "Mask overlap with the source",
    y: "kept weights that are in the source",
    words: "Share of the kept weights that the source, the mask at the start, keeps too.",
  },
  explored: {
    title: "Weights explored",
    y: "weights ever kept",
    words: "Share of all maskable weights that some mask so far has kept.",
  },
};

/** Only of methods whose masks change. */
function overlapFigure(
  set: SeriesSet,
  { runOf, layout }: FigureInput,
  kind: MaskShare,
  name: string,
): Figure | undefined {
  const { title, y, words } = OVERLAP[kind], ends: string[] = [];
  const curves = set.series.flatMap(({ name, groups }) =>
    groups.flatMap((group): Curve[] => {
      const known = group.runs.map((run) => ({ run, points: maskCurve(runOf(run)?.metrics ?? [], kind) }))
        .filter(({ points }) => points.length > 2);
      const all = known.map(({ points }) => points);
      if (all.length === 0) return [];
      const panel = panelOf(group, set), last = all.map((points) => points.at(-1)!.value);
      ends.push(`${name} at ${panel} ${formatPercent(last.reduce((a, b) => a + b) / last.length, 1)} %`);
      const curve = (points: { step: number; value: number }[]) =>
        points.map(({ step, value }) => ({ x: step, y: value }));
      const mean = meanCurve(all.map((points) => points.map(({ step, value }) => ({ epoch: step, value }))));
      const seeds = all.map((points, i): Curve => ({ panel, series: name, seed: i, points: curve(points) }))
        .filter((_, i) => !set.hidden?.has(known[i].run));
      return [
        ...(all.length > 1 ? seeds : []),
        { panel, series: name, seed: null, points: mean.map(({ epoch, value }) => ({ x: epoch, y: value })) },
      ];
    })
  );
  // nothing to see where a method never leaves its source
  const values = curves.flatMap(({ points }) => points.map(({ y }) => y));
  if (kind === "inSource" && values.every((value) => value > 0.9999)) return undefined;
  const summary = `${title} at the end: ${ends.join("; ")}.`;
  const subtitle = [words, `Thin: each seed. Thick: their mean. ${legendWords({ ...set, dense: undefined })}`];
  const texts = { title: titled(title, set), subtitle, x: "step", y, percent: true, whole: true, description: summary };
  return figure(name, curvesChart(set, curves, texts, layout), () => summary);
}

function capital(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}

function slug(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9.]+/g, "-").replace(/^-|-$/g, "");
}
