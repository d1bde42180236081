/**
 * Images on the device: bytes, uploaded once. An epoch uploads its order and no pixels; crop, flip and normalisation are
 * a kernel that fills the batch.
 */
import { GpuError, UserError } from "../errors.ts";
import { FLAT, flatKernel } from "../gpu/flat.ts";
import type { Gpu } from "../gpu/device.ts";
import { mebibytes, whole } from "../gpu/memory.ts";
import { flatGrid, type Recorder, type Tensor } from "../gpu/recorder.ts";
import { seedKey, STREAM } from "../random/philox.ts";
import { imageBytes, type Split } from "./dataset.ts";
import type { Normalisation } from "./normalise.ts";
import loadText from "../../shaders/data/load.wgsl" with { type: "text" };
import sampleText from "../../shaders/data/sample.wgsl" with { type: "text" };
import philoxText from "../../shaders/random/philox.wgsl" with { type: "text" };

const sample = flatKernel(sampleText, { step: true, with: [philoxText] });
const load = flatKernel(loadText, { step: true });

/** Labels are bytes on the device. */
const MOST_CLASSES = 256;

/** What a {@link DeviceDataset} is made from; `shape` is [channels, height, width] of an image. */
export interface DeviceDatasetOptions {
  readonly shape: readonly [number, number, number];
  readonly split: Split;
  readonly normalisation: Normalisation;
}

/** How a program's batches are made. */
export interface BatchOptions {
  /** Columns N, a multiple of 4. */
  readonly capacity: number;
  /** Pixels of zeros around the image that it is cropped from: a crop moves it by −crop … crop. */
  readonly crop: number;
  /** Mirror half of the images. */
  readonly flip: boolean;
  /** Seed of the augment stream, from which crop and flip are drawn by epoch and position in the order. */
  readonly seed: number;
  /** False for evaluation: neither crop nor flip. */
  readonly augment: boolean;
}

/** Pairs (scale, shift) a channel with (byte / 255 − mean) / std = byte · scale + shift. */
export function channelScale({ mean, std }: Normalisation): Float32Array {
  return Float32Array.from(mean.flatMap((m, c) => [1 / (255 * std[c]), -m / std[c]]));
}

/** A split's images and labels on a device, and the order in which batches take them. */
export class DeviceDataset {
  /** [channels, height, width] of an image. */
  readonly shape: readonly [number, number, number];
  readonly count: number;
  readonly buffers: Readonly<Record<"images" | "labels" | "order" | "channelScale", GPUBuffer>>;

  /**
   * @throws {GpuError} where the images do not fit into one binding of the adapter
   * @throws {UserError} for labels above 255
   */
  constructor(
    readonly gpu: Gpu,
    options: DeviceDatasetOptions,
  ) {
    const { memory } = gpu;
    const { shape, split: { labels, count }, normalisation } = options;
    const images = imageBytes(options.split);
    const limit = gpu.device.limits.maxStorageBufferBindingSize;
    if (images.byteLength > limit) {
      throw new GpuError(
        "out-of-memory",
        `The ${count} images need ${mebibytes(images.byteLength)}, but this adapter binds at most ${mebibytes(limit)}.`,
        { hint: "Train on fewer images (data.limit)." },
      );
    }
    if (labels.some((label) => label >= MOST_CLASSES)) {
      throw new UserError(
        `A label is above ${MOST_CLASSES - 1}; data sets of at most ${MOST_CLASSES} classes fit here.`,
      );
    }
    this.shape = shape;
    this.count = count;
    this.buffers = {
      images: memory.upload("images", images),
      labels: memory.upload("labels", Uint8Array.from(labels)),
      order: memory.create("order", 4 * count),
      channelScale: memory.upload("channel scale", channelScale(normalisation)),
    };
  }

  /**
   * Sets the order: batch after batch takes the images of these indices. Steps submitted before keep theirs.
   * @throws {RangeError} for more indices than images, or an index of no image
   */
  setOrder(order: Uint32Array): void {
    if (order.length > this.count) throw new RangeError(`an order of ${order.length} for ${this.count} images`);
    const wrong = order.find((image) => image >= this.count);
    if (wrong !== undefined) throw new RangeError(`image ${wrong} of ${this.count}`);
    this.gpu.memory.write(whole(this.buffers.order), order);
  }

  /** Frees the buffers. */
  destroy(): void {
    for (const buffer of Object.values(this.buffers)) this.gpu.memory.destroy(buffer);
  }
}

/**
 * Records the batch of a step: images order[start … start + count − 1] of the step block.
 * @returns `batch` (C, H, W, N) float32, zero beyond `count`; `samples` N pairs of u32 (image, label)
 */
export function recordBatch(
  recorder: Recorder,
  dataset: DeviceDataset,
  options: BatchOptions,
): { batch: Tensor; samples: Tensor } {
  const { capacity, augment, seed } = options;
  const [channels, height, width] = dataset.shape;
  const { images, labels, order, channelScale } = dataset.buffers;
  const samples = recorder.tensor("samples", 8 * capacity);
  const moves = recorder.tensor("moves", 16 * capacity);
  const [seedLow, seedHigh] = seedKey(seed);
  recorder.dispatch("sample", sample, { order: whole(order), labels: whole(labels), samples, moves }, {
    capacity,
    pad: augment ? options.crop : 0,
    flip: Number(augment && options.flip),
    seedLow,
    seedHigh,
    stream: STREAM.augment,
  }, flatGrid(capacity, FLAT));
  const n4 = capacity / 4, rows = channels * height * n4;
  const batch = recorder.tensor("batch", 16 * rows * width);
  recorder.dispatch(
    "load",
    load,
    { images: whole(images), samples, moves, channelScale: whole(channelScale), batch },
    { rows, n4, channels, height, width },
    flatGrid(rows, FLAT),
  );
  return { batch, samples };
}
