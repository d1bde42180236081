/**
 * The samples of a data set on a device, as bytes in up to four buffers ("shards") of whole samples: all of them from
 * the start, or a ring that they stream through in the order in which batches take them.
 *
 * A sample starts at a multiple of 4 bytes. Sample i lies in slot i; of a ring, position p of the order in slot
 * p mod window. Writing a slot that an earlier step still has to read is safe, because the queue keeps the order.
 */
import { GpuError, UserError } from "../errors.ts";
import type { Gpu } from "../gpu/device.ts";
import { align, mebibytes } from "../gpu/memory.ts";
import { MOST_SHARDS } from "./batch_kernel.ts";
import { copySample, type Split } from "./dataset.ts";

/** Where samples are: all on the device, sent to it as they are needed, or on the device where they fit. */
export type Placement = "auto" | "device" | "stream";

/** What {@link DeviceSamples} is made from. */
export interface DeviceSamplesOptions {
  readonly splits: readonly Split[];
  /** Bytes of one sample. */
  readonly bytes: number;
  readonly placement: Placement;
  /** Most samples of a step. */
  readonly largestBatch: number;
  /** Bytes of a shard at most; what the adapter binds, or less. */
  readonly shardBytes?: number;
}

/** A ring takes so much of the device, or two of the largest batch if that is more. */
const WINDOW_BYTES = 2 ** 28;

/** Bytes that are gathered before they are handed to the device. */
const GATHER_BYTES = 2 ** 23;

/** The samples of several splits, one after the other, on a device. */
export class DeviceSamples {
  /** Buffers of {@link perShard} samples each, `stride` bytes apart. */
  readonly shards: readonly GPUBuffer[];
  readonly perShard: number;
  readonly stride: number;
  /** Slots of the ring; 0 where every sample is on the device. */
  readonly window: number;
  /** Most samples that may be submitted together. */
  readonly mostImages: number;
  readonly #starts: number[] = [];
  readonly #count: number;
  #gathered = new Uint8Array(0);

