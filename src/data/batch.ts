/**
 * The data path on the GPU: a split lives there as bytes, an epoch uploads its order and no pixels, and two kernels pick,
 * crop, flip and normalise the images of a batch.
 *
 * Which images a batch has and how they are augmented depends on the order, the seed, the epoch and the position in the
 * epoch alone, so that a resumed run sees what an uninterrupted one sees.
 */
import { GpuError, UserError } from "../errors.ts";
import { FLAT, flatKernel } from "../gpu/flat.ts";
import { mebibytes, type Memory, type Slice, whole } from "../gpu/memory.ts";
import { flatGrid, type Recorder, type Tensor } from "../gpu/recorder.ts";
import { seedKey, STREAM } from "../random/philox.ts";
import type { Split } from "./dataset.ts";
import type { Normalisation } from "./normalise.ts";
import loadText from "../../shaders/data/load.wgsl" with { type: "text" };
import philoxText from "../../shaders/random/philox.wgsl" with { type: "text" };
import sampleText from "../../shaders/data/sample.wgsl" with { type: "text" };

const sample = flatKernel(sampleText, { step: true, with: [philoxText] });
const load = flatKernel(loadText, { step: true });

/** Labels are bytes on the GPU. */
const MOST_CLASSES = 256;

/** What a {@link DeviceDataset} is made from. */
export interface DeviceDatasetOptions {
  readonly split: Split;
  /** [channels, height, width] of an image. */
  readonly shape: readonly [number, number, number];
  readonly classes: number;
  readonly normalisation: Normalisation;
}

/** Pairs (scale, shift) a channel with (byte / 255 − mean) / std = byte · scale + shift. */
export function channelScale({ mean, std }: Normalisation): Float32Array {
  return Float32Array.from(mean.flatMap((m, c) => [1 / (255 * std[c]), -m / std[c]]));
}

/** One split of a data set on the GPU. */
export class DeviceDataset {
  readonly shape: readonly [number, number, number];
  readonly classes: number;
  /** Images there are, and the longest order. */
  readonly count: number;
  /** Bytes (image, C, H, W), four a word. */
  readonly images: Slice;
  /** Bytes, four a word. */
  readonly labels: Slice;
  /** u32: the images of an epoch, one after the other. */
  readonly order: Slice;
  /** Pairs of float32, {@link channelScale}. */
  readonly channelScale: Slice;
  readonly #memory: Memory;

  /**
   * Uploads a split.
   * @param label names its buffers in messages, for example "train"
   * @throws {UserError} for more than 256 classes
   * @throws {GpuError} `out-of-memory` where the adapter cannot bind all images at once
   */
  constructor(memory: Memory, label: string, { split, shape, classes, normalisation }: DeviceDatasetOptions) {
    if (classes > MOST_CLASSES) {
      throw new UserError(`the data set has ${classes} classes: up to ${MOST_CLASSES} are supported`);
    }
    const most = memory.device.limits.maxStorageBufferBindingSize;
    if (split.images.length > most) {
      const size = mebibytes(split.images.length);
      throw new GpuError(
        "out-of-memory",
        `The ${split.count} ${label} images need ${size}, but this adapter binds at most ${mebibytes(most)}.`,
        { hint: "Train on fewer images (data.limit), or on an adapter with larger bindings." },
      );
    }
    this.#memory = memory;
    this.shape = shape;
    this.classes = classes;
    this.count = split.count;
    const upload = (name: string, data: Uint8Array | Uint32Array | Float32Array) =>
      whole(memory.upload(`${label} ${name}`, data));
    this.images = upload("images", split.images);
    this.labels = upload("labels", Uint8Array.from(split.labels));
    this.order = upload("order", Uint32Array.from({ length: split.count }, (_, i) => i));
    this.channelScale = upload("channel scale", channelScale(normalisation));
  }

  /**
   * Sets the images of the steps that are submitted from now on; steps submitted before keep theirs.
   * @param order image indices, at most {@link DeviceDataset.count}
   * @throws {RangeError} for an order that is too long or names an image that is not there
   */
  setOrder(order: Uint32Array): void {
    if (order.length > this.count) throw new RangeError(`an order of ${order.length} images; there are ${this.count}`);
    const wrong = order.find((image) => image >= this.count);
    if (wrong !== undefined) throw new RangeError(`image ${wrong} of ${this.count}`);
    this.#memory.write(this.order, order);
  }

  /** Bytes on the GPU. */
  get bytes(): number {
    return this.#slices().reduce((sum, { size }) => sum + size, 0);
  }

  /** Frees the buffers. */
  destroy(): void {
    for (const { buffer } of this.#slices()) this.#memory.destroy(buffer);
  }

  #slices(): Slice[] {
    return [this.images, this.labels, this.order, this.channelScale];
  }
}

/** How a program's batches are made. */
export interface BatchOptions {
  /** Columns N of the batch, a multiple of 4. */
  readonly capacity: number;
  /** Zeros around the image that it may be cropped from, in pixels: a crop moves it by −crop … crop. */
  readonly crop: number;
  /** Mirror half of the images. */
  readonly flip: boolean;
  /** Seed of the augment stream. */
  readonly seed: number;
  /** False for evaluation: neither crop nor flip. */
  readonly augment: boolean;
}

/**
 * Records the batch of a step: images order[start … start + count − 1] of the step block.
 * @returns `batch` (C, H, W, N) float32, zero beyond `count`; `samples` N pairs of u32 (image, label)
 */
export function recordBatch(
  recorder: Recorder,
  dataset: DeviceDataset,
  { capacity, crop, flip, seed, augment }: BatchOptions,
): { batch: Tensor; samples: Tensor } {
  const [channels, height, width] = dataset.shape;
  const { images, labels, order, channelScale } = dataset;
  const [seedLow, seedHigh] = seedKey(seed);
  const batch = recorder.tensor("batch", 4 * channels * height * width * capacity);
  const samples = recorder.tensor("samples", 8 * capacity);
  const moves = recorder.tensor("crops and flips", 16 * capacity);
  recorder.dispatch("sample", sample, { order, labels, samples, moves }, {
    capacity,
    pad: augment ? crop : 0,
    flip: Number(augment && flip),
    seedLow,
    seedHigh,
    stream: STREAM.augment,
  }, flatGrid(capacity, FLAT));
  const count = channels * height * width * capacity / 4;
  recorder.dispatch(
    "load",
    load,
    { images, samples, moves, channelScale, batch },
    { count, n4: capacity / 4, channels, height, width },
    flatGrid(count, FLAT),
  );
  return { batch, samples };
}
