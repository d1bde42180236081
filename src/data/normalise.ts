/**
 * Mean and standard deviation of each channel, or of each feature of a table, for the kernel that makes a batch:
 * (byte / 255 − mean) / std for pixels, (value − mean) / std for tables.
 */
import { UserError } from "../errors.ts";
import type { Dataset, Split } from "./dataset.ts";
import { datasetNames, knownDataset } from "./registry.ts";

/** One number a channel, for pixels on the scale 0 to 1; one a feature, for tables as they are. */
export interface Normalisation {
  mean: number[];
  std: number[];
}

/** What a configuration may ask for: measured on the training samples, the paper's constants, or given numbers. */
export type NormalisationChoice = "train" | "paper" | Readonly<Normalisation>;

/**
 * Mean and standard deviation (of the population) over the chosen samples, in double precision. Those of pixels come from
 * counts of the 256 values, so they are exact and do not depend on the order of the images, which are read one by one
 * where they stay in their file. A table's feature that is the same everywhere gets the deviation 1, and so becomes 0.
 * @param shape [channels, rows, columns] of an image, [features, 1, 1] of a table's row
 * @param indices which samples, normally those trained on: all when left out
 * @throws UserError when a channel has the same value everywhere, or there is no sample
 */
export function measureNormalisation(
  split: Pick<Split, "images" | "count">,
  shape: readonly [number, number, number],
  indices?: ArrayLike<number>,
): Normalisation {
  const chosen = indices?.length ?? split.count;
  if (chosen === 0) throw new UserError("cannot measure mean and deviation: there is no training image");
  const index = (i: number): number => {
    const sample = indices?.[i] ?? i;
    if (sample >= split.count) throw new RangeError(`image ${sample} of ${split.count}`);
    return sample;
  };
  const { images } = split;
  if (images instanceof Float32Array) return measureTable(images, shape[0], chosen, index);
  const [channels, rows, columns] = shape;
  const pixels = rows * columns, bytes = channels * pixels, total = chosen * pixels;
  const histograms = Array.from({ length: channels }, () => new Float64Array(256));
  const held = images instanceof Uint8Array ? undefined : new Uint8Array(bytes);
  for (let i = 0; i < chosen; i++) {
    const image = index(i);
    if (held && "readInto" in images) images.readInto(image, held);
    const values = held ?? (images as Uint8Array), start = held ? 0 : image * bytes;
    for (let channel = 0; channel < channels; channel++) {
      const begin = start + channel * pixels, histogram = histograms[channel];
      for (let p = begin; p < begin + pixels; p++) histogram[values[p]]++;
    }
  }
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

/** In two passes, since a feature may be far from 0. */
function measureTable(
  rows: Float32Array,
  features: number,
  chosen: number,
  index: (i: number) => number,
): Normalisation {
  const mean = new Array<number>(features).fill(0), squares = new Array<number>(features).fill(0);
  const varies = new Array<boolean>(features).fill(false), first = index(0) * features;
  for (let i = 0; i < chosen; i++) {
    const start = index(i) * features;
    for (let f = 0; f < features; f++) {
      mean[f] += rows[start + f];
      varies[f] ||= rows[start + f] !== rows[first + f];
    }
  }
  for (let f = 0; f < features; f++) mean[f] /= chosen;
  for (let i = 0; i < chosen; i++) {
    const start = index(i) * features;
    for (let f = 0; f < features; f++) squares[f] += (rows[start + f] - mean[f]) ** 2;
  }
  // The rounded mean of equal numbers may miss them: their deviation is asked of the numbers.
  return {
    mean: mean.map((value, f) => varies[f] ? value : rows[first + f]),
    std: squares.map((sum, f) => varies[f] ? Math.sqrt(sum / chosen) : 1),
  };
}

/**
 * The normalisation that a config asks for.
 * @param indices the training samples of `dataset.train`, without those held out for validation
 * @throws UserError when constants do not fit the channels, a deviation is not above 0, or the paper has none for the set
 */
export function resolveNormalisation(
  choice: NormalisationChoice,
  dataset: Pick<Dataset, "name" | "shape" | "train">,
  indices?: ArrayLike<number>,
): Normalisation {
  if (choice === "train") return measureNormalisation(dataset.train, dataset.shape, indices);
  const constants = choice === "paper" ? paperConstants(dataset.name) : choice;
  const channels = dataset.shape[0];
  for (const key of ["mean", "std"] as const) {
    const given = constants[key];
    if (given.length !== channels || !given.every(Number.isFinite)) {
      throw new UserError(
        `data.normalise.${key} has ${given.length} numbers [${given}]; ${dataset.name} has ${channels} channels`,
        { hint: "Give one finite number a channel, for pixels on the scale 0 to 1." },
      );
    }
  }
  if (!constants.std.every((value) => value > 0)) {
    throw new UserError(`data.normalise.std must be above 0, found [${constants.std}]`);
  }
  return { mean: [...constants.mean], std: [...constants.std] };
}

function paperConstants(name: string): { readonly mean: readonly number[]; readonly std: readonly number[] } {
  const constants = knownDataset(name)?.normalise;
  if (constants !== undefined) return constants;
  const having = datasetNames().filter((known) => knownDataset(known)?.normalise !== undefined);
  throw new UserError(`data.normalise=paper: the paper gives no constants for data set ${name}`, {
    hint: `It does for ${having.join(", ")}. Take data.normalise=train, or give { mean, std }.`,
  });
}
