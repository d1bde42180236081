/** How densities and drop fractions change over a run's steps. */
import type { MethodContext, RunOutline } from "./method.ts";

/** Steps of a run. @throws {RangeError} where training is stepped by hand, which has no length */
export function runSteps(method: string, run: RunOutline | undefined): number {
  if (!run) throw new RangeError(`${method} needs to know how long the run is: give buildTraining its outline`);
  return run.epochs * run.stepsInEpoch;
}

/** When masks change: every `interval` steps, after `first` and up to `last`. */
export interface Updates {
  readonly interval: number;
  readonly first: number;
  readonly last: number;
}

/** Whether masks change when so many steps have been taken. */
export function isUpdate({ interval, first, last }: Updates, step: number): boolean {
  return step > 0 && step % interval === 0 && step >= first && step <= last;
}

/** The step of the last update when so many steps have been taken; 0 before the first. */
export function lastUpdate({ interval, first, last }: Updates, step: number): number {
  const at = Math.floor(Math.min(step, last) / interval) * interval;
  return at >= first ? at : 0;
}

/**
 * The cubic schedule of Zhu and Gupta (2017), "To prune, or not to prune", equation 1, in densities.
 * @param progress 0 where pruning begins, 1 where it ends; clipped
 */
export function cubicDensity(from: number, to: number, progress: number): number {
  const rest = 1 - Math.min(1, Math.max(0, progress));
  return to + (from - to) * rest * rest * rest;
}

/** A share that falls from `first` to `last` along half a cosine. @param progress clipped to 0 to 1 */
export function cosineShare(first: number, last: number, progress: number): number {
  const at = Math.min(1, Math.max(0, progress));
  return last + 0.5 * (first - last) * (1 + Math.cos(Math.PI * at));
}

/** Kept weights of each maskable layer of a source, and of all; layers without a mask keep everything. */
export function sourceCounts({ model, source }: Pick<MethodContext, "model" | "source">): {
  readonly layers: readonly number[];
  readonly kept: number;
  readonly size: number;
} {
  const maskable = model.parameters.filter(({ maskable }) => maskable);
  const layers = maskable.map(({ name, size }) => source.get(name)?.nnz ?? size);
  const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
  return { layers, kept: sum(layers), size: sum(maskable.map(({ size }) => size)) };
}
