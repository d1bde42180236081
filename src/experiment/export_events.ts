/** A run as TensorBoard reads it: its metrics as scalars, its trained weights as a histogram a layer. */

import { encodeEvents, type EventValue, type TensorBoardEvent } from "../formats/tfevents.ts";
import { toDense } from "../masks/mask.ts";
import type { Metric } from "./metrics.ts";
import type { StoredRun } from "./run_reader.ts";
import type { TrainedNetwork } from "./trained_network.ts";

/** Scalars of one line of the metrics; none for events. */
function scalarsOf(metric: Metric): [tag: string, value: number][] {
  switch (metric.kind) {
    case "step":
      return [["step/loss", metric.loss], ["step/accuracy", metric.accuracy]];
    case "epoch":
      return [["train/loss", metric.loss], ["train/accuracy", metric.accuracy], ["train/learning_rate", metric.lr]];
    case "evaluate":
      return [
        [`${metric.split}/loss`, metric.loss],
        [`${metric.split}/accuracy`, metric.accuracy],
        [`${metric.split}/top5`, metric.top5],
      ];
    case "mask": {
      const shares: [string, number | null][] = [
        ["mask/realised_density", metric.realised],
        ["mask/compute_density", metric.compute],
        ["mask/stayed", metric.stayed],
        ["mask/in_source", metric.inSource],
        ["mask/explored", metric.explored],
        ["mask/dense_epochs", metric.denseEpochs],
      ];
      const known = shares.filter((share): share is [string, number] => share[1] !== null);
      return [...known, ...Object.entries(metric.nnz).map(([name, nnz]): [string, number] => [`kept/${name}`, nnz])];
    }
    case "event":
      return [];
  }
}

/** The bytes of the run's event file; x is the optimizer's step. Histograms where the trained network is given. */
export function runEvents(
  { metrics, provenance }: StoredRun,
  network?: Pick<TrainedNetwork, "model" | "values" | "masks">,
): Uint8Array<ArrayBuffer> {
  const begun = provenance ? Date.parse(provenance.started) / 1000 : 0;
  let last = { step: 0, wallTime: begun };
  const events = metrics.flatMap((metric): TensorBoardEvent[] => {
    const values = scalarsOf(metric).map(([tag, value]): EventValue => ({ kind: "scalar", tag, value }));
    if (values.length === 0 || metric.kind === "event") return [];
    last = { step: metric.step, wallTime: begun + (metric.time?.seconds ?? 0) };
    return [{ ...last, values }];
  });
  if (network) events.push({ ...last, values: histograms(network) });
  return encodeEvents(events);
}

/** Kept weights alone: of a sparse layer's zeros there would be nothing else to see. */
function histograms({ model, values, masks }: Pick<TrainedNetwork, "model" | "values" | "masks">): EventValue[] {
  return model.parameters.map(({ name }): EventValue => {
    const mask = masks.get(name), all = values.get(name)!, kept = mask && toDense(mask);
    return { kind: "histogram", tag: `weights/${name}`, values: kept ? all.filter((_, i) => kept[i] !== 0) : all };
  });
}
