/**
 * The index structure of a mask, as packed kernels walk it.
 *
 * A packed layer stores the values of its kept weights only, in row-major order of the weight tensor. The forward pass
 * walks rows (output channels), the input gradient walks columns (input channels); both get their own arrays, so that
 * neither searches.
 */
import { UserError } from "../errors.ts";
import { tapsOf } from "./layer.ts";
import { emptyMask, type Mask, setKept, toIndices } from "./mask.ts";

/**
 * The kept weights of a tensor [O, I, kh, kw] (linear: [O, I], one tap at 0, 0), nnz of them. A *place* packs a channel and
 * a tap: `(channel << 8) | (ky << 4) | kx`.
 */
export interface Pattern {
  shape: number[];
  nnz: number;
  /** O + 1: kept weights rowStart[o] .. rowStart[o + 1] - 1 belong to output channel o. */
  rowStart: Uint32Array;
  /** nnz: input channel and tap of each kept weight, in row-major order. */
  entries: Uint32Array;
  /** nnz: output channel of each kept weight. */
  rowOf: Uint32Array;
  /** I + 1: pairs colStart[i] .. colStart[i + 1] - 1 of `transposed` read input channel i. */
  colStart: Uint32Array;
  /**
   * 2 nnz: pairs (index of the value in row-major packed order, output channel and tap), sorted by input channel, then
   * output channel, then tap.
   */
  transposed: Uint32Array;
}

const MAX_KERNEL = 15;
const MAX_CHANNELS = 1 << 24;

/** Packs channel and tap into one word; see {@link Pattern}. */
export function packPlace(channel: number, ky: number, kx: number): number {
  return (channel << 8 | ky << 4 | kx) >>> 0;
}

/** Channel and tap of a packed word. */
export function unpackPlace(place: number): { channel: number; ky: number; kx: number } {
  return { channel: place >>> 8, ky: place >>> 4 & 15, kx: place & 15 };
}

/** The pattern of a mask. Throws a {@link UserError} when a kernel side exceeds 15 or a channel count 2^24. */
export function makePattern(mask: Mask): Pattern {
  const [outputs, inputs, kernelHeight = 1, kernelWidth = 1] = mask.shape;
  if (Math.max(kernelHeight, kernelWidth) > MAX_KERNEL || Math.max(outputs, inputs) > MAX_CHANNELS) {
    throw new UserError(`layer ${mask.name}: shape [${mask.shape.join(", ")}] cannot be stored packed`, {
      hint: `Kernels up to ${MAX_KERNEL}x${MAX_KERNEL} and ${MAX_CHANNELS} channels can; use dense storage.`,
    });
  }
  const taps = tapsOf(mask.shape);
  const row = inputs * taps;
  const { nnz } = mask;
  const rowStart = new Uint32Array(outputs + 1);
  const colStart = new Uint32Array(inputs + 1);
  const entries = new Uint32Array(nnz);
  const rowOf = new Uint32Array(nnz);
  toIndices(mask).forEach((index, value) => {
    const output = Math.floor(index / row);
    const within = index - output * row;
    const input = Math.floor(within / taps);
    const tap = within - input * taps;
    const ky = Math.floor(tap / kernelWidth);
    entries[value] = packPlace(input, ky, tap - ky * kernelWidth);
    rowOf[value] = output;
    rowStart[output + 1]++;
    colStart[input + 1]++;
  });
  for (let o = 0; o < outputs; o++) rowStart[o + 1] += rowStart[o];
  for (let i = 0; i < inputs; i++) colStart[i + 1] += colStart[i];

  // A counting sort by input channel. It is stable, and values come by (output, input, tap): the order wanted inside a
  // column falls out.
  const transposed = new Uint32Array(2 * nnz);
  const next = colStart.slice();
  for (let value = 0; value < nnz; value++) {
    const at = next[entries[value] >>> 8]++;
    transposed[2 * at] = value;
    transposed[2 * at + 1] = (rowOf[value] << 8 | entries[value] & 0xff) >>> 0;
  }
  return { shape: [...mask.shape], nnz, rowStart, entries, rowOf, colStart, transposed };
}

/** The mask that a pattern came from. */
export function patternMask(name: string, pattern: Pattern): Mask {
  const [, inputs, , kernelWidth = 1] = pattern.shape;
  const taps = tapsOf(pattern.shape);
  const mask = emptyMask(name, pattern.shape);
  for (let value = 0; value < pattern.nnz; value++) {
    const { channel, ky, kx } = unpackPlace(pattern.entries[value]);
    setKept(mask, (pattern.rowOf[value] * inputs + channel) * taps + ky * kernelWidth + kx, true);
  }
  return mask;
}

/** The kept values of a dense tensor (N numbers), in packed order (nnz numbers). */
export function packValues(mask: Mask, dense: Float32Array): Float32Array {
  const out = new Float32Array(mask.nnz);
  toIndices(mask).forEach((index, value) => out[value] = dense[index]);
  return out;
}

/** Packed values (nnz numbers) spread over the dense tensor (N numbers), 0 where the mask drops. */
export function unpackValues(mask: Mask, packed: Float32Array): Float32Array {
  const out = new Float32Array(mask.shape.reduce((product, n) => product * n, 1));
  toIndices(mask).forEach((index, value) => out[index] = packed[value]);
  return out;
}
