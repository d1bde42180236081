/** Images as bytes, and their channels. */

/** An image of 8 bits a channel. */
export interface Image {
  width: number;
  height: number;
  channels: 1 | 3;
  /** Row by row, the channels of a pixel side by side. */
  data: Uint8Array;
}

/** The most pixels that an image may have: larger than photographs are, and small enough for memory. */
export const MOST_PIXELS = 64e6;

/**
 * The planes of an image, one after the other, as the networks take them: [channels, height, width]. Grey becomes three
 * equal planes; colour becomes grey by the weights of ITU-R 601, in PIL's fixed point.
 */
export function toPlanes({ width, height, channels: given, data }: Image, channels: 1 | 3): Uint8Array<ArrayBuffer> {
  const size = width * height;
  const planes = new Uint8Array(channels * size);
  if (given === 1) {
    for (let c = 0; c < channels; c++) planes.set(data.subarray(0, size), c * size);
  } else if (channels === 3) {
    for (let i = 0, at = 0; i < size; i++, at += 3) {
      planes[i] = data[at];
      planes[size + i] = data[at + 1];
      planes[2 * size + i] = data[at + 2];
    }
  } else {
    for (let i = 0, at = 0; i < size; i++, at += 3) {
      planes[i] = (19595 * data[at] + 38470 * data[at + 1] + 7471 * data[at + 2] + 0x8000) >> 16;
    }
  }
  return planes;
}
