/** Step time of sparse networks against the dense one, from the runs' own speeds. */

import type { TopLevelSpec } from "vega-lite";
import { costChart, type CostSeries, costSummary } from "./chart_cost.ts";
import type { Layout } from "./chart_layout.ts";
import type { SeriesSet } from "./chart_series.ts";
import { changesMasks, type ResultGroup } from "./results_groups.ts";

const TITLE = "step time over dense (log scale)";

/**
 * Time of a training step over that of the dense network against compute density, both log, with the line y = c where all
 * the work left out is time saved. Of masks that stay what they are: elsewhere a run's speed belongs to no one density.
 * Undefined without a dense run, or without such a mask.
 */
export function stepTimeChart(set: SeriesSet | undefined, layout?: Layout): TopLevelSpec | undefined {
  if (!set) return undefined;
  const { adapters, series } = stepTimes(set);
  return costChart(series, {
    title: "Step time against compute density",
    subtitle: [
      `Time of a training image over dense, on ${adapters.join(", ")}; bands from the fastest seed to the slowest.`,
      "Dashed across: dense, where sparsity breaks even. Dotted: y = c, where all the work left out is time saved.",
    ],
    x: "compute density c: multiply-adds kept (log scale, fewer →)",
    y: TITLE,
    proportional: "y = c",
  }, layout);
}

/** The chart in a sentence. */
export function stepTimeSummary(set: SeriesSet): string {
  return costSummary(stepTimes(set).series, { y: "Step time over dense at compute density" });
}

function stepTimes({ dense, series }: SeriesSet): { adapters: string[]; series: CostSeries[] } {
  const speed = dense?.imagesPerSecond.mean ?? 0;
  const fixed = (group: ResultGroup) =>
    speed > 0 && group.compute > 0 && group.imagesPerSecond.mean > 0 && !group.runs.some(changesMasks);
  const shown = series.map(({ name, style, groups }): CostSeries => ({
    name,
    style,
    rule: groups[0].rule,
    points: groups.filter(fixed).map((group) => {
      const ratios = group.runs.map((run) => speed / run.imagesPerSecond).filter(Number.isFinite);
      const range = ratios.length > 1 ? { low: Math.min(...ratios), high: Math.max(...ratios) } : {};
      return { x: group.compute, ratio: speed / group.imagesPerSecond.mean, ...range };
    }),
  }));
  const runs = [...(dense ? [dense] : []), ...series.flatMap(({ groups }) => groups)].flatMap(({ runs }) => runs);
  return { adapters: [...new Set(runs.map((run) => run.adapter.name))], series: shown };
}
