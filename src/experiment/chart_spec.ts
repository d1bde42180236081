/** Accuracy charts of a set of results as Vega-Lite specifications with their data inside. */

import type { TopLevelSpec } from "vega-lite";
import {
  chartSpec,
  densityAxis,
  highestEnds,
  type Layer,
  linear,
  lineEnds,
  placeLabels,
  type Point,
  reference,
} from "./chart_parts.ts";
import type { Layout } from "./chart_layout.ts";
import { FORM_MARK, hollowOf, lookOf, type SeriesSet } from "./chart_series.ts";
import { LIGHT } from "./chart_theme.ts";
import { type Estimate, INTERVAL_WORDS, isPlainDense, type ResultGroup } from "./results_groups.ts";
import { formatDensity, formatPercent, THIN } from "./results_numbers.ts";

/**
 * Test accuracy at the best validation epoch against realised density, on a log axis that runs from dense to sparse;
 * dense as a dashed line. Last-epoch accuracy where a run has no validation split. Undefined without any accuracy.
 */
export function accuracyChart(set: SeriesSet | undefined, layout?: Layout): TopLevelSpec | undefined {
  const measured = set && measure(set, (group) => group.realised, (run) => (run.method ?? run.mask).realisedDensity);
  if (!set || !measured) return undefined;
  const { points, seeds, dense, domain: [bottom, top] } = measured;
  const x = densityAxis(points, "realised density (log scale, sparser →)");
  const ends = lineEnds(points, dense?.mean, x.scale.domain[0]);
  return chartSpec({
    title: titled("Accuracy against density", set),
    subtitle: [measured.statistic, legendWords(set)],
    description: accuracySummary(set),
    x,
    y: accuracyAxis(bottom, top),
    points,
    seeds,
    labels: placeLabels(ends, linear(bottom, top, layout), percent, (name) => name),
    layout,
    under: dense ? denseLayers(dense) : [],
    look: lookOf(set),
    hollow: hollowOf(set),
  });
}

/** What an accuracy is paid with. */
export type Cost = "dense epochs" | "seconds";

const COSTS: Readonly<Record<Cost, { of: (group: ResultGroup) => Estimate | null; title: string; words: string }>> = {
  "dense epochs": {
    of: ({ denseEpochs }) => denseEpochs,
    title: "training cost in epochs of dense training (log scale)",
    words: "Cost: images trained on times compute density, and what scores and methods compute besides.",
  },
  seconds: {
    of: ({ seconds }) => seconds,
    title: "seconds of scoring and training (log scale)",
    words: "Cost: wall-clock time on the adapter at hand, compilation included.",
  },
};

/** Test accuracy against what it cost, in dense epochs or in seconds. Undefined where costs or accuracies are missing. */
export function costAccuracyChart(
  set: SeriesSet | undefined,
  cost: Cost,
  layout?: Layout,
): TopLevelSpec | undefined {
  if (!set) return undefined;
  const { of, title, words } = COSTS[cost];
  const priced = (group: ResultGroup) => (of(group)?.mean ?? 0) > 0;
  const measured = measure({
    ...set,
    series: set.series.map((line) => ({ ...line, groups: line.groups.filter(priced) })),
  }, (group) => of(group)!.mean);
  if (!measured) return undefined;
  const { dense, domain: [bottom, top] } = measured;
  const origin = set.dense && dense && priced(set.dense)
    ? [{ series: "dense", x: of(set.dense)!.mean, y: dense.mean, ...interval(dense) }]
    : [];
  const points = [...origin, ...measured.points], costs = points.map((point) => point.x);
  const domain = [Math.min(...costs) / 1.3, Math.max(...costs) * 1.2];
  return chartSpec({
    title: titled(`Accuracy against cost in ${cost}`, set),
    subtitle: [measured.statistic, words, legendWords({ ...set, dense: undefined })],
    description: costSummary(set, cost),
    x: { title, scale: { type: "log", domain, nice: false }, axis: { format: "~g", grid: false, tickCount: 6 } },
    y: accuracyAxis(bottom, top),
    points,
    seeds: [],
    bars: points,
    labels: placeLabels(highestEnds(points), linear(bottom, top, layout), percent, (name) => name),
    layout,
    under: [],
    look: lookOf(set),
    hollow: hollowOf(set),
  });
}

/** The accuracy chart in a sentence, for those who do not see it. */
export function accuracySummary({ dense, series }: SeriesSet): string {
  const parts = [...(dense ? [dense] : []), ...series.flatMap(({ groups }) => groups)].map((group) => {
    const accuracy = group.best ?? group.last;
    const density = isPlainDense(group) ? "" : ` at density ${formatDensity(group.realised)}`;
    return `${nameIn(series, group)}${density} ${accuracy ? percent(accuracy.mean) : "not evaluated"}`;
  });
  return `Test accuracy: ${parts.join("; ")}.`;
}

