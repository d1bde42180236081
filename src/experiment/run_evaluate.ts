/** Evaluates what a run has trained, on the images of one of its parts. */

import { UserError } from "../errors.ts";
import type { Gpu } from "../gpu/device.ts";
import type { Host } from "../host/host.ts";
import type { Trainer } from "../train/trainer.ts";
import type { RunImages } from "./run_data.ts";
import { openTrainedNetwork } from "./trained_network.ts";
import { buildTrained } from "./trained_training.ts";

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
    const training = await buildTrained(trained, { host, gpu, evaluated: indices.length });
    try {
      const { trainer } = training;
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
