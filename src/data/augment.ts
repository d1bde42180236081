/**
 * Where the pixels of an augmented or resized image come from, as whole numbers that are the same everywhere.
 *
 * The draws of an image are addressed by its position in the epoch's order and the epoch, in the augment stream. Layer 0
 * moves the crop: lanes down, right, flip. Layers 1 to {@link TRIES} are the tries of a random resized crop: lanes area,
 * ratio, top, left.
 */
import { UserError } from "../errors.ts";
import { philox4x32, seedKey, STREAM } from "../random/philox.ts";
import { portableLog } from "../random/real.ts";

/** A part of an image, in its pixels. */
export interface Box {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** What {@link drawBox} cuts out: shares of the area, and width over height, least and greatest. */
export interface ResizedCrop {
  readonly scale: readonly [number, number];
  readonly ratio: readonly [number, number];
}

/** Height and width. */
export type Size2 = readonly [number, number];

/** A box of an image is resized to `resized`; the network sees its window from (top, left) on. */
export interface Resampling {
  readonly resized: Size2;
  readonly top: number;
  readonly left: number;
}

/** How often a random box is drawn until it fits into its image, as in torchvision. */
export const TRIES = 10;

/** Entries of each of the three tables of {@link rootTables} (ENTRIES in shaders/data/box.wgsl). */
const ENTRIES = 4096;

/** Roots are kept in this fraction of a pixel: the product of two has 32 bits behind the point. */
const ONE = 65_536;

/** The evaluation's image before its centre is cut out, over what is cut out: 256 to 224, as in torchvision. */
const MARGIN = 256 / 224;

/**
 * e^x from + − × ÷ alone, so that every engine gives the same bits; about 1e-12 relative for |x| below 8. By the series
 * for x / 1024 and ten squarings.
 */
export function portableExp(x: number): number {
  const small = x / 1024;
  let value = 1;
  for (let k = 12; k >= 1; k--) value = 1 + value * small / k;
  for (let i = 0; i < 10; i++) value *= value;
  return value;
}

/**
 * √(area · s) for 4096 shares s spread evenly over `scale`, then √r and √(1/r) for 4096 ratios r spread evenly in the
 * logarithm over `ratio`, each in 65536ths and rounded. A box is then √area · √ratio wide and √area / √ratio high.
 * @throws {UserError} for shares outside 0 to 1, ratios that are not positive, or a least above the greatest
 */
export function rootTables([height, width]: Size2, { scale, ratio }: ResizedCrop): Uint32Array {
  if (!(scale[0] > 0 && scale[0] <= scale[1] && scale[1] <= 1)) {
    throw new UserError(
      `a resized crop takes shares ${scale[0]} to ${scale[1]} of the area; expected 0 < least ≤ greatest ≤ 1`,
    );
  }
  if (!(ratio[0] > 0 && ratio[0] <= ratio[1])) {
    throw new UserError(`a resized crop has ratios ${ratio[0]} to ${ratio[1]}; expected 0 < least ≤ greatest`);
  }
  const roots = new Uint32Array(3 * ENTRIES);
  const low = portableLog(ratio[0]), high = portableLog(ratio[1]);
  for (let k = 0; k < ENTRIES; k++) {
    const part = (k + 0.5) / ENTRIES;
    const ratioRoot = portableExp((low + (high - low) * part) / 2);
    roots[k] = Math.round(ONE * Math.sqrt(height * width * (scale[0] + (scale[1] - scale[0]) * part)));
    roots[ENTRIES + k] = Math.round(ONE * ratioRoot);
    roots[2 * ENTRIES + k] = Math.round(ONE / ratioRoot);
  }
  return roots;
}

/** The largest part in the middle whose ratio is allowed: torchvision's choice where no try fits. */
export function fallbackBox([height, width]: Size2, { ratio }: ResizedCrop): Box {
  let [h, w] = [height, width];
  if (width / height < ratio[0]) h = Math.min(height, Math.max(1, roundHalfEven(width / ratio[0])));
  else if (width / height > ratio[1]) w = Math.min(width, Math.max(1, roundHalfEven(height * ratio[1])));
  return { top: Math.floor((height - h) / 2), left: Math.floor((width - w) / 2), height: h, width: w };
}

/** The box of the image at a position of an epoch, by the law of torchvision's RandomResizedCrop. */
export function drawBox(
  seed: number,
  epoch: number,
  position: number,
  [height, width]: Size2,
  crop: ResizedCrop,
  roots: Uint32Array = rootTables([height, width], crop),
): Box {
  const key = seedKey(seed);
  const pixels = (area: number, ratio: number) => Math.floor((area * ratio + 2 ** 31) / 2 ** 32);
  for (let i = 1; i <= TRIES; i++) {
    const [area, ratio, top, left] = philox4x32([position, epoch, i, STREAM.augment], key);
    const root = roots[area >>> 20], entry = ENTRIES + (ratio >>> 20);
    const w = pixels(root, roots[entry]), h = pixels(root, roots[entry + ENTRIES]);
    if (w > 0 && w <= width && h > 0 && h <= height) {
      return { top: top % (height - h + 1), left: left % (width - w + 1), height: h, width: w };
    }
  }
  return fallbackBox([height, width], crop);
}

/**
 * How images are resized: undefined where they are shown as they are.
 *
 * With a resized crop, training shows the drawn box at the network's size; evaluation resizes the shorter side to 256/224
 * of `size` and shows the middle. Otherwise the whole image is resized to `size` × `size`. Where no size is asked for,
 * evaluation shows images as they are.
 */
export function resampling(
  stored: Size2,
  size: number | undefined,
  { resizedCrop, augment }: { readonly resizedCrop: boolean; readonly augment: boolean },
): Resampling | undefined {
  const resized: Size2 = size === undefined ? stored : [size, size];
  const whole = { resized, top: 0, left: 0 };
  if (resizedCrop && augment) return whole;
  if (size === undefined) return undefined;
  if (!resizedCrop) return stored[0] === size && stored[1] === size ? undefined : whole;
  const short = Math.min(...stored), wanted = roundHalfEven(size * MARGIN);
  const [height, width] = stored.map((side) => Math.floor(wanted * side / short));
  return { resized: [height, width], top: roundHalfEven((height - size) / 2), left: roundHalfEven((width - size) / 2) };
}

/** The nearest whole number, of two the even one, as Python's `round`. */
function roundHalfEven(x: number): number {
  const rounded = Math.round(x);
  return rounded - x === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
