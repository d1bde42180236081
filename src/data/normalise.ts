/** Mean and standard deviation of each channel, for the kernel that turns bytes into numbers: (byte / 255 − mean) / std. */
import { UserError } from "../errors.ts";
import { type Dataset, imageBytes, type Split } from "./dataset.ts";

/** One number a channel, for pixels on the scale 0 to 1. */
export interface Normalisation {
  mean: number[];
  std: number[];
}

/**
 * Mean and standard deviation (of the population) of each channel over the chosen images, in double precision. They come
 * from counts of the 256 values, so they are exact and do not depend on the order of the images.
 * @param shape [channels, rows, columns] of an image
 * @param indices which images, normally those trained on: all when left out
 * @throws UserError when a channel has the same value everywhere, or there is no image
 */
export function measureNormalisation(
  split: Pick<Split, "images" | "count">,
  shape: readonly [number, number, number],
  indices?: ArrayLike<number>,
): Normalisation {
  const [channels, rows, columns] = shape;
  const bytes = imageBytes(split);
  const pixels = rows * columns;
  const images = indices?.length ?? split.count;
  if (images === 0) throw new UserError("cannot measure mean and deviation: there is no training image");
  const histograms = Array.from({ length: channels }, () => new Float64Array(256));
  for (let i = 0; i < images; i++) {
    const image = indices?.[i] ?? i;
    if (image >= split.count) throw new RangeError(`image ${image} of ${split.count}`);
    for (let channel = 0; channel < channels; channel++) {
      const begin = (image * channels + channel) * pixels;
      const histogram = histograms[channel];
      for (let p = begin; p < begin + pixels; p++) histogram[bytes[p]]++;
    }
  }
  const total = images * pixels;
  const mean = histograms.map((counts) => counts.reduce((sum, count, value) => sum + count * value, 0) / total / 255);
  const std = histograms.map((counts, channel) => {
    const squares = counts.reduce((sum, count, value) => sum + count * (value / 255 - mean[channel]) ** 2, 0);
    return Math.sqrt(squares / total);
  });
  const constant = histograms.findIndex((counts) => counts.filter((count) => count > 0).length === 1);
  if (constant >= 0) {
    throw new UserError(`cannot normalise: channel ${constant} has the same value in all training images`, {
      hint: "Give data.normalise as { mean, std }, or train on more images.",
    });
  }
  return { mean, std };
}

/**
 * The normalisation that a config asks for: measured on the training images, or the constants given.
 * @param indices the training images of `dataset.train`, without those held out for validation
 * @throws UserError when constants do not fit the channels or a deviation is not above 0
 */
export function resolveNormalisation(
  choice: "train" | Readonly<Normalisation>,
  dataset: Pick<Dataset, "name" | "shape" | "train">,
  indices?: ArrayLike<number>,
): Normalisation {
  if (choice === "train") return measureNormalisation(dataset.train, dataset.shape, indices);
  const channels = dataset.shape[0];
  for (const key of ["mean", "std"] as const) {
    const given = choice[key];
    if (given.length !== channels || !given.every(Number.isFinite)) {
      throw new UserError(
        `data.normalise.${key} has ${given.length} numbers [${given}]; ${dataset.name} has ${channels} channels`,
        { hint: "Give one finite number a channel, for pixels on the scale 0 to 1." },
      );
    }
  }
  if (!choice.std.every((value) => value > 0)) {
    throw new UserError(`data.normalise.std must be above 0, found [${choice.std}]`);
  }
  return { mean: [...choice.mean], std: [...choice.std] };
}
