/** Evaluates what a run has trained, on the images of one of its parts. */

import { UserError } from "../errors.ts";
import type { Gpu } from "../gpu/device.ts";
import type { Host } from "../host/host.ts";
import { traceConnections } from "../masks/connections.ts";
import { liveNodes, maskableLayers } from "../nn/model.ts";
import { fullMask, maskDensity } from "../masks/mask.ts";
import { reportMasks } from "../masks/report.ts";
import type { Trainer } from "../train/trainer.ts";
import { buildTraining } from "../train/training.ts";
import { parseConfig } from "./config.ts";
import type { Network } from "./network.ts";
import type { RunImages } from "./run_data.ts";
import { trainingOptions } from "./run_training.ts";
import { openTrainedNetwork, type TrainedNetwork } from "./trained_network.ts";

/** What is evaluated. */
export interface EvaluateInput {
  readonly host: Host;
  readonly gpu: Gpu;
  readonly folder: string;
  /** The run's own parts; `test` where it is left out. */
  readonly split?: keyof RunImages;
  /** Whether the logits are wanted too. */
  readonly logits?: boolean;
}

/** Means over the images, and what was asked for of each. */
export interface Evaluation {
  readonly split: keyof RunImages;
  readonly images: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly top5: number;
  /** Which samples: the training part's come first, the test part's after them. */
  readonly indices: Uint32Array;
  /** [images, classes] row-major. */
  readonly logits?: Float32Array;
}

/** @throws UserError where the folder has no trained network, or the run has no such images */
export async function evaluateRun({ host, gpu, folder, split = "test", logits }: EvaluateInput): Promise<Evaluation> {
  const trained = await openTrainedNetwork(host, folder), { dataset, images } = trained;
  try {
    const indices = images[split];
    if (indices.length === 0) throw new UserError(`${folder} has no ${split} images: its configuration holds none out`);
    const options = trainingOptions(asTrained(trained), {
      gpu,
      network: networkOf(trained),
      shape: dataset.shape,
      splits: [dataset.train, dataset.test],
      normalisation: trained.normalisation,
      images: images.train.length,
      evaluated: Math.max(1, indices.length),
      milliseconds: () => host.milliseconds(),
    });
    const training = await gpu.allocate(() => buildTraining({ ...options, values: trained.values }));
    try {
      const { trainer, store } = training;
      for (const norm of trained.model.norms) {
        const { runningMean, runningVariance } = store.norm(norm);
        gpu.memory.write(runningMean, trained.values.get(`${norm.name}.running_mean`)!);
        gpu.memory.write(runningVariance, trained.values.get(`${norm.name}.running_var`)!);
      }
      const { loss, accuracy, top5 } = await trainer.evaluate(indices);
      const means = { split, images: indices.length, loss, accuracy, top5, indices };
      return logits ? { ...means, logits: await readLogits(trainer, trained.model.classes, indices) } : means;
    } finally {
      training.destroy();
    }
  } finally {
    dataset.close();
  }
}

/** The configuration of a network whose mask is decided: no score, no method, the effective weights behind the mask. */
function asTrained({ run: { config } }: TrainedNetwork) {
  const { score: _score, method: _method, mask, kernels, ...others } = config;
  const { storage, activations } = kernels;
  const changes = { mask: { ...mask, apply: "after-step" }, kernels: { storage, activations } };
  return parseConfig({ ...others, ...changes }, "trained network");
}

function networkOf({ model, masks }: TrainedNetwork): Network {
  const layers = maskableLayers(model);
  const all = layers.map(({ name, shape }) => masks.get(name) ?? fullMask(name, shape));
  const report = reportMasks(layers, all.map(maskDensity), all, 1);
  const connections = traceConnections(liveNodes(model, new Map(all.map((mask) => [mask.name, mask]))));
  return { model, masks, report, connections };
}

/** Batch after batch, since a program keeps the logits of its last step alone. */
async function readLogits(trainer: Trainer, classes: number, indices: Uint32Array): Promise<Float32Array> {
  const { evalBatch } = trainer.options, rows = new Float32Array(indices.length * classes);
  for (let first = 0; first < indices.length; first += evalBatch) {
    const batch = indices.slice(first, first + evalBatch);
    await trainer.evaluate(batch);
    const { logits, columns } = trainer.evaluation;
    for (const [part, slice] of logits.entries()) {
      const values = await trainer.runner.readFloats(slice);
      for (let n = 0; n < columns && part * columns + n < batch.length; n++) {
        const row = (first + part * columns + n) * classes;
        for (let c = 0; c < classes; c++) rows[row + c] = values[c * columns + n];
      }
    }
  }
  return rows;
}
