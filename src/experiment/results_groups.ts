/** Runs that differ in their seed only, together: means, intervals, and speed against the dense run. */

import type { RunResult } from "./run_result.ts";

/**
 * How a 95 % interval is made of n values with deviation s: `t` is t·s/√n with n − 1 degrees of freedom (4.303·s/√3 for
 * three seeds); `normal` is 1.96·s/√n, as much published code has it, too narrow for few seeds.
 */
export const INTERVALS = ["t", "normal"] as const;
export type Interval = typeof INTERVALS[number];

/** An interval in words. */
export const INTERVAL_WORDS: Readonly<Record<Interval, string>> = {
  t: "95 % t interval",
  normal: "1.96·s/√n interval",
};

/** Mean of a sample with its 95 % interval; `half` is null for a sample of one. */
export interface Estimate {
  mean: number;
  half: number | null;
  n: number;
}

/** Which runs belong together, and how their intervals are made. */
export interface GroupOptions {
  /** Equal values, equal group. Left out: the grid's cell, or else model, data, rule, density, score and method. */
  readonly keyOf?: (run: RunResult) => string;
  /** Values that tell the groups apart beside rule, density, model and data, under their keys. */
  readonly labelsOf?: (run: RunResult) => Readonly<Record<string, string>>;
  /** The labels were chosen to group by, and are all that a group's runs have in common. */
  readonly chosen?: boolean;
  readonly interval?: Interval;
}

/** The runs of one rule at one asked density, or of one cell of a grid, on one model and data set. */
export interface ResultGroup {
  /** Values under their keys that tell it apart beside rule, density, model and data. */
  labels: Readonly<Record<string, string>>;
  /** Whether the labels were chosen to group by, and are all that its runs have in common. */
  chosen: boolean;
  interval: Interval;
  /** The grid's name for it, where there is a grid. */
  cell: string | null;
  /** The grid's variant that it is in; its cell's name ends in it. */
  variant: string | null;
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
  /** Means of dead neurons as a share of all, and of bytes on the device; null where a run does not say. */
  dead: number | null;
  peakBytes: number | null;
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
 * Groups runs in the order in which they first appear. Every run counts, whatever is shown of them afterwards; speeds are
 * compared with the dense group of the same model and data.
 */
export function groupRuns(runs: readonly RunResult[], options: GroupOptions = {}): ResultGroup[] {
  const { keyOf = ordinaryKey } = options;
  const byKey = new Map<string, RunResult[]>();
  for (const run of runs) byKey.set(keyOf(run), [...byKey.get(keyOf(run)) ?? [], run]);
  const groups = [...byKey.values()].map((members) => summarise(members, options));
  for (const group of groups) {
    const dense = groups.find((other) =>
      isPlainDense(other) && other.model === group.model && other.data === group.data
    );
    if (dense && dense.imagesPerSecond.mean > 0) {
      group.speedup = group.imagesPerSecond.mean / dense.imagesPerSecond.mean;
    }
  }
  return groups;
}

/** Whether a group is a dense network, trained as it is: what the others are compared with. */
export function isPlainDense({ rule, runs }: Pick<ResultGroup, "rule" | "runs">): boolean {
  return rule === "dense" && !runs.some(changesMasks);
}

function ordinaryKey({ data, model, rule, mask, score, method, cell }: RunResult): string {
  return JSON.stringify([data, model, rule, mask.nominalDensity, score, method?.name, method?.target, cell]);
}

/** Whether a run's last mask has another density than its first one, without having been asked for any. */
function ownDensity({ method, mask }: RunResult): boolean {
  return method !== undefined && method.realisedDensity !== mask.realisedDensity;
}

function summarise(runs: RunResult[], { labelsOf, chosen = false, interval = "t" }: GroupOptions): ResultGroup {
  const one = (values: readonly number[]) => estimate(values, interval);
  const all = (values: (number | undefined)[]) => {
    const known = values.filter((value) => value !== undefined);
    return known.length === values.length ? one(known) : null;
  };
  const [first] = runs, final = runs.map(({ mask, method }) => method ?? mask);
  // methods whose density comes of their settings ask for none
  const asked = runs.map((run) => run.method?.target ?? (ownDensity(run) ? null : run.mask.nominalDensity));
  return {
    labels: labelsOf?.(first) ?? {},
    chosen,
    interval,
    cell: first.cell ?? null,
    variant: first.variant ?? null,
    rule: first.rule,
    model: first.model,
    data: first.data,
    nominal: asked.every((density) => density === asked[0]) ? asked[0] : null,
    source: mean(runs.map(({ mask, method }) => method?.sourceDensity ?? mask.realisedDensity)),
    expected: mean(runs.map((run) => run.mask.expectedDensity)),
    realised: mean(final.map(({ realisedDensity }) => realisedDensity)),
    compute: mean(final.map(({ computeDensity }) => computeDensity)),
    best: all(runs.map((run) => run.best?.testAccuracy)),
    last: all(runs.map((run) => run.last?.testAccuracy)),
    imagesPerSecond: one(runs.map((run) => run.imagesPerSecond)),
    denseEpochs: all(runs.map(({ method }) => method?.denseEpochs)),
    seconds: all(runs.map(({ method }) => method && method.scoringSeconds + method.trainingSeconds)),
    dead: all(runs.map(({ neurons }) => neurons && neurons.dead / Math.max(1, neurons.total)))?.mean ?? null,
    peakBytes: all(runs.map(({ memory }) => memory?.device))?.mean ?? null,
    speedup: null,
    runs,
  };
}

/** Mean and half-width of the 95 % interval. */
export function estimate(values: readonly number[], interval: Interval = "t"): Estimate {
  const n = values.length;
  const centre = mean(values);
  if (n < 2) return { mean: centre, half: null, n };
  const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (n - 1);
  const factor = interval === "t" ? tQuantile(n - 1) : 1.96;
  return { mean: centre, half: factor * Math.sqrt(variance / n), n };
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
