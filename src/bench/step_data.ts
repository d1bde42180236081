/** One batch of images for timing steps: random ones of any size, or the first of a data set. */
import { copySample, type Dataset, type Split } from "../data/dataset.ts";
import { measureNormalisation, type Normalisation } from "../data/normalise.ts";
import { UserError } from "../errors.ts";
import { type Size, sizeOf } from "../nn/model.ts";
import { randomU32, STREAM } from "../random/philox.ts";

/** A batch as trainings take it. */
export interface BatchData {
  readonly split: Split;
  readonly normalisation: Normalisation;
}

/** Random bytes as images and random classes: what a step costs does not depend on what the images show. */
export function randomBatch(input: Size, classes: number, batch: number, seed: number): BatchData {
  const size = batch * sizeOf(input);
  const words = randomU32(seed, STREAM.init, 0, 0, Math.ceil(size / 4));
  const labels = Uint16Array.from(randomU32(seed, STREAM.init, 1, 0, batch), (word) => word % classes);
  const images = new Uint8Array(words.buffer as ArrayBuffer).subarray(0, size);
  const every = <T>(value: T) => new Array<T>(input[0]).fill(value);
  return { split: { images, labels, count: batch }, normalisation: { mean: every(0.5), std: every(0.25) } };
}

/**
 * A batch of images of a data set's training part, spread over it.
 * @throws {UserError} where it has fewer
 */
export function datasetBatch({ name, shape, train }: Dataset, batch: number): BatchData {
  if (train.count < batch) {
    throw new UserError(`data set ${name} has ${train.count} training images, too few for a batch of ${batch}`);
  }
  const table = train.images instanceof Float32Array, size = sizeOf(shape);
  const images = table ? new Float32Array(batch * size) : new Uint8Array(batch * size);
  const bytes = images.byteLength / batch, target = new Uint8Array(images.buffer);
  const labels = new Uint16Array(batch);
  for (let i = 0; i < batch; i++) {
    const index = Math.floor(i * train.count / batch);
    copySample(train, index, bytes, target.subarray(i * bytes, (i + 1) * bytes));
    labels[i] = train.labels[index];
  }
  const split: Split = { images, labels, count: batch };
  return { split, normalisation: measureNormalisation(split, shape) };
}