  /** @throws {GpuError} of kind `out-of-memory` where a sample, or all of them, or two batches do not fit */
  constructor(readonly gpu: Gpu, readonly options: DeviceSamplesOptions) {
    const { splits, bytes, placement, largestBatch } = options;
    for (const { count } of splits) this.#starts.push((this.#starts.at(-1) ?? 0) + count);
    this.#count = this.#starts.at(-1) ?? 0;
    const count = this.#count;
    const { maxStorageBufferBindingSize, maxBufferSize } = gpu.device.limits;
    const limit = Math.min(options.shardBytes ?? Infinity, maxStorageBufferBindingSize, maxBufferSize, 2 ** 32 - 16);
    this.stride = align(bytes, 4);
    this.perShard = Math.floor(align(limit - 15, 16) / this.stride);
    const most = MOST_SHARDS * this.perShard;
    const fits = count <= most;
    if (placement === "device" && !fits) {
      throw this.#tooLarge(`The ${count} images need ${mebibytes(count * this.stride)}`, limit, {
        hint: "Leave data.placement at auto, or train on fewer images (data.limit).",
      });
    }
    const resident = placement === "device" || placement === "auto" && fits;
    const wanted = Math.max(2 * largestBatch, Math.floor(WINDOW_BYTES / this.stride));
    const slots = resident ? count : Math.min(count, most, wanted);
    if (!resident && slots < Math.min(count, 2 * largestBatch)) {
      throw this.#tooLarge(
        `Two batches of ${largestBatch} images need ${mebibytes(2 * largestBatch * this.stride)}`,
        limit,
        {
          hint: "Use a smaller batch (train.batch, train.evalBatch).",
        },
      );
    }
    this.window = resident ? 0 : slots;
    this.mostImages = resident ? Infinity : slots === count ? count : Math.floor(slots / 2);
    const shards: GPUBuffer[] = [];
    for (let first = 0; first === 0 || first < slots; first += this.perShard) {
      shards.push(gpu.memory.create("images", Math.min(this.perShard, slots - first) * this.stride));
    }
    this.shards = shards;
    if (resident) this.#fill();
  }

  #tooLarge(what: string, limit: number, options: { hint: string }): GpuError {
    const message = `${what}, but this adapter binds at most ${MOST_SHARDS} times ${mebibytes(limit)}.`;
    return new GpuError("out-of-memory", message, options);
  }

  /** Writes every sample to its slot; samples in memory that lie as they will on the device are not gathered first. */
  #fill(): void {
    const { splits, bytes } = this.options;
    splits.forEach(({ images, count }, i) => {
      const start = this.#starts[i] - count;
      if ("readInto" in images || bytes !== this.stride) return this.#write(start, count, (at) => start + at);
      const all = new Uint8Array(images.buffer, images.byteOffset, images.byteLength);
      this.#eachRun(start, count, Math.max(1, Math.floor(GATHER_BYTES / bytes)), (buffer, offset, at, length) => {
        this.gpu.device.queue.writeBuffer(buffer, offset, all, at * bytes, length * bytes);
      });
    });
  }

  /**
   * Sends the samples of an order's positions start … start + count − 1 to their slots of the ring. Steps submitted from
   * now on find them there, until so many more have been sent that the ring has gone round.
   * @throws {RangeError} for more than {@link mostImages}
   */
  provide(order: Uint32Array, start: number, count: number): void {
    if (count > this.mostImages) throw new RangeError(`${count} images at once; at most ${this.mostImages}`);
    if (this.window === 0) return;
    let at = 0;
    while (at < count) {
      const slot = (start + at) % this.window, from = start + at;
      const length = Math.min(count - at, this.window - slot);
      this.#write(slot, length, (i) => order[from + i]);
      at += length;
    }
  }

  /** Gathers samples and writes them to `count` slots from `slot` on. */
  #write(slot: number, count: number, sampleAt: (i: number) => number): void {
    const { stride } = this, { splits, bytes } = this.options;
    const most = Math.max(1, Math.floor(GATHER_BYTES / stride));
    this.#eachRun(slot, count, most, (buffer, offset, at, length) => {
      const size = length * stride;
      if (this.#gathered.length < size) this.#gathered = new Uint8Array(size);
      for (let i = 0; i < length; i++) {
        const sample = sampleAt(at + i);
        const split = this.#starts.findIndex((end) => sample < end);
        const index = sample - (this.#starts[split] - splits[split].count);
        copySample(splits[split], index, bytes, this.#gathered.subarray(i * stride, i * stride + bytes));
      }
      this.gpu.device.queue.writeBuffer(buffer, offset, this.#gathered, 0, size);
    });
  }

  /** Cuts slots into runs of at most `most` that lie in one shard: its buffer, byte offset, first slot's number, length. */
  #eachRun(
    slot: number,
    count: number,
    most: number,
    act: (buffer: GPUBuffer, offset: number, at: number, length: number) => void,
  ): void {
    const { perShard, stride } = this;
    for (let at = 0; at < count;) {
      const local = (slot + at) % perShard;
      const length = Math.min(count - at, most, perShard - local);
      act(this.shards[Math.floor((slot + at) / perShard)], local * stride, at, length);
      at += length;
    }
  }

  /** Frees the buffers. */
  destroy(): void {
    for (const shard of this.shards) this.gpu.memory.destroy(shard);
  }
}

/**
 * What a sample's bytes are: pixels, or numbers. @throws {UserError} where the splits do not agree or do not fit the
 * shape
 */
export function sampleKind(shape: readonly [number, number, number], splits: readonly Split[]): "u8" | "f32" {
  const values = shape[0] * shape[1] * shape[2];
  const kinds = splits.map(({ images, count }) => {
    const wide = "readInto" in images ? images.bytes === 4 * values : images instanceof Float32Array;
    const found = "readInto" in images ? images.bytes : images.byteLength / Math.max(1, count);
    const expected = wide ? 4 * values : values;
    if (count > 0 && found !== expected) {
      throw new UserError(`a sample has ${found} bytes, but one of shape [${shape}] has ${expected}`);
    }
    return wide ? "f32" : "u8";
  });
  if (new Set(kinds).size > 1) throw new UserError("one part of the data set holds pixels and another one numbers");
  return kinds[0] ?? "u8";
}
