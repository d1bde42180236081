/**
 * The index structure of a mask, as packed kernels walk it.
 *
 * A packed layer stores the values of its kept blocks only, block after block. A block is the weights of a few output and
 * input channels at one tap; with blocks of one weight, the paper's masks, the stored values are the kept weights in
 * row-major order. The forward pass walks rows (of output channels), the input gradient walks columns (of input
 * channels); both get their own arrays, so that neither searches.
 */
import { UserError } from "../errors.ts";
import { blockGrid, type BlockSize, NO_BLOCKS } from "./blocks.ts";
import { tapsOf } from "./layer.ts";
import { emptyMask, type Mask, setKept, toIndices } from "./mask.ts";

/**
 * The kept blocks of a tensor [O, I, kh, kw] (linear: [O, I], one tap at 0, 0). A block that keeps one of its weights is
 * kept; R = ⌈O / outs⌉ rows and C = ⌈I / ins⌉ columns of blocks. A *place* packs a channel of blocks and a tap:
 * `(channel << 8) | (ky << 4) | kx`.
 */
export interface Pattern {
  shape: number[];
  /** Output and input channels of a block, no larger than the layer. */
  block: BlockSize;
  /** Kept blocks. */
  count: number;
  /** Kept weights; with blocks of one weight as many as blocks. */
  nnz: number;
  /** R + 1: blocks rowStart[r] .. rowStart[r + 1] - 1 belong to block row r. */
  rowStart: Uint32Array;
  /** count: block column and tap of each block, ordered by (block row, block column, tap). */
  entries: Uint32Array;
  /** count: block row of each block. */
  rowOf: Uint32Array;
  /** C + 1: pairs colStart[c] .. colStart[c + 1] - 1 of `transposed` read block column c. */
  colStart: Uint32Array;
  /** 2 count: pairs (index of the block, block row and tap), sorted by block column, then block row, then tap. */
  transposed: Uint32Array;
}

/** The slot of a value that belongs to no kept weight (see {@link slotIndices}). */
export const NO_WEIGHT = 0xffffffff;

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

/** Values that a pattern's layer stores: every weight of its kept blocks, with the room that clipped blocks leave. */
export function storedValues({ count, block: [outs, ins] }: Pick<Pattern, "count" | "block">): number {
  return count * outs * ins;
}

/** Values that a mask's layer would store packed in blocks, without building its pattern. */
export function storedOfMask(mask: Mask, block: BlockSize = NO_BLOCKS): number {
  const grid = blockGrid(mask.shape, block), [outs, ins] = grid.block;
  return outs * ins === 1 ? mask.nnz : keptBlocks(mask, grid).length * outs * ins;
}

/** Throws a {@link UserError} when a kernel side exceeds 15 or a channel count 2^24. */
function requirePackable(mask: Mask): void {
  const [outputs, inputs, kernelHeight = 1, kernelWidth = 1] = mask.shape;
  if (Math.max(kernelHeight, kernelWidth) > MAX_KERNEL || Math.max(outputs, inputs) > MAX_CHANNELS) {
    throw new UserError(`layer ${mask.name}: shape [${mask.shape.join(", ")}] cannot be stored packed`, {
      hint: `Kernels up to ${MAX_KERNEL}x${MAX_KERNEL} and ${MAX_CHANNELS} channels can; use dense storage.`,
    });
  }
}

/** Row-major indices, ascending, in the tensor of blocks of those that keep a weight. */
function keptBlocks(mask: Mask, grid: ReturnType<typeof blockGrid>): Uint32Array {
  const [outs, ins] = grid.block;
  if (outs * ins === 1) return toIndices(mask);
  const taps = tapsOf(mask.shape), inputs = mask.shape[1], columns = grid.blocks[1];
  const blocks = emptyMask(mask.name, grid.blocks);
  toIndices(mask).forEach((index) => {
    const tap = index % taps, place = (index - tap) / taps;
    const input = place % inputs, output = (place - input) / inputs;
    setKept(blocks, (Math.floor(output / outs) * columns + Math.floor(input / ins)) * taps + tap, true);
  });
  return toIndices(blocks);
}

/**
 * The pattern of a mask in blocks of so many output and input channels.
 * @throws a {@link UserError} when a kernel side exceeds 15 or a channel count 2^24
 */