/** A chart of costs in a sentence. */
export function costSummary({ dense, series }: SeriesSet, cost: Cost): string {
  const parts = [...(dense ? [dense] : []), ...series.flatMap(({ groups }) => groups)].map((group) => {
    const accuracy = group.best ?? group.last, price = COSTS[cost].of(group);
    const paid = price ? `${Number(price.mean.toPrecision(3))} ${cost}` : "cost not known";
    return `${nameIn(series, group)} ${accuracy ? percent(accuracy.mean) : "not evaluated"} for ${paid}`;
  });
  return `Test accuracy and cost: ${parts.join("; ")}.`;
}

function nameIn(series: SeriesSet["series"], group: ResultGroup): string {
  return series.find(({ groups }) => groups.includes(group))?.name ?? "dense";
}

/** A chart's title, with the method it is of where there are several. */
export function titled(title: string, { title: method }: SeriesSet): string {
  return method === "" ? title : `${title}: ${method}`;
}

/** What colours, dashes and hollow marks mean. */
export function legendWords({ colour, series, dense }: SeriesSet): string {
  const hollow = series.some(({ hollow }) => hollow);
  const forms = series.some(({ name }) => name.includes(FORM_MARK));
  const look = forms ? `Colour and mark: ${colour}; dash: its form` : `Colour, mark and dash: ${colour}`;
  return `${look}.${hollow ? " Hollow: started dense." : ""}${dense ? " Dashed across: dense." : ""}`;
}

/** Accuracies of a set over some axis, with the bounds that hold them. */
function measure(
  { dense, series, hidden }: SeriesSet,
  x: (group: ResultGroup) => number,
  seedX?: (run: ResultGroup["runs"][number]) => number,
) {
  const groups = [...(dense ? [dense] : []), ...series.flatMap(({ groups }) => groups)];
  const best = groups.every((group) => group.best !== null);
  const estimateOf = (group: ResultGroup): Estimate | null => best ? group.best : group.last;
  const points = series.flatMap(({ name, groups }) =>
    groups.filter((group) => estimateOf(group) && x(group) > 0).map((group): Point => {
      const estimate = estimateOf(group)!;
      return { series: name, x: x(group), y: estimate.mean, ...interval(estimate) };
    })
  );
  if (points.length === 0) return undefined;
  const several = groups.some((group) => group.runs.length > 1);
  const seeds = several && seedX ? seedPoints(series, best, seedX, hidden) : [];
  const reference = dense ? estimateOf(dense) : null;
  const values = [...points, ...seeds].flatMap(({ y, low, high }) => [y, low ?? y, high ?? y]);
  if (reference) values.push(reference.mean, ...Object.values(interval(reference)));
  const statistic = best
    ? "Test accuracy at the epoch of best validation accuracy"
    : "Test accuracy after the last epoch";
  const dots = seeds.length > 0 ? ", seeds as dots" : "";
  const n = several
    ? `mean and ${INTERVAL_WORDS[groups[0].interval]}${dots} (${countWords(groups)})`
    : "one seed (n = 1), no interval";
  return { points, seeds, dense: reference, domain: accuracyDomain(values), statistic: `${statistic}; ${n}.` };
}

function countWords(groups: readonly ResultGroup[]): string {
  const counts = groups.map((group) => group.runs.length);
  const least = Math.min(...counts), most = Math.max(...counts);
  return least === most ? `n = ${least}` : `n = ${least} to ${most}`;
}

function accuracyAxis(bottom: number, top: number) {
  return {
    title: "test accuracy",
    scale: { domain: [bottom, top], nice: false, zero: false },
    axis: { labelExpr: `format(datum.value * 100, '.${top - bottom < 0.05 ? 1 : 0}f') + '${THIN}%'`, tickCount: 6 },
  };
}

/** An interval of accuracies; that of two seeds may well reach beyond what an accuracy can be. */
function interval({ mean, half }: Estimate): { low?: number; high?: number } {
  return half === null ? {} : { low: Math.max(0, mean - half), high: Math.min(1, mean + half) };
}

function percent(fraction: number): string {
  return `${formatPercent(fraction, 1)}${THIN}%`;
}

/** Each seed as a dot; where there are more than five the interval says enough. */
function seedPoints(
  series: SeriesSet["series"],
  best: boolean,
  x: (run: ResultGroup["runs"][number]) => number,
  hidden: SeriesSet["hidden"] = new Set(),
): Point[] {
  return series.flatMap(({ name, groups }) =>
    groups.filter((group) => group.runs.length <= 5).flatMap((group) =>
      group.runs.filter((run) => !hidden.has(run)).map((run): Point => ({
        series: name,
        x: x(run),
        y: (best ? run.best?.testAccuracy : run.last?.testAccuracy) ?? NaN,
      }))
    )
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

function denseLayers(dense: Estimate): Layer[] {
  const line = reference(dense.mean);
  if (dense.half === null) return line;
  const band = {
    data: { values: [interval(dense)] },
    mark: { type: "rect", opacity: 0.08 },
    encoding: {
      x: { value: 0 },
      x2: { value: "width" },
      y: { field: "low" },
      y2: { field: "high" },
      color: { value: LIGHT.ink },
    },
  };
  return [band, ...line];
}
