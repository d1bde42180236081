/** The data path as plain TypeScript: the definition that the kernels of `batch.ts` are tested against. */
import { philox4x32, seedKey, STREAM } from "../random/philox.ts";
import { type Box, drawBox, resampling } from "./augment.ts";
import type { BatchOptions } from "./batch.ts";
import { type BatchSourceOptions, channelScale, seenShape } from "./batch_source.ts";
import { copySample, type Split } from "./dataset.ts";
import { sampleKind } from "./device_samples.ts";

/** What of the step block a batch depends on, and the order of the epoch. */
export interface BatchPosition {
  readonly order: ArrayLike<number>;
  readonly start: number;
  readonly count: number;
  readonly epoch: number;
}

/** How the image at a position of an epoch is moved: window offset down and right, and whether it is mirrored. */
export function augmentation(
  seed: number,
  epoch: number,
  position: number,
  { crop, flip, augment }: Pick<BatchOptions, "crop" | "flip" | "augment">,
): { down: number; right: number; mirrored: boolean } {
  if (!augment) return { down: 0, right: 0, mirrored: false };
  const [a, b, c] = philox4x32([position, epoch, 0, STREAM.augment], seedKey(seed));
  const range = 2 * crop + 1;
  return { down: a % range - crop, right: b % range - crop, mirrored: flip && c >>> 31 === 1 };
}

/**
 * The stored pixels of an axis that make pixel `i` of its resized one, with weights that add up to 1: a triangle around
 * the pixel's centre (half-pixel centres, as align_corners=false), as wide as two stored pixels, or as two resized ones
 * where the axis shrinks (PyTorch's antialias=True, PIL's bilinear).
 */
export function resizeTaps(i: number, length: number, resized: number): { at: number; weight: number }[] {
  const reach = 2 * Math.max(length, resized), centre = length * (2 * i + 1);
  const taps = Array.from({ length }, (_, at) => ({ at, weight: reach - Math.abs(resized * (2 * at + 1) - centre) }))
    .filter(({ weight }) => weight > 0);
  const total = taps.reduce((sum, { weight }) => sum + weight, 0);
  return taps.map(({ at, weight }) => ({ at, weight: weight / total }));
}

/** A plane's box resized; `plane` has rows of `width`. The result is row-major and not rounded. */
export function resizePlane(
  plane: ArrayLike<number>,
  width: number,
  box: Box,
  [height, across]: readonly [number, number],
): Float64Array {
  const rows = Array.from({ length: height }, (_, i) => resizeTaps(i, box.height, height));
  const columns = Array.from({ length: across }, (_, i) => resizeTaps(i, box.width, across));
  const out = new Float64Array(height * across);
  rows.forEach((vertical, y) =>
    columns.forEach((horizontal, x) => {
      let sum = 0;
      for (const v of vertical) {
        for (const h of horizontal) {
          sum += v.weight * h.weight * plane[(box.top + v.at) * width + box.left + h.at];
        }
      }
      out[y * across + x] = sum;
    })
  );
  return out;
}

/** Where a padded image of `size` pixels shows position `i`: undefined where it is black. */
function padded(i: number, size: number, padding: BatchOptions["padding"]): number | undefined {
  if (i >= 0 && i < size) return i;
  if (padding !== "reflect") return undefined;
  return i < 0 ? -i : 2 * (size - 1) - i;
}

/** The sample of this index among all splits, and its label. */
function sampleOf(
  splits: readonly Split[],
  index: number,
  bytes: number,
): { data: Uint8Array<ArrayBuffer>; label: number } {
  let at = index;
  const split = splits.find(({ count }) => at < count || (at -= count, false))!;
  const data = new Uint8Array(bytes);
  copySample(split, at, bytes, data);
  return { data, label: split.labels[at] };
}

/**
 * The batch (C, H, W, N) and its samples, N pairs (image, label). The image or a part of it is resized, padded, cropped
 * to the size that the network sees, mirrored, and normalised, in this order (torchvision's Resize or RandomResizedCrop,
 * RandomCrop, RandomHorizontalFlip, Normalize).
 */
export function referenceBatch(
  { splits, shape, normalisation, size }: Pick<BatchSourceOptions, "splits" | "shape" | "normalisation" | "size">,
  options: BatchOptions,
  { order, start, count, epoch }: BatchPosition,
): { batch: Float32Array; samples: Uint32Array } {
  const [channels, height, width] = shape;
  const { capacity, first, resizedCrop, augment, padding, seed } = options;
  const kind = sampleKind(shape, splits), plane = height * width;
  const [, shownHeight, shownWidth] = seenShape(shape, size);
  const scale = channelScale(normalisation, kind);
  const resized = resampling([height, width], size, { resizedCrop: resizedCrop !== undefined, augment });
  const [fullHeight, fullWidth] = resized?.resized ?? [height, width];
  const batch = new Float32Array(channels * shownHeight * shownWidth * capacity);
  const samples = new Uint32Array(2 * capacity);
  for (let n = 0; n < Math.min(capacity, count - first); n++) {
    const position = start + first + n, image = order[position];
    const { data, label } = sampleOf(splits, image, channels * plane * (kind === "f32" ? 4 : 1));
    samples.set([image, label], 2 * n);
    const values = kind === "f32" ? new Float32Array(data.buffer) : data;
    const box = resizedCrop && augment
      ? drawBox(seed, epoch, position, [height, width], resizedCrop)
      : { top: 0, left: 0, height, width };
    const { down, right, mirrored } = augmentation(seed, epoch, position, options);
    for (let c = 0; c < channels; c++) {
      const stored = values.subarray(c * plane, (c + 1) * plane);
      const full = resized ? resizePlane(stored, width, box, resized.resized) : stored;
      for (let y = 0; y < shownHeight; y++) {
        for (let x = 0; x < shownWidth; x++) {
          const across = mirrored ? shownWidth - 1 - x : x;
          const iy = padded(y + (resized?.top ?? 0) + down, fullHeight, padding);
          const ix = padded(across + (resized?.left ?? 0) + right, fullWidth, padding);
          const value = iy === undefined || ix === undefined ? 0 : full[iy * fullWidth + ix];
          const at = ((c * shownHeight + y) * shownWidth + x) * capacity + n;
          batch[at] = value * scale[2 * c] + scale[2 * c + 1];
        }
      }
    }
  }
  return { batch, samples };
}
