/**
 * Chroma samples to every pixel, as libjpeg does ("fancy upsampling"): a pixel takes three quarters of the nearest sample
 * and one of the next, in each direction that has half the samples. Other ratios repeat samples.
 */

/** One channel of an image of three, whose samples have been repeated to every pixel. */
export interface Channel {
  width: number;
  height: number;
  channel: number;
  /** Pixels a sample, in a row and in a column. */
  across: number;
  down: number;
}

/** @param repeated three values a pixel @returns one value a pixel */
export function upsample(repeated: Uint8Array, options: Channel): Uint8Array {
  const { width, height, channel, across, down } = options;
  const pixel = (x: number, y: number) => repeated[3 * (y * width + x) + channel];
  const halfWidth = Math.ceil(width / 2);
  const plane = new Uint8Array(width * height);
  // libjpeg repeats the samples of very narrow images.
  const smooth = (across === 2 && (down === 1 || down === 2) && halfWidth > 2) || (across === 1 && down === 2);
  if (!smooth) {
    for (let i = 0, at = channel; i < plane.length; i++, at += 3) plane[i] = repeated[at];
    return plane;
  }
  const rows = Math.ceil(height / down);
  const columns = Math.ceil(width / across);
  // One row of samples, mixed with the next one in the other direction: 4 times the value, or itself.
  const mixed = new Int32Array(columns);
  for (let y = 0; y < height; y++) {
    const near = down === 1 ? y : y >> 1;
    const far = down === 1 ? y : Math.min(rows - 1, Math.max(0, near + (y % 2 === 0 ? -1 : 1)));
    for (let x = 0; x < columns; x++) {
      const value = pixel(x * across, near * down);
      mixed[x] = down === 1 ? value : 3 * value + pixel(x * across, far * down);
    }
    const out = plane.subarray(y * width, (y + 1) * width);
    if (across === 1) {
      const round = y % 2 === 0 ? 1 : 2;
      for (let x = 0; x < width; x++) out[x] = (mixed[x] + round) >> 2;
    } else if (down === 1) {
      spread(mixed, out, 1, 2, 2);
    } else {
      spread(mixed, out, 8, 7, 4);
    }
  }
  return plane;
}

/** Twice as many values: left and right of each sample, with other roundings so that the mean stays. */
function spread(samples: Int32Array, out: Uint8Array, left: number, right: number, shift: number): void {
  const last = samples.length - 1;
  for (let x = 0; x < out.length; x++) {
    const near = x >> 1;
    const far = x % 2 === 0 ? Math.max(0, near - 1) : Math.min(last, near + 1);
    out[x] = (3 * samples[near] + samples[far] + (x % 2 === 0 ? left : right)) >> shift;
  }
}
