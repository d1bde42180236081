/**
 * Masks as safetensors, one bit a weight: tensor `<weight>.mask` (U8) holds the bits of the row-major weight, lowest bit
 * first, and metadata `<weight>.shape` its shape as JSON. In Python:
 *
 *     bits = numpy.unpackbits(file["conv1.weight.mask"], bitorder="little", count=numpy.prod(shape)).reshape(shape)
 */
import { UserError } from "../errors.ts";
import { readSafetensors, type Tensor, writeSafetensors } from "./safetensors.ts";

/** A mask as this format stores it: the shape of the project's `Mask`. Bit i is `bits[i >>> 5] >>> (i & 31) & 1`. */
export interface StoredMask {
  name: string;
  /** Conv [out, in, kh, kw], linear [out, in]. */
  shape: number[];
  /** ceil(weights / 32) words, the unused bits of the last one 0. */
  bits: Uint32Array<ArrayBuffer>;
  /** Number of bits that are 1. */
  nnz: number;
}

/** The masks of a file, sorted by name, and the metadata beside their shapes. */
export interface MaskFile {
  masks: StoredMask[];
  metadata: Record<string, string>;
}

type MaskBits = { name: string; shape: readonly number[]; bits: Uint32Array };

const MASK = ".mask";
const SHAPE = ".shape";

/**
 * The bytes of a mask file. Equal masks give equal bytes, in whatever order they are given.
 * @param metadata further entries to store, for example the seed
 * @throws RangeError when `bits` does not fit `shape`, or two masks have one name
 */
export function writeMasks(
  masks: readonly MaskBits[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const tensors = new Map<string, Tensor>();
  const entries = new Map(Object.entries(metadata));
  for (const { name, shape, bits } of masks) {
    const weights = product(shape);
    if (bits.length !== Math.ceil(weights / 32)) {
      throw new RangeError(`mask ${name}: ${bits.length} words of bits do not fit [${shape}]`);
    }
    if (tensors.has(name + MASK)) throw new RangeError(`mask ${name} is given twice`);
    // The words are little-endian in memory, so their bytes are in bit order.
    const data = new Uint8Array(bits.buffer, bits.byteOffset, Math.ceil(weights / 8)).slice();
    tensors.set(name + MASK, { dtype: "U8", shape: [data.length], data });
    entries.set(name + SHAPE, JSON.stringify(shape));
  }
  return writeSafetensors(tensors, Object.fromEntries(entries));
}

/**
 * Reads a mask file.
 * @param file how messages call the data, normally its path
 * @throws UserError when it is not safetensors, holds other tensors than masks, or bits do not fit their shape
 */
export function readMasks(bytes: Uint8Array, file = "mask file"): MaskFile {
  const { tensors, metadata } = readSafetensors(bytes, file);
  const rest = new Map(Object.entries(metadata));
  const masks: StoredMask[] = [];
  for (const [tensorName, tensor] of tensors) {
    if (!tensorName.endsWith(MASK) || tensor.dtype !== "U8") {
      throw new UserError(
        `${file} is not a mask file: tensor ${tensorName} is ${tensor.dtype} [${tensor.shape}], ` +
          "expected U8 bits called <weight>.mask",
        { hint: "Mask files are the masks.safetensors of run folders; weights are in a file of their own." },
      );
    }
    const name = tensorName.slice(0, -MASK.length);
    const shape = parseShape(rest.get(name + SHAPE), name, file);
    rest.delete(name + SHAPE);
    masks.push(unpack(name, shape, tensor.data, file));
  }
  masks.sort((a, b) => a.name < b.name ? -1 : 1);
  return { masks, metadata: Object.fromEntries(rest) };
}

/**
 * The masks in the order of `layers`, one for each.
 * @throws UserError naming the layer, the shape found and the shape expected, when a mask does not fit, is missing or
 * belongs to no layer
 */
export function matchMasks<M extends { name: string; shape: readonly number[] }>(
  masks: readonly M[],
  layers: readonly { name: string; shape: readonly number[] }[],
  file = "mask file",
): M[] {
  const byName = new Map(masks.map((mask) => [mask.name, mask]));
  const problems: string[] = [];
  const matched: M[] = [];
  for (const { name, shape } of layers) {
    const mask = byName.get(name);
    byName.delete(name);
    if (mask === undefined) problems.push(`it has no mask for ${name} ${text(shape)}`);
    else if (text(mask.shape) !== text(shape)) {
      problems.push(`the mask of ${name} has shape ${text(mask.shape)} and the model's weight has ${text(shape)}`);
    } else matched.push(mask);
  }
  for (const mask of byName.values()) {
    problems.push(`it has a mask for ${mask.name} ${text(mask.shape)}, which the model does not mask`);
  }
  if (problems.length > 0) {
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more that do not fit)` : "";
    throw new UserError(`${file} does not fit the model: ${problems[0]}${more}`, {
      hint: "Use the model and the widths that the masks were made for, or another mask file.",
    });
  }
  return matched;
}

function parseShape(json: string | undefined, name: string, file: string): number[] {
  let shape: unknown;
  try {
    shape = JSON.parse(json ?? "");
  } catch {
    shape = undefined;
  }
  if (!Array.isArray(shape) || !shape.every((extent) => Number.isSafeInteger(extent) && extent > 0)) {
    const found = json === undefined ? "it is missing" : `found ${JSON.stringify(json)}`;
    throw new UserError(`${file}: metadata ${name}${SHAPE} must be the weight's shape, such as "[16,3,3,3]": ${found}`);
  }
  return shape;
}

function unpack(name: string, shape: number[], data: Uint8Array, file: string): StoredMask {
  const weights = product(shape);
  const expected = Math.ceil(weights / 8);
  if (data.length !== expected) {
    throw new UserError(
      `${file}: the mask of ${name} has ${data.length} bytes of bits and its shape ${text(shape)} needs ${expected}`,
    );
  }
  if (weights % 8 > 0 && data[expected - 1] >>> (weights % 8) !== 0) {
    throw new UserError(`${file}: the mask of ${name} ${text(shape)} has bits set after its last weight`);
  }
  const bits = new Uint32Array(Math.ceil(weights / 32));
  new Uint8Array(bits.buffer).set(data);
  return { name, shape, bits, nnz: bits.reduce((total, word) => total + popcount(word), 0) };
}

function popcount(word: number): number {
  word -= (word >>> 1) & 0x55555555;
  word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
  return Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function product(shape: readonly number[]): number {
  return shape.reduce((total, extent) => total * extent, 1);
}

function text(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}
