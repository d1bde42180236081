/** The images of a run: which of a data set's are trained on, held out and tested on, and how pixels become numbers. */
import type { Dataset } from "../data/dataset.ts";
import { type Normalisation, resolveNormalisation } from "../data/normalise.ts";
import type { Size } from "../nn/model.ts";
import { splitIndices } from "../random/order.ts";
import { type Config, streamSeeds } from "./config.ts";

/** Images by their index: those of the training part come first, those of the test part after them. */
export interface RunImages {
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
  readonly test: Uint32Array;
}

/** How many images a configuration uses of so many. */
export interface ImageCounts {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

/** `wanted` of `count` indices, evenly spaced: a set that is sorted by class keeps all its classes. */
export function spacedIndices(count: number, wanted: number = count): Uint32Array {
  const length = Math.min(count, wanted);
  return Uint32Array.from({ length }, (_, i) => Math.floor(i * count / length));
}

/** Chooses the images of a run from the labels of both parts. */
export function chooseImages(
  config: Config,
  train: Pick<Dataset["train"], "labels" | "count">,
  test: Pick<Dataset["test"], "count">,
): RunImages {
  const { limit, testLimit, validation } = config.data;
  const chosen = spacedIndices(train.count, limit);
  const tested = spacedIndices(test.count, testLimit).map((i) => train.count + i);
  if (validation === 0) return { train: chosen, validation: new Uint32Array(0), test: tested };
  const split = splitIndices(chosen.map((i) => train.labels[i]), validation, streamSeeds(config).order);
  const of = (indices: Uint32Array) => indices.map((i) => chosen[i]);
  return { train: of(split.train), validation: of(split.validation), test: tested };
}

/** The same in numbers, without the labels: what the validation split takes of each class is rounded. */
export function countImages(config: Config, train: number, test: number): ImageCounts {
  const { limit = train, testLimit = test, validation } = config.data;
  const chosen = Math.min(limit, train), held = Math.round(validation * chosen);
  return { train: chosen - held, validation: held, test: Math.min(test, testLimit) };
}

/** Size of the images that the network sees: the data set's, or resized to `data.size`. */
export function networkInput({ data }: Config, [channels, height, width]: Size): Size {
  return [channels, data.size ?? height, data.size ?? width];
}

/** What turns a data set's values into numbers of about unit size, measured on the run's training images or given. */
export function normalisationOf(config: Config, dataset: Dataset, images: RunImages): Normalisation {
  return resolveNormalisation(config.data.normalise, dataset, images.train);
}
