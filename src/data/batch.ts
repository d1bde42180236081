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
import type { Split } from "./dataset.ts";
import type { Normalisation } from "./normalise.ts";
import loadText from "../../shaders/data/load.wgsl" with { type: "text" };
import sampleText from "../../shaders/data/sample.wgsl" with { type: "text" };
import philoxText from "../../shaders/random/philox.wgsl" with { type: "text" };

const sample = flatKernel(sampleText, { step: true, with: [philoxText] });
const load = flatKernel(loadText, { step: true });

/** Labels are bytes on the device. */
const MOST_CLASSES = 256;

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
    options: { shape: readonly [number, number, number]; split: Split; normalisation: Normalisation },
  ) {
    const { memory } = gpu;
    const { shape, split: { images, labels, count }, normalisation: { mean, std } } = options;
    const limit = gpu.device.limits.maxStorageBufferBindingSize;
    if (images.byteLength > limit) {
      throw new GpuError(
        "out-of-memory",
        `The images need ${mebibytes(images.byteLength)}, but this adapter binds at most ${mebibytes(limit)}.`,
        { hint: "Train on fewer images (data.limit)." },
      );
    }
    if (labels.some((label) => label >= MOST_CLASSES)) {
      throw new UserError(`A label is above ${MOST_CLASSES - 1}; data sets of at most ${MOST_CLASSES} classes fit here.`);
    }
    this.shape = shape;
    this.count = count;
    const scale = Float32Array.from(mean.flatMap((m, c) => [1 / (255 * std[c]), -m / std[c]]));
    this.buffers = {
      images: memory.upload("images", images),
      labels: memory.upload("labels", Uint8Array.from(labels)),
      order: memory.create("order", 4 * count),
      channelScale: memory.upload("channel scale", scale),
    };
  }

  /** Sets the order: batch after batch takes the images of these indices. At most as many as there are images. */
  setOrder(order: Uint32Array): void {
    if (order.length > this.count) throw new RangeError(`an order of ${order.length} for ${this.count} images`);
    this.gpu.memory.write(whole(this.buffers.order), order);
  }

  /** Frees the buffers. */
  destroy(): void {
    for (const buffer of Object.values(this.buffers)) this.gpu.memory.destroy(buffer);
  }
}

/**
 * Records the filling of a batch (C, H, W, N) and its (image, label) pairs.
 * @param options `capacity` columns N, a multiple of 4; `crop` pixels of zero padding; both random changes happen only if
 * `augment`, drawn from `seed` by epoch and position in the order
 */
export function recordBatch(
  recorder: Recorder,
  dataset: DeviceDataset,
  options: { capacity: number; crop: number; flip: boolean; seed: number; augment: boolean },
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
  const n4 = capacity / 4, count = channels * height * width * n4;
  const batch = recorder.tensor("batch", 16 * count);
  recorder.dispatch(
    "load",
    load,
    { images: whole(images), samples, moves, channelScale: whole(channelScale), batch },
    { count, n4, channels, height, width },
    flatGrid(count, FLAT),
  );
  return { batch, samples };
}
