/** The charts of a set of results as Vega-Lite specifications with their data inside. */

import type { TopLevelSpec } from "vega-lite";
import {
  chartSpec,
  densityAxis,
  type Layer,
  linear,
  lineEnds,
  logarithmic,
  placeLabels,
  type Point,
  reference,
  WIDTH,
} from "./chart_parts.ts";
import { LIGHT } from "./chart_theme.ts";
import type { Estimate, ResultGroup } from "./results_groups.ts";
import { formatDensity, formatPercent, formatRatio, THIN } from "./results_numbers.ts";
import { ruleLabel } from "./rule_style.ts";

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
    const band = half === null ? {} : interval(mean, half);
    return { series: group.rule, x: group.realised, y: mean, ...band };
  });
  const several = groups.some((group) => group.runs.length > 1);
  const seeds = several ? seedPoints(sparse, best) : [];
  const values = [...points, ...seeds].flatMap(({ y, low, high }) => [y, low ?? y, high ?? y]);
  if (dense) values.push(dense.mean, ...Object.values(interval(dense.mean, dense.half ?? 0)));
  const [bottom, top] = accuracyDomain(values);
  const x = densityAxis(points, "realised density (log scale, sparser →)");
  const ends = lineEnds(points, dense?.mean, x.scale.domain[0]);
  const labels = placeLabels(ends, linear(bottom, top), percent);

  const statistic = best
    ? "Test accuracy at the epoch of best validation accuracy"
    : "Test accuracy after the last epoch";
  const n = several ? "mean and 95 % t interval, seeds as dots" : "one seed (n = 1), no interval";
  return chartSpec({
    title: "Accuracy against density",
    subtitle: [`${statistic}; ${n}.`, `Colour, mark and dash: rule.${dense ? " Dashed across: dense." : ""}`],
    description: accuracySummary(groups),
    x,
    y: {
      title: "test accuracy",
      scale: { domain: [bottom, top], nice: false, zero: false },
      axis: { labelExpr: `format(datum.value * 100, '.${top - bottom < 0.05 ? 1 : 0}f') + '${THIN}%'`, tickCount: 6 },
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
  const points = sparse.map((group): Point => ({ series: group.rule, x: group.compute, y: group.speedup as number }));
  const ratios = points.map((point) => point.y);
  const bottom = Math.min(0.8, Math.min(...ratios) / 1.25);
  const top = Math.max(2, Math.max(...ratios) * 1.5);
  const x = densityAxis(points, "compute density c: multiply-adds kept (log scale, fewer →)");
  const labels = placeLabels(lineEnds(points, 1, x.scale.domain[0]), logarithmic(bottom, top), formatRatio);
  // The line 1/c leaves the chart at the top or at the right.
  const end = Math.max(x.scale.domain[0], 1 / top);
  const adapters = [...new Set(groups.flatMap((group) => group.runs.map((run) => run.adapter.name)))];
  return chartSpec({
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
    under: [...reference(1), ...savedWork(end)],
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

/** An interval of accuracies; that of two seeds may well reach beyond what an accuracy can be. */
function interval(mean: number, half: number): { low: number; high: number } {
  return { low: Math.max(0, mean - half), high: Math.min(1, mean + half) };
}

function percent(fraction: number): string {
  return `${formatPercent(fraction, 1)}${THIN}%`;
}

/** Each seed as a dot; where there are more than five the interval says enough. */
function seedPoints(groups: readonly ResultGroup[], best: boolean): Point[] {
  return groups.filter((group) => group.runs.length <= 5).flatMap((group) =>
    group.runs.map((run): Point => ({
      series: group.rule,
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

function denseLayers(dense: Estimate): Layer[] {
  const line = reference(dense.mean);
  if (dense.half === null) return line;
  const band = {
    data: { values: [interval(dense.mean, dense.half)] },
    mark: { type: "rect", opacity: 0.08 },
    encoding: {
      x: { value: 0 },
      x2: { value: WIDTH },
      y: { field: "low" },
      y2: { field: "high" },
      color: { value: LIGHT.ink },
    },
  };
  return [band, ...line];
}