export function makePattern(mask: Mask, block: BlockSize = NO_BLOCKS): Pattern {
  requirePackable(mask);
  const kernelWidth = mask.shape[3] ?? 1, taps = tapsOf(mask.shape);
  const grid = blockGrid(mask.shape, block);
  const [rows, columns] = grid.blocks;
  const kept = keptBlocks(mask, grid), count = kept.length;
  const rowStart = new Uint32Array(rows + 1);
  const colStart = new Uint32Array(columns + 1);
  const entries = new Uint32Array(count);
  const rowOf = new Uint32Array(count);
  kept.forEach((index, value) => {
    const tap = index % taps, place = (index - tap) / taps;
    const column = place % columns, row = (place - column) / columns;
    const kx = tap % kernelWidth, ky = (tap - kx) / kernelWidth;
    entries[value] = packPlace(column, ky, kx);
    rowOf[value] = row;
    rowStart[row + 1]++;
    colStart[column + 1]++;
  });
  for (let r = 0; r < rows; r++) rowStart[r + 1] += rowStart[r];
  for (let c = 0; c < columns; c++) colStart[c + 1] += colStart[c];

  // A counting sort by block column. It is stable, and blocks come by (row, column, tap): the order wanted inside a
  // column falls out.
  const transposed = new Uint32Array(2 * count);
  const next = colStart.slice();
  for (let value = 0; value < count; value++) {
    const at = next[entries[value] >>> 8]++;
    transposed[2 * at] = value;
    transposed[2 * at + 1] = (rowOf[value] << 8 | entries[value] & 0xff) >>> 0;
  }
  return {
    shape: [...mask.shape],
    block: grid.block,
    count,
    nnz: mask.nnz,
    rowStart,
    entries,
    rowOf,
    colStart,
    transposed,
  };
}

/**
 * For each stored value the row-major index of its weight, {@link NO_WEIGHT} where a clipped block has none. In a block
 * values are ordered by input channel, then output channel.
 */
export function slotIndices(pattern: Pattern): Uint32Array {
  const [outputs, inputs, , kernelWidth = 1] = pattern.shape;
  const taps = tapsOf(pattern.shape), [outs, ins] = pattern.block;
  const indices = new Uint32Array(storedValues(pattern)).fill(NO_WEIGHT);
  for (let b = 0; b < pattern.count; b++) {
    const { channel, ky, kx } = unpackPlace(pattern.entries[b]);
    for (let i = 0; i < ins; i++) {
      const input = channel * ins + i;
      for (let o = 0; o < outs; o++) {
        const output = pattern.rowOf[b] * outs + o;
        if (input >= inputs || output >= outputs) continue;
        indices[(b * ins + i) * outs + o] = (output * inputs + input) * taps + ky * kernelWidth + kx;
      }
    }
  }
  return indices;
}

/** The mask of every weight in a pattern's blocks: where blocks are single weights, the mask that it came from. */
export function patternMask(name: string, pattern: Pattern): Mask {
  const mask = emptyMask(name, pattern.shape);
  for (const index of slotIndices(pattern)) if (index !== NO_WEIGHT) setKept(mask, index, true);
  return mask;
}

/** Hands of {@link balancedOrder}, unless it is told otherwise. The GPU deals to as many (src/ops/pattern_build.ts). */
export const ORDER_HANDS = 16;

/**
 * An order of rows (or columns) in which neighbours share the work evenly: they are dealt to `hands` from the longest on,
 * back and forth, and each hand comes in one piece. Processors that take equal shares of neighbouring rows, as software
 * adapters do, then finish together, however uneven the rows are; on a GPU it does no harm.
 * @param start rowStart or colStart of a pattern
 */
export function balancedOrder(start: Uint32Array, hands = ORDER_HANDS): Uint32Array {
  const rows = Array.from({ length: start.length - 1 }, (_, row) => row);
  const length = (row: number) => start[row + 1] - start[row];
  rows.sort((a, b) => length(b) - length(a) || a - b);
  const dealt = Array.from({ length: Math.min(hands, rows.length) }, () => [] as number[]);
  rows.forEach((row, turn) => {
    const at = turn % (2 * dealt.length);
    dealt[Math.min(at, 2 * dealt.length - 1 - at)].push(row);
  });
  return Uint32Array.from(dealt.flat());
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
