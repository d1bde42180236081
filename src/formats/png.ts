/** PNG by fast-png: 1 to 16 bits, grey, palette and colour, to 8 bits a channel. Transparency is refused, not blended. */
import { decode, type DecodedPng } from "fast-png";
import { UserError } from "../errors.ts";
import { type Image, MOST_PIXELS } from "./pixels.ts";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** What makes the pixels; everything else is left out, profiles that unpack to anything among it. */
const NEEDED = ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"];

/** Whether `bytes` begin like a PNG file. */
export function isPng(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => bytes[i] === byte);
}

/**
 * @throws UserError for a file that is cut off or damaged, and for pixels that are not opaque. 16 bits lose the lower 8, a
 *   transparency that nothing uses is dropped.
 */
export function decodePng(bytes: Uint8Array, file: string): Image {
  const { kept, colours } = checkChunks(bytes, file);
  let png: DecodedPng;
  try {
    png = decode(kept, { checkCrc: true });
  } catch (cause) {
    throw new UserError(`${file}: the PNG image is damaged: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
  const samples = unpackBits(png);
  const transparent = () =>
    new UserError(`${file}: the PNG image has transparent pixels, and networks take opaque ones`, {
      hint: "Put it on a background and save it without an alpha channel.",
    });
  if (png.palette) return { ...sizeOf(png), channels: 3, data: throughPalette(png, samples, file, transparent) };
  if (colours === "palette") throw new UserError(`${file}: the PNG image is damaged: its palette is missing`);
  const channels = png.channels >= 3 ? 3 : 1;
  if (isTransparent(png, samples)) throw transparent();
  return { ...sizeOf(png), channels, data: toBytes(png, samples, channels) };
}

function sizeOf({ width, height }: DecodedPng): { width: number; height: number } {
  return { width, height };
}

/** Goes through the chunks, and gives a file of the needed ones. */
function checkChunks(bytes: Uint8Array, file: string): { kept: Uint8Array; colours: "palette" | "direct" } {
  const cutOff = () =>
    new UserError(`${file}: the PNG image is cut off: it ends after ${bytes.length} bytes, before its last chunk`);
  const broken = (why: string) => new UserError(`${file}: the PNG image is damaged: ${why}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const parts = [bytes.subarray(0, 8)];
  let pixelBytes = 0;
  let type = "";
  for (let at = 8; type !== "IEND";) {
    if (at + 12 > bytes.length) throw cutOff();
    const length = view.getUint32(at);
    type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (at + 12 + length > bytes.length) throw cutOff();
    if (at === 8 && (type !== "IHDR" || length !== 13)) throw broken("it does not begin with its header");
    if (at > 8 && type === "IHDR") throw broken("it has two headers");
    if (type === "IDAT") pixelBytes += length;
    if (NEEDED.includes(type)) parts.push(bytes.subarray(at, at + 12 + length));
    at += 12 + length;
  }
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const [depth, colour, , , interlaced] = bytes.subarray(24);
  if (width === 0 || height === 0) throw broken(`its size is ${width}×${height}`);
  if (width * height > MOST_PIXELS) {
    throw new UserError(`${file}: the PNG image has ${width}×${height} pixels, more than ${MOST_PIXELS / 1e6} million`);
  }
  if (interlaced !== 0 && depth < 8) {
    throw new UserError(`${file}: an interlaced PNG image of ${depth} bits is not read here`, {
      hint: "Save it without interlacing.",
    });
  }
  if (pixelBytes === 0) throw broken("it has no pixels");
  const samples = ({ 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as Record<number, number>)[colour] ?? 4;
  const unpacked = height * (1 + Math.ceil((width * samples * depth) / 8));
  // Deflate packs at best 1032 bytes into one, and hardly ever makes data longer: memory is only taken for what is there.
  if (unpacked > 1032 * pixelBytes) throw broken(`${pixelBytes} packed bytes cannot hold ${width}×${height} pixels`);
  if (pixelBytes > 2 * unpacked + 4096) {
    throw broken(`${pixelBytes} packed bytes are too many for ${width}×${height} pixels`);
  }
  return { kept: concatenate(parts), colours: colour === 3 ? "palette" : "direct" };
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

type Samples = Uint8Array | Uint8ClampedArray | Uint16Array;

/** One element a sample: below 8 bits several of them share a byte, and each row begins a new one. */
function unpackBits({ width, height, channels, depth, data }: DecodedPng): Samples {
  if (depth >= 8) return data;
  const perRow = width * channels;
  const rowBytes = Math.ceil((perRow * depth) / 8);
  const samples = new Uint8Array(perRow * height);
  for (let y = 0, out = 0; y < height; y++) {
    for (let x = 0; x < perRow; x++) {
      const bit = x * depth;
      samples[out++] = (data[y * rowBytes + (bit >> 3)] >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
    }
  }
  return samples;
}

function throughPalette(
  { palette = [] }: DecodedPng,
  samples: Samples,
  file: string,
  transparent: () => UserError,
): Uint8Array {
  const data = new Uint8Array(3 * samples.length);
  for (let i = 0; i < samples.length; i++) {
    const colour = palette[samples[i]];
    if (colour === undefined) {
      throw new UserError(
        `${file}: the PNG image is damaged: colour ${samples[i]} of ${palette.length} in its palette`,
      );
    }
    if ((colour[3] ?? 255) < 255) throw transparent();
    data[3 * i] = colour[0];
    data[3 * i + 1] = colour[1];
    data[3 * i + 2] = colour[2];
  }
  return data;
}

/** By an alpha channel, or by the one colour that stands for transparency. */
function isTransparent({ channels, depth, transparency }: DecodedPng, samples: Samples): boolean {
  if (channels === 2 || channels === 4) {
    const opaque = 2 ** depth - 1;
    for (let i = channels - 1; i < samples.length; i += channels) if (samples[i] < opaque) return true;
    return false;
  }
  if (!transparency || transparency.length !== channels) return false;
  for (let i = 0; i < samples.length; i += channels) {
    if (transparency.every((value, c) => samples[i + c] === value)) return true;
  }
  return false;
}

function toBytes({ width, height, channels, depth }: DecodedPng, samples: Samples, kept: 1 | 3): Uint8Array {
  const data = new Uint8Array(width * height * kept);
  const factor = depth < 8 ? 255 / (2 ** depth - 1) : 1;
  const shift = depth === 16 ? 8 : 0;
  for (let i = 0, out = 0; i < samples.length; i += channels) {
    for (let c = 0; c < kept; c++) data[out++] = (samples[i + c] >> shift) * factor;
  }
  return data;
}
