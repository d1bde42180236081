/** What a report needs of runs beyond their results: densities of layers from mask files, and curves from metrics. */

import { readMasks, type StoredMask } from "../formats/masks.ts";
import { joinPath, type ReadFiles } from "../host/host.ts";
import type { Metric } from "./metrics.ts";
import type { CollectedRun } from "./results_collect.ts";
import type { ResultGroup } from "./results_groups.ts";
import type { RunResult } from "./run_result.ts";
import { RUN_FILES } from "./run_store.ts";

/** One layer of a trained network. */
export interface LayerDensity {
  readonly name: string;
  readonly size: number;
  /** Kept weights; a mean where it is of several runs. */
  readonly kept: number;
}

/** A run's last masks, in the order that the model registers their layers in; null where there is no mask file. */
export async function lastMasks(host: ReadFiles, { folder, metrics }: CollectedRun): Promise<StoredMask[] | null> {
  const path = joinPath(folder, RUN_FILES.masks);
  if (!(await host.exists(path))) return null;
  const { masks } = readMasks(await host.readFile(path), path);
  // a mask file is sorted by name; records of masks are in the model's order
  const record = metrics.findLast((metric) => metric.kind === "mask");
  const order = record ? Object.keys(record.nnz) : [];
  const place = (name: string) => order.indexOf(name);
  return masks.toSorted((a, b) => place(a.name) - place(b.name));
}

/** Layers of a run's last masks; null where there is no mask file. */
export async function layerDensities(host: ReadFiles, run: CollectedRun): Promise<LayerDensity[] | null> {
  const masks = await lastMasks(host, run);
  return masks && masks.map(({ name, shape, nnz }) => ({ name, size: shape.reduce((a, b) => a * b, 1), kept: nnz }));
}

/** The layers of every run that has a mask file. */
export async function layersOfRuns(
  files: ReadFiles,
  runs: readonly CollectedRun[],
): Promise<Map<RunResult, LayerDensity[]>> {
  const layers = new Map<RunResult, LayerDensity[]>();
  for (const run of runs) {
    const own = await layerDensities(files, run);
    if (own && own.length > 0) layers.set(run.result, own);
  }
  return layers;
}

/** Means over the runs of a group; null where none of them has masks. */
export function groupLayers(
  group: ResultGroup,
  layers: ReadonlyMap<RunResult, readonly LayerDensity[]>,
): LayerDensity[] | null {
  const all = group.runs.flatMap((result) => {
    const own = layers.get(result);
    return own ? [own] : [];
  });
  if (all.length === 0) return null;
  return all[0].map((layer, i) => ({
    ...layer,
    kept: all.reduce((sum, own) => sum + (own[i]?.kept ?? 0), 0) / all.length,
  }));
}

/** A value over epochs. */
export interface CurvePoint {
  readonly epoch: number;
  readonly value: number;
}

/** Most points of a curve; longer ones are thinned. */
const MOST_POINTS = 400;

/** Which numbers of the metrics can be drawn over epochs. */
export type CurveKind = "training loss" | "test accuracy";

/** A curve of one run; values that are no numbers end nothing and are left out. */
export function curveOf(metrics: readonly Metric[], kind: CurveKind): CurvePoint[] {
  const points = metrics.flatMap((metric): CurvePoint[] => {
    if (kind === "training loss") {
      return metric.kind === "epoch" ? [{ epoch: metric.epoch, value: metric.loss }] : [];
    }
    const tested = metric.kind === "evaluate" && metric.split === "test";
    return tested ? [{ epoch: metric.epoch, value: metric.accuracy }] : [];
  });
  return thinned(points.filter(({ value }) => Number.isFinite(value)));
}

/** What records say of masks over time. */
export type MaskShare = "stayed" | "inSource" | "explored";

/** A share over training steps: a point for each record that has it. */
export function maskCurve(metrics: readonly Metric[], kind: MaskShare): { step: number; value: number }[] {
  return thinned(metrics.flatMap((metric) => {
    const value = metric.kind === "mask" ? metric[kind] : null;
    return metric.kind === "mask" && value !== null ? [{ step: metric.step, value }] : [];
  }));
}

/** The mean of several curves, at the epochs that all of them have. */
export function meanCurve(curves: readonly (readonly CurvePoint[])[]): CurvePoint[] {
  const [first, ...others] = curves;
  if (!first) return [];
  return first.flatMap(({ epoch, value }) => {
    const values = [value];
    for (const curve of others) {
      const same = curve.find((point) => point.epoch === epoch);
      if (!same) return [];
      values.push(same.value);
    }
    return [{ epoch, value: values.reduce((a, b) => a + b) / values.length }];
  });
}

function thinned<T>(points: readonly T[]): T[] {
  const stride = Math.ceil(points.length / MOST_POINTS);
  return points.filter((_, i) => i % stride === 0 || i === points.length - 1);
}
