/** A small perceptron on made-up images, trained as a run trains: for tests of methods and of the loop. */
import type { Gpu } from "../../src/gpu/device.ts";
import { makeMasks } from "../../src/masks/make.ts";
import type { Mask } from "../../src/masks/mask.ts";
import { fixed } from "../../src/methods/fixed.ts";
import { maskableLayers, type Model } from "../../src/nn/model.ts";
import { mlp } from "../../src/nn/models/small.ts";
import { buildTraining, type Training, type TrainingOptions } from "../../src/train/training.ts";
import { testGpu } from "../ops/gpu.ts";
import { madeUpImages, NORMALISATION } from "../nn/reference_model.ts";

/** 54 images: batches of 8 leave a last one of 6. */
export const IMAGES = 54, BATCH = 8;

/** 16 pixels → 12 → 3 classes. */
export const model: Model = mlp([1, 4, 4], 3, [12]);

/** A uniform mask that keeps four weights in ten. */
export function source(): Map<string, Mask> {
  const choice = { rule: "uniform", density: 0.4, draw: "exact", flow: "off" } as const;
  return new Map(makeMasks(maskableLayers(model), choice, 1).masks.map((mask) => [mask.name, mask]));
}

/** Puts the network on the device; the clock stands still, so that everything goes into one readback. */
export function smallTraining(gpu: Gpu, options: Partial<TrainingOptions> = {}): Training {
  return buildTraining({
    gpu,
    model,
    source: source(),
    method: fixed({ apply: "after-step" }),
    storage: "dense",
    data: { splits: [madeUpImages(model, IMAGES)], normalisation: NORMALISATION(model) },
    optimizer: { name: "sgd", momentum: 0.9, nesterov: false },
    weightDecay: 0,
    batch: BATCH,
    evalBatch: BATCH,
    smoothing: 0,
    augment: { crop: 0, flip: false },
    seeds: { init: 1, order: 1, augment: 1 },
    milliseconds: () => 0,
    ...options,
  });
}

/** Uses a training and frees it. */
export async function withTraining<T>(
  options: Partial<TrainingOptions>,
  act: (training: Training, gpu: Gpu) => Promise<T>,
): Promise<T> {
  const gpu = await testGpu();
  const training = smallTraining(gpu, options);
  try {
    return await act(training, gpu);
  } finally {
    training.destroy();
  }
}

/** All parameters as read back, by name. */
export async function weights({ store, read }: Training): Promise<Map<string, Float32Array>> {
  const tensors = new Map<string, Float32Array>();
  for (const parameter of store.model.parameters) tensors.set(parameter.name, await store.read(parameter, read));
  return tensors;
}
