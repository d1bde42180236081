/**
 * What batches are made from, on a device: samples as they are stored, labels, and the order in which batches take them.
 * An epoch uploads its order; the pixels are there already, or stream in step by step.
 */
import { UserError } from "../errors.ts";
import type { Gpu } from "../gpu/device.ts";
import { type Slice, whole } from "../gpu/memory.ts";
import type { Split } from "./dataset.ts";
import { DeviceSamples, type Placement, sampleKind } from "./device_samples.ts";
import type { Normalisation } from "./normalise.ts";

/** Labels are two bytes on the device. */
const MOST_CLASSES = 65_536;

/** What a {@link BatchSource} is made from. */
export interface BatchSourceOptions {
  /** [channels, height, width] of a stored image; [features, 1, 1] of a table's row. */
  readonly shape: readonly [number, number, number];
  /** Their samples are numbered one split after the other. */
  readonly splits: readonly Split[];
  readonly normalisation: Normalisation;
  /** Height and width that images are resized to; as they are where it is left out. */
  readonly size?: number;
  /** Whether the samples are all on the device; "auto" where it is left out. */
  readonly placement?: Placement;
  /** Most images of a step, in training or evaluation. */
  readonly largestBatch: number;
  /** Bytes of one buffer of samples at most; what the adapter binds, or less. */
  readonly shardBytes?: number;
}

/** Samples, labels and an order on a device. */
export interface BatchSource {
  /** [channels, height, width] of an image as the network sees it. */
  readonly shape: readonly [number, number, number];
  /** The same as it is stored. */
  readonly stored: readonly [number, number, number];
  /** What images are resized to, if they are. */
  readonly size: number | undefined;
  /** Pixels, or the numbers of a table. */
  readonly kind: "u8" | "f32";
  readonly count: number;
  /** Bytes on the device. */
  readonly bytes: number;
  readonly samples: DeviceSamples;
  readonly buffers: Readonly<Record<"labels" | "order" | "channelScale", GPUBuffer>>;
  /**
   * Sets the order: batch after batch takes the images of these indices. Steps submitted before keep theirs.
   * @throws {RangeError} for more indices than images, or an index of no image
   */
  setOrder(order: Uint32Array): void;
  /** Most images that may be submitted together: Infinity where all are on the device. */
  readonly mostImages: number;
  /**
   * Makes the images order[start … start + count − 1] available to the steps that are submitted next.
   * @throws {RangeError} beyond the order, or for more than {@link mostImages}
   * @throws {UserError} where a sample cannot be read from its file
   */
  provide(start: number, count: number): void;
  /** Numbers that a batch's kernels need, made once for a name and freed with the source. */
  table(name: string, make: () => Uint32Array): Slice;
  destroy(): void;
}

/**
 * Pairs (scale, shift) a channel: (byte / 255 − mean) / std = byte · scale + shift, and (number − mean) / std for the
 * numbers of a table.
 */
export function channelScale({ mean, std }: Normalisation, kind: "u8" | "f32" = "u8"): Float32Array {
  const unit = kind === "u8" ? 255 : 1;
  return Float32Array.from(mean.flatMap((m, c) => [1 / (unit * std[c]), -m / std[c]]));
}

/** [channels, height, width] of an image as the network sees it. */
export function seenShape(shape: readonly [number, number, number], size?: number): [number, number, number] {
  return size === undefined ? [...shape] : [shape[0], size, size];
}

/**
 * Puts samples, or a window that they stream through, on a device.
 * @throws {GpuError} of kind `out-of-memory` where they do not fit
 * @throws {UserError} for labels above 65535, samples that do not fit their shape, or a table that is to be resized
 */
export function createBatchSource(gpu: Gpu, options: BatchSourceOptions): BatchSource {
  return new DeviceSource(gpu, options);
}

class DeviceSource implements BatchSource {
  readonly shape: readonly [number, number, number];
  readonly stored: readonly [number, number, number];
  readonly size: number | undefined;
  readonly kind: "u8" | "f32";
  readonly count: number;
  readonly samples: DeviceSamples;
  readonly buffers: BatchSource["buffers"];
  readonly #tables = new Map<string, GPUBuffer>();
  #order: Uint32Array = new Uint32Array(0);

  constructor(readonly gpu: Gpu, options: BatchSourceOptions) {
    const { shape, splits, normalisation, size, placement = "auto", largestBatch, shardBytes } = options;
    this.kind = sampleKind(shape, splits);
    if (this.kind === "f32" && size !== undefined) {
      throw new UserError("a table has no images to resize", { hint: "Leave data.size out." });
    }
    this.stored = shape;
    this.size = size;
    this.shape = seenShape(shape, size);
    this.count = splits.reduce((sum, { count }) => sum + count, 0);
    const labels = joinLabels(splits, this.count);
    const bytes = shape[0] * shape[1] * shape[2] * (this.kind === "f32" ? 4 : 1);
    this.samples = new DeviceSamples(gpu, { splits, bytes, placement, largestBatch, shardBytes });
    this.buffers = {
      labels: gpu.memory.upload("labels", new Uint8Array(labels.buffer)),
      order: gpu.memory.create("order", 4 * this.count),
      channelScale: gpu.memory.upload("channel scale", channelScale(normalisation, this.kind)),
    };
  }

  get bytes(): number {
    const all = [...this.samples.shards, ...Object.values(this.buffers), ...this.#tables.values()];
    return all.reduce((sum, { size }) => sum + size, 0);
  }

  get mostImages(): number {
    return this.samples.mostImages;
  }

  setOrder(order: Uint32Array): void {
    if (order.length > this.count) throw new RangeError(`an order of ${order.length} for ${this.count} images`);
    const wrong = order.find((image) => image >= this.count);
    if (wrong !== undefined) throw new RangeError(`image ${wrong} of ${this.count}`);
    this.#order = order.slice();
    this.gpu.memory.write(whole(this.buffers.order), order);
  }

  provide(start: number, count: number): void {
    if (start < 0 || start + count > this.#order.length) {
      throw new RangeError(`images ${start} to ${start + count - 1} of an order of ${this.#order.length}`);
    }
    this.samples.provide(this.#order, start, count);
  }

  table(name: string, make: () => Uint32Array): Slice {
    const buffer = this.#tables.get(name) ?? this.gpu.memory.upload(name, make());
    this.#tables.set(name, buffer);
    return whole(buffer);
  }

  destroy(): void {
    this.samples.destroy();
    for (const buffer of [...Object.values(this.buffers), ...this.#tables.values()]) this.gpu.memory.destroy(buffer);
  }
}

/** The labels of all splits, one after the other. */
function joinLabels(splits: readonly Split[], count: number): Uint16Array<ArrayBuffer> {
  const joined = new Uint16Array(count);
  let at = 0;
  for (const { labels, count } of splits) {
    if (labels.some((label) => label >= MOST_CLASSES)) {
      throw new UserError(
        `A label is above ${MOST_CLASSES - 1}; data sets of at most ${MOST_CLASSES} classes fit here.`,
      );
    }
    joined.set(labels.subarray(0, count), at);
    at += count;
  }
  return joined;
}
