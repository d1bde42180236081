/** Runs that differ in their seed only, together: means, intervals, and speed against the dense run. */

import type { RunResult } from "./run_result.ts";

/** Mean of a sample with its 95 % interval; `half` is null for a sample of one. */
export interface Estimate {
  mean: number;
  half: number | null;
  n: number;
}

/** The runs of one rule at one asked density, or of one cell of a grid, on one model and data set. */
export interface ResultGroup {
  /** The grid's name for it, where there is a grid. */
  cell: string | null;
  rule: RunResult["rule"];
  model: string;
  data: string;
  nominal: number | null;
  /** Realised density of the mask that the rule drew. */
  source: number;
  /** Density that the rule's layer densities lead to on average; what it lacks of the nominal one the rule lost. */
  expected: number;
  /** Means over the seeds' masks, as training left them. */
  realised: number;
  compute: number;
  /** Test accuracy at the epoch of best validation accuracy; null where a run has none. */
  best: Estimate | null;
  /** Test accuracy after the last epoch. */
  last: Estimate | null;
  imagesPerSecond: Estimate;
  /** Cost in dense epochs, and seconds of scoring and training; null where a run does not say. */
  denseEpochs: Estimate | null;
  seconds: Estimate | null;
  /** Images per second over those of the dense group of the same model and data; null without one. */
  speedup: number | null;
  runs: RunResult[];
}

/** Whether a run did more than train behind the mask that its rule drew. */
export function changesMasks({ method, score }: RunResult): boolean {
  return score !== undefined || (method !== undefined && method.name !== "fixed");
}

/** Whether groups differ in what they do to their masks, and not in rules and densities alone. */
export function comparesMethods(groups: readonly ResultGroup[]): boolean {
  return groups.some(({ runs }) => runs.some(changesMasks));
}

/**
 * Groups runs by their grid's cells, or else by model, data, rule and nominal density, in the order in which they first
 * appear.
 */
export function groupRuns(runs: readonly RunResult[]): ResultGroup[] {
  const byKey = new Map<string, RunResult[]>();
  for (const run of runs) {
    const key = JSON.stringify([run.data, run.model, run.rule, run.mask.nominalDensity, run.cell]);
    byKey.set(key, [...byKey.get(key) ?? [], run]);
  }
  const groups = [...byKey.values()].map(summarise);
  for (const group of groups) {
    const dense = groups.find((other) =>
      other.rule === "dense" && !other.runs.some(changesMasks) && other.model === group.model &&
      other.data === group.data
    );
    if (dense && dense.imagesPerSecond.mean > 0) {
      group.speedup = group.imagesPerSecond.mean / dense.imagesPerSecond.mean;
    }
  }
  return groups;
}

/** Whether a run's last mask has another density than its first one, without having been asked for any. */
function ownDensity({ method, mask }: RunResult): boolean {
  return method !== undefined && method.realisedDensity !== mask.realisedDensity;
}

function summarise(runs: RunResult[]): ResultGroup {
  const [first] = runs, final = runs.map(({ mask, method }) => method ?? mask);
  return {
    cell: first.cell ?? null,
    rule: first.rule,
    model: first.model,
    data: first.data,
    // methods whose density comes of their settings ask for none
    nominal: first.method?.target ?? (ownDensity(first) ? null : first.mask.nominalDensity),
    source: mean(runs.map(({ mask, method }) => method?.sourceDensity ?? mask.realisedDensity)),
    expected: mean(runs.map((run) => run.mask.expectedDensity)),
    realised: mean(final.map(({ realisedDensity }) => realisedDensity)),
    compute: mean(final.map(({ computeDensity }) => computeDensity)),
    best: estimateAll(runs.map((run) => run.best?.testAccuracy)),
    last: estimateAll(runs.map((run) => run.last?.testAccuracy)),
    imagesPerSecond: estimate(runs.map((run) => run.imagesPerSecond)),
    denseEpochs: estimateAll(runs.map(({ method }) => method?.denseEpochs)),
    seconds: estimateAll(runs.map(({ method }) => method && method.scoringSeconds + method.trainingSeconds)),
    speedup: null,
    runs,
  };
}

function estimateAll(values: (number | undefined)[]): Estimate | null {
  const known = values.filter((value) => value !== undefined);
  return known.length === values.length ? estimate(known) : null;
}

/** Mean and half-width of the 95 % t interval, t·s/√n with n − 1 degrees of freedom. */
export function estimate(values: readonly number[]): Estimate {
  const n = values.length;
  const centre = mean(values);
  if (n < 2) return { mean: centre, half: null, n };
  const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (n - 1);
  return { mean: centre, half: tQuantile(n - 1) * Math.sqrt(variance / n), n };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Student's t at 0.975 for 1 to 30 degrees of freedom. */
const T_975 = [
  [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228],
  [2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093, 2.086],
  [2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042],
].flat();

function tQuantile(degrees: number): number {
  if (degrees <= T_975.length) return T_975[degrees - 1];
  // Cornish-Fisher expansion around the normal quantile; below 1e-3 off beyond 30 degrees.
  const z = 1.959964;
  return z + (z ** 3 + z) / (4 * degrees) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * degrees ** 2);
}
