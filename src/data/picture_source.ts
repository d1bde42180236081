/** Pictures that a network is asked about: a batch whose images are written in place and read again by every step. */
import type { Gpu } from "../gpu/device.ts";
import type { Recorder } from "../gpu/recorder.ts";
import { recordBatch } from "./batch.ts";
import { type BatchSource, createBatchSource } from "./batch_source.ts";
import type { Normalisation } from "./normalise.ts";

/** What the pictures are like. */
export interface PictureSourceOptions {
  /** [channels, height, width] of the stored images, and of what the network reads. */
  readonly shape: readonly [number, number, number];
  readonly input: readonly [number, number, number];
  readonly normalisation: Normalisation;
  /** Most pictures of a step. */
  readonly capacity: number;
}

/** Some pictures, by their order. */
export class PictureSource {
  /** Bytes of all pictures, [channels, height, width] one after the other. */
  readonly images: Uint8Array<ArrayBuffer>;
  readonly #batch: BatchSource;

  constructor(gpu: Gpu, { shape, input, normalisation, capacity }: PictureSourceOptions) {
    this.images = new Uint8Array(capacity * shape[0] * shape[1] * shape[2]);
    this.#batch = createBatchSource(gpu, {
      shape,
      splits: [{ images: this.images, labels: new Uint8Array(capacity), count: capacity }],
      normalisation,
      size: input[1] === shape[1] && input[2] === shape[2] ? undefined : input[1],
      // read again from `images` by every step
      placement: "stream",
      largestBatch: capacity,
    });
    this.#batch.setOrder(Uint32Array.from({ length: capacity }, (_, i) => i));
  }

  /** Records the batch, as evaluation has it. */
  record(recorder: Recorder, columns: { readonly first: number; readonly capacity: number }) {
    return recordBatch(recorder, this.#batch, { ...columns, crop: 0, flip: false, seed: 0, augment: false });
  }

  /** Writes the first pictures for the next step. */
  provide(part: Uint8Array, count: number): void {
    this.images.set(part);
    this.#batch.provide(0, count);
  }

  /** Frees it. */
  destroy(): void {
    this.#batch.destroy();
  }
}
