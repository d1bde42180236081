/**
 * JPEG by jpeg-js, with libjpeg's colours: the decoder's own repeat chroma samples instead of interpolating them and cut
 * fractions off, which is up to tens of grey levels away from what PIL and torchvision read.
 */
import * as jpeg from "jpeg-js";
import { UserError } from "../errors.ts";
import { readJpegHeader } from "./jpeg_header.ts";
import { type Image, MOST_PIXELS } from "./pixels.ts";
import { upsample } from "./upsample.ts";

/** @throws UserError for a file that is cut off or damaged, and for kinds of JPEG that are not read (CMYK among them) */
export function decodeJpeg(bytes: Uint8Array, file: string): Image {
  const header = readJpegHeader(bytes, file);
  let packed = bytes;
  if (header.adobeOffset >= 0) {
    // With this segment the decoder converts colours by itself, whatever it is told.
    packed = bytes.slice();
    packed[header.adobeOffset] = 0;
  }
  let decoded: { width: number; height: number; data: Uint8Array };
  try {
    decoded = jpeg.decode(packed, {
      useTArray: true,
      formatAsRGBA: false,
      colorTransform: false,
      tolerantDecoding: false,
      maxResolutionInMP: MOST_PIXELS / 1e6,
      maxMemoryUsageInMB: 2048,
    });
  } catch (cause) {
    throw new UserError(`${file}: the JPEG image is damaged: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
  const { width, height, components, isRgb } = header;
  // Three values a pixel, chroma samples repeated; for a grey image the same value three times.
  const samples = decoded.data;
  const size = width * height;
  if (decoded.width !== width || decoded.height !== height || samples.length !== 3 * size) {
    throw new UserError(`${file}: the JPEG image is damaged: its size is not clear`);
  }
  if (components.length === 1) {
    return { width, height, channels: 1, data: Uint8Array.from({ length: size }, (_, i) => samples[3 * i]) };
  }
  if (isRgb) return { width, height, channels: 3, data: samples };
  const most = { h: Math.max(...components.map(({ h }) => h)), v: Math.max(...components.map(({ v }) => v)) };
  const [y, cb, cr] = components.map(({ h, v }, channel) =>
    upsample(samples, { width, height, channel, across: most.h / h, down: most.v / v })
  );
  toRgb(y, cb, cr, samples);
  return { width, height, channels: 3, data: samples };
}

/** JFIF's conversion in libjpeg's fixed point of 16 bits. */
function toRgb(y: Uint8Array, cb: Uint8Array, cr: Uint8Array, rgb: Uint8Array): void {
  const clamp = (value: number) => value < 0 ? 0 : value > 255 ? 255 : value;
  for (let i = 0, at = 0; i < y.length; i++, at += 3) {
    const [luma, blue, red] = [y[i], cb[i] - 128, cr[i] - 128];
    rgb[at] = clamp(luma + ((91881 * red + 32768) >> 16));
    rgb[at + 1] = clamp(luma + ((-22554 * blue - 46802 * red + 32768) >> 16));
    rgb[at + 2] = clamp(luma + ((116130 * blue + 32768) >> 16));
  }
}
