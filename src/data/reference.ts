/** The data path as plain TypeScript: the definition that the kernels of `batch.ts` are tested against. */
import { philox4x32, seedKey, STREAM } from "../random/philox.ts";
import { type BatchOptions, channelScale, type DeviceDatasetOptions } from "./batch.ts";
import { imageBytes } from "./dataset.ts";

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
 * The batch (C, H, W, N) and its samples, N pairs (image, label). The image is padded with zero bytes, cropped to its
 * size, mirrored, and normalised, in this order (torchvision's RandomCrop, RandomHorizontalFlip, Normalize).
 */
export function referenceBatch(
  { split, shape, normalisation }: DeviceDatasetOptions,
  options: BatchOptions,
  { order, start, count, epoch }: BatchPosition,
): { batch: Float32Array; samples: Uint32Array } {
  const [channels, height, width] = shape;
  const { capacity } = options;
  const images = imageBytes(split);
  const scale = channelScale(normalisation);
  const batch = new Float32Array(channels * height * width * capacity), samples = new Uint32Array(2 * capacity);
  for (let n = 0; n < count; n++) {
    const image = order[start + n];
    samples.set([image, split.labels[image]], 2 * n);
    const { down, right, mirrored } = augmentation(options.seed, epoch, start + n, options);
    for (let c = 0; c < channels; c++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const iy = y + down, ix = (mirrored ? width - 1 - x : x) + right;
          const inside = iy >= 0 && iy < height && ix >= 0 && ix < width;
          const byte = inside ? images[((image * channels + c) * height + iy) * width + ix] : 0;
          batch[((c * height + y) * width + x) * capacity + n] = byte * scale[2 * c] + scale[2 * c + 1];
        }
      }
    }
  }
  return { batch, samples };
}
