/**
 * The batch: kernels that take images in the order's turn, crop or resize them, flip and normalise them. The first thing
 * of every step; images are bytes until here.
 */
import { UserError } from "../errors.ts";
import { FLAT } from "../gpu/flat.ts";
import { whole } from "../gpu/memory.ts";
import { flatGrid, type Operand, type Recorder, type Tensor } from "../gpu/recorder.ts";
import { seedKey, STREAM } from "../random/philox.ts";
import { type Box, fallbackBox, type Resampling, resampling, type ResizedCrop, rootTables, TRIES } from "./augment.ts";
import { boxKernel, loadKernel, sampleKernel } from "./batch_kernel.ts";
import type { BatchSource } from "./batch_source.ts";

/** How images are changed at random in training, in this order. */
export interface Augmentation {
  /** A random part of the image, resized to what the network sees. */
  readonly resizedCrop?: ResizedCrop;
  /** Pixels of padding around the image that it is cropped from: a crop moves it by −crop … crop. */
  readonly crop: number;
  /** What the padding shows: zero bytes, or the image mirrored without repeating its edge. Zero where left out. */
  readonly padding?: "zero" | "reflect";
  /** Mirror half of the images. */
  readonly flip: boolean;
}

/** How a program's batches are made. */
export interface BatchOptions extends Augmentation {
  /** Columns N of this part of the batch, a multiple of 4. */
  readonly capacity: number;
  /** Image step.start + first + n is column n, where first + n is below the step's count. */
  readonly first: number;
  /** Seed of the augment stream, from which changes are drawn by epoch and position in the order. */
  readonly seed: number;
  /** False for evaluation: no crop, no flip, and of a resized crop the middle of the image. */
  readonly augment: boolean;
}

/**
 * Records the batch of a step: images order[start + first … start + count − 1] of the step block, as many as there are
 * columns.
 * @returns `batch` (C, H, W, N) float32, zero beyond `count`; `samples` N pairs of u32 (image, label)
 * @throws {UserError} for a crop or a flip of a table, or a reflected crop that reaches over the whole image
 */
export function recordBatch(
  recorder: Recorder,
  source: BatchSource,
  options: BatchOptions,
): { batch: Tensor; samples: Tensor } {
  checkAugmentation(source, options);
  const { capacity, first, augment, seed, resizedCrop } = options;
  const { samples: { window }, buffers: { labels, order } } = source;
  const stored = [source.stored[1], source.stored[2]] as const;
  const resized = resampling(stored, source.size, { resizedCrop: resizedCrop !== undefined, augment });
  const samples = recorder.tensor("samples", 8 * capacity);
  const moves = recorder.tensor("moves", (resized ? 32 : 16) * capacity);
  const [seedLow, seedHigh] = seedKey(seed);
  const draws = { capacity, first, seedLow, seedHigh, stream: STREAM.augment };
  recorder.dispatch("sample", sampleKernel, { order: whole(order), labels: whole(labels), samples, moves }, {
    ...draws,
    window,
    pad: augment ? options.crop : 0,
    flip: Number(augment && options.flip),
  }, flatGrid(capacity, FLAT));
  if (resized) {
    const drawn = augment ? resizedCrop : undefined;
    const [height, width] = stored;
    const box: Box = drawn ? fallbackBox(stored, drawn) : { top: 0, left: 0, height, width };
    const roots = drawn
      ? source.table(`roots ${drawn.scale} ${drawn.ratio}`, () => rootTables(stored, drawn))
      : source.table("no roots", () => new Uint32Array(1));
    recorder.dispatch("box", boxKernel, { roots, moves }, {
      ...draws,
      height,
      width,
      tries: drawn ? TRIES : 0,
      top: box.top,
      left: box.left,
      boxHeight: box.height,
      boxWidth: box.width,
    }, flatGrid(capacity, FLAT));
  }
  return { batch: recordLoad(recorder, source, options, moves, resized), samples };
}

function recordLoad(
  recorder: Recorder,
  source: BatchSource,
  { capacity, first, crop, padding, augment }: BatchOptions,
  moves: Tensor,
  resized: Resampling | undefined,
): Tensor {
  const { samples: { shards, perShard, stride }, stored: [, height, width] } = source;
  const [channels, shownHeight, shownWidth] = source.shape;
  const n4 = capacity / 4, size = channels * shownHeight * shownWidth * n4;
  const batch = recorder.tensor("batch", 16 * size);
  const operands: Record<string, Operand> = { moves, channelScale: whole(source.buffers.channelScale), batch };
  shards.forEach((shard, i) => operands[`pixels${i}`] = whole(shard));
  const at = { n4, first, perShard, stride };
  const record = (name: Parameters<typeof loadKernel>[0], lanes: number, constants: Record<string, number>) =>
    recorder.dispatch(name, loadKernel(name, shards.length), operands, constants, flatGrid(lanes, FLAT));
  const reflect = Number(augment && padding === "reflect" && crop > 0);
  if (source.kind === "f32") record("table", size, { ...at, rows: size });
  else if (resized) {
    const { resized: [resizedHeight, resizedWidth], top, left } = resized;
    const sizes = { channels, height, width, resizedHeight, resizedWidth, shownHeight, shownWidth };
    record("resample", size, { ...at, ...sizes, size, top, left, reflect });
  } else {
    const rows = size / width;
    record("load", rows, { ...at, rows, channels, height, width, reflect });
  }
  return batch;
}

function checkAugmentation(source: BatchSource, { augment, crop, padding, flip, resizedCrop }: BatchOptions): void {
  if (!augment) return;
  if (source.kind === "f32" && (crop > 0 || flip || resizedCrop)) {
    throw new UserError("a table has no images to crop or flip", { hint: "Leave data.augment out." });
  }
  const smallest = Math.min(source.shape[1], source.shape[2]);
  if (padding === "reflect" && crop >= smallest) {
    throw new UserError(`a crop of ${crop} pixels reflects more than an image of ${smallest} pixels has`, {
      hint: "Use a smaller data.augment.crop, or data.augment.padding=zero.",
    });
  }
}
