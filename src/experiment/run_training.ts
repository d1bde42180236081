/** From a configuration, its network and its data to what `buildTraining` makes: shared by runs and memory estimates. */
import type { Split } from "../data/dataset.ts";
import type { Normalisation } from "../data/normalise.ts";
import type { Gpu } from "../gpu/device.ts";
import { createMethod } from "../methods/registry.ts";
import type { OptimizerSettings } from "../ops/optimizer.ts";
import { learningRate } from "../train/schedule.ts";
import type { Pace } from "../train/pace.ts";
import type { TrainingOptions } from "../train/training.ts";
import { type Config, streamSeeds } from "./config.ts";
import { methodSettings } from "./config_method.ts";
import type { Network } from "./network.ts";
import type { Planning } from "./planning.ts";

/** Width over height of what resizedCrop cuts out, least and greatest: torchvision's RandomResizedCrop. */
const CROP_RATIO: readonly [number, number] = [3 / 4, 4 / 3];

/** What a configuration leaves open. */
export interface RunParts {
  readonly gpu: Gpu;
  readonly network: Network;
  /** [channels, height, width] of the images as they are stored. */
  readonly shape: readonly [number, number, number];
  /** The training part, then the test part. */
  readonly splits: readonly Split[];
  readonly normalisation: Normalisation;
  /** Images of an epoch. */
  readonly images: number;
  /** Images that are evaluated at once, at most. */
  readonly evaluated: number;
  readonly milliseconds: () => number;
  /** See TrainingOptions. */
  readonly pace?: Pace;
  /** What the kernel plan is made from; priors where it is left out. */
  readonly planning?: Pick<Planning, "measured" | "plan">;
}

/** The optimizer of a configuration. */
export function optimizerOf({ train }: Config): OptimizerSettings {
  const { optimizer, momentum, nesterov, beta1, beta2, eps } = train;
  if (optimizer === "sgd") return { name: "sgd", momentum, nesterov };
  return { name: optimizer, beta1, beta2, epsilon: eps };
}

/** Everything that training needs, as the configuration says. */
export async function trainingOptions(config: Config, parts: RunParts): Promise<Omit<TrainingOptions, "values">> {
  const { train, data, mask, method, kernels } = config;
  const { resizedCrop, scale, ...augment } = data.augment;
  const { gpu, network, shape, splits, normalisation, images, evaluated, milliseconds, planning, pace } = parts;
  return {
    gpu,
    model: network.model,
    source: network.masks,
    drawn: network.drawn,
    inits: network.inits,
    method: await createMethod(method.name, methodSettings(method), { apply: mask.apply }),
    storage: kernels.storage,
    block: mask.block,
    activations: kernels.activations,
    measured: planning?.measured,
    plan: planning?.plan,
    data: { shape, splits, normalisation, size: data.size, placement: data.placement },
    optimizer: optimizerOf(config),
    weightDecay: train.weightDecay,
    batch: Math.min(train.batch, images),
    evalBatch: Math.min(train.evalBatch, evaluated),
    smoothing: train.labelSmoothing,
    augment: { ...augment, resizedCrop: resizedCrop ? { scale, ratio: CROP_RATIO } : undefined },
    seeds: streamSeeds(config),
    run: {
      epochs: train.epochs,
      stepsInEpoch: Math.ceil(images / Math.min(train.batch, images)),
      learningRate: (epoch) => learningRate(train.schedule, train.lr, epoch, train.epochs),
      optimizer: optimizerOf(config),
      weightDecay: train.weightDecay,
    },
    milliseconds,
    pace,
  };
}
