/** The figures of a set of runs, for each model and data set that there is: what a report and a page show. */

import type { Layout } from "./chart_layout.ts";
import { seriesSets } from "./chart_series.ts";
import { groupLayers, type LayerDensity } from "./report_data.ts";
import { type Figure, reportFigures } from "./report_figures.ts";
import type { CollectedRun } from "./results_collect.ts";
import type { ResultGroup } from "./results_groups.ts";
import type { RuleStyle } from "./rule_style.ts";
import type { RunResult } from "./run_result.ts";

/** Figures of one model and data set. */
export interface ReportPart {
  /** "lab, width 16 on fashion-mnist-10k" */
  readonly title: string;
  readonly figures: readonly Figure[];
  /** Looks of the figures' lines. */
  readonly looks: readonly RuleStyle[];
}

/** What figures are made from beside the groups. */
export interface PartsInput {
  readonly groups: readonly ResultGroup[];
  readonly runs: readonly CollectedRun[];
  readonly layers: ReadonlyMap<RunResult, readonly LayerDensity[]>;
  /** Runs that are not drawn; every mean is over all runs all the same. */
  readonly hidden?: ReadonlySet<RunResult>;
  /** The size of the figures; that of the page where it is left out. */
  readonly layout?: Layout;
}

/** A part for each model and data set, in the order of the groups. */
export function reportParts({ groups, runs, layers, hidden = new Set(), layout }: PartsInput): ReportPart[] {
  const byResult = new Map(runs.map((run) => [run.result, run]));
  return [...new Set(groups.map(subjectOf))].map((title) => {
    const own = groups.filter((group) => subjectOf(group) === title);
    return {
      title,
      looks: seriesSets(own).flatMap(({ series }) => series.map(({ style }) => style)),
      figures: reportFigures({
        groups: own,
        hidden,
        layout,
        runOf: (result) => byResult.get(result),
        layersOf: (group) => groupLayers(group, layers),
      }),
    };
  });
}

function subjectOf({ model, data }: ResultGroup): string {
  return `${model} on ${data}`;
}
