/**
 * Resizing and cropping with the numbers of PIL and torchvision: `Resize(n)` and `CenterCrop(n)` on a PIL image. The
 * filter is a triangle that widens where the image shrinks, applied to rows and then to columns in fixed point, with
 * bytes in between (`ImagingResample` of Pillow, described in its documentation as `BILINEAR`).
 */
import { UserError } from "../errors.ts";
import { type Image, MOST_PIXELS } from "./pixels.ts";

/** Fraction bits of a weight: a byte, the sum's growth and the sign leave this much of 32 bits. */
const FRACTION_BITS = 32 - 8 - 2;

/** What each of the new positions takes from the old ones. */
interface Weights {
  /** First old position. */
  first: Int32Array;
  count: Int32Array;
  /** `stride` for each new position. */
  values: Int32Array;
  stride: number;
}

/**
 * Makes the shorter side `shorter` pixels long and keeps the proportions; the longer side is rounded down.
 * @param file how messages call the image
 * @throws UserError for an image so narrow that the other side would be enormous
 */
export function resizeShort(image: Image, shorter: number, file = "the image"): Image {
  const { width, height } = image;
  const longer = Math.trunc((shorter * Math.max(width, height)) / Math.min(width, height));
  if (shorter * longer > MOST_PIXELS) {
    throw new UserError(
      `${file}: ${width}×${height} pixels are too narrow to be resized to ${shorter} at the short side`,
    );
  }
  return width <= height ? resize(image, shorter, longer) : resize(image, longer, shorter);
}

/** Any new size; the proportions may change. */
export function resize(image: Image, width: number, height: number): Image {
  const wide = image.width === width ? image : resizeRows(image, width);
  return image.height === height ? wide : resizeColumns(wide, height);
}

/**
 * The square of `size` pixels in the middle. Where that lies between two pixels, the place is rounded to the even one.
 * @throws RangeError when the image is smaller
 */
export function centreCrop({ width, height, channels, data }: Image, size: number): Image {
  if (size > width || size > height) throw new RangeError(`${width}×${height} pixels have no ${size}×${size} in them`);
  const [left, top] = [halfEven(width - size), halfEven(height - size)];
  const cropped = new Uint8Array(size * size * channels);
  for (let y = 0; y < size; y++) {
    const start = ((top + y) * width + left) * channels;
    cropped.set(data.subarray(start, start + size * channels), y * size * channels);
  }
  return { width: size, height: size, channels, data: cropped };
}

function halfEven(difference: number): number {
  const floor = Math.floor(difference / 2);
  return difference % 2 === 1 && floor % 2 === 1 ? floor + 1 : floor;
}

function triangleWeights(from: number, to: number): Weights {
  const scale = from / to;
  const reach = Math.max(scale, 1);
  const stride = Math.ceil(reach) * 2 + 1;
  const weights: Weights = {
    first: new Int32Array(to),
    count: new Int32Array(to),
    values: new Int32Array(to * stride),
    stride,
  };
  const real = new Float64Array(stride);
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - reach + 0.5));
    const count = Math.min(from, Math.trunc(centre + reach + 0.5)) - first;
    let sum = 0;
    for (let k = 0; k < count; k++) sum += real[k] = Math.max(0, 1 - Math.abs((first + k - centre + 0.5) / reach));
    for (let k = 0; k < count; k++) {
      weights.values[i * stride + k] = Math.trunc(0.5 + (real[k] / sum) * 2 ** FRACTION_BITS);
    }
    weights.first[i] = first;
    weights.count[i] = count;
  }
  return weights;
}

/** Half of the last bit, so that cutting the fraction off rounds. */
const HALF = 1 << (FRACTION_BITS - 1);

function resizeRows({ width: from, height, channels, data }: Image, width: number): Image {
  const { first, count, values, stride } = triangleWeights(from, width);
  const resized = new Uint8ClampedArray(width * height * channels);
  for (let y = 0, out = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const start = (y * from + first[x]) * channels;
      for (let c = 0; c < channels; c++) {
        let sum = HALF;
        for (let k = 0; k < count[x]; k++) sum += data[start + k * channels + c] * values[x * stride + k];
        resized[out++] = sum >> FRACTION_BITS;
      }
    }
  }
  return { width, height, channels, data: new Uint8Array(resized.buffer) };
}

function resizeColumns({ width, height: from, channels, data }: Image, height: number): Image {
  const { first, count, values, stride } = triangleWeights(from, height);
  const row = width * channels;
  const resized = new Uint8ClampedArray(row * height);
  for (let y = 0, out = 0; y < height; y++) {
    for (let x = 0; x < row; x++) {
      const start = first[y] * row + x;
      let sum = HALF;
      for (let k = 0; k < count[y]; k++) sum += data[start + k * row] * values[y * stride + k];
      resized[out++] = sum >> FRACTION_BITS;
    }
  }
  return { width, height, channels, data: new Uint8Array(resized.buffer) };
}
