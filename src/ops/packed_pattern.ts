/** A mask's index structure on the GPU, as the packed kernels bind it. */
import type { Memory, Slice } from "../gpu/memory.ts";
import { whole } from "../gpu/memory.ts";
import { blockGrid, type BlockSize } from "../masks/blocks.ts";
import { balancedOrder, type Pattern } from "../masks/pattern.ts";
import { chunkBlocks, type PackedPattern } from "./conv_packed.ts";

/** The arrays of a pattern on the device. */
export const PATTERN_ARRAYS = [
  "rowStart",
  "entries",
  "colStart",
  "transposed",
  "rowOrder",
  "colOrder",
  "chunks",
] as const;

/** Buffers for patterns of one layer with at most `capacity` kept blocks. */
export interface PatternBuffers extends Readonly<Record<(typeof PATTERN_ARRAYS)[number], Slice>> {
  /** Output and input channels of a block. */
  readonly block: BlockSize;
  /** Most kept blocks. */
  readonly capacity: number;
  /** Bytes on the GPU. */
  readonly bytes: number;
  destroy(): void;
}

/** A pattern with the buffers it lives in. */
export type UploadedPattern = PackedPattern & PatternBuffers;

/** Cuts each row's kept blocks into runs of at most `most`: triples (row, first block, end). */
export function cutChunks(rowStart: Uint32Array, most: number): Uint32Array {
  const chunks: number[] = [];
  for (let row = 0; row + 1 < rowStart.length; row++) {
    for (let first = rowStart[row]; first < rowStart[row + 1]; first += most) {
      chunks.push(row, first, Math.min(first + most, rowStart[row + 1]));
    }
  }
  return Uint32Array.from(chunks);
}

/** Most blocks of a chunk, over all patterns (the largest number that {@link chunkBlocks} gives). */
const MOST_CHUNK = 8;

/**
 * The kept blocks from which on a layer of so many block rows gets chunks of 2, of 4 and of 8; what is never reached is
 * 2³² − 1. {@link chunkBlocks} is the one rule, asked here by halving, because kernels must follow it too.
 */
export function chunkThresholds(block: BlockSize, rows: number): [from2: number, from4: number, from8: number] {
  const never = 0xffffffff;
  const from = (blocks: number) => {
    let low = 0, high = never;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (chunkBlocks(block, middle / rows) >= blocks) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return [from(2), from(4), from(8)];
}

/** Chunks at most, over all patterns of so many block rows that keep at most `capacity` blocks. */
export function chunkCapacity(block: BlockSize, rows: number, capacity: number): number {
  const ends = [...chunkThresholds(block, rows).map((from) => from - 1), capacity];
  let most = 0;
  for (let blocks = 1, i = 0; blocks <= MOST_CHUNK; blocks *= 2, i++) {
    const count = Math.min(ends[i], capacity); // the most that is cut into chunks of so many
    most = Math.max(most, Math.min(count, Math.floor(count / blocks) + rows));
  }
  return most;
}

/** The index arrays of a pattern by the names that {@link PackedPattern} binds them with. */
export function patternArrays(pattern: Pattern) {
  const { rowStart, entries, colStart, transposed, block, count } = pattern;
  const most = chunkBlocks(block, count / (rowStart.length - 1));
  const rowOrder = balancedOrder(rowStart), colOrder = balancedOrder(colStart);
  const chunks = cutChunks(rowStart, most);
  return { rowStart, entries, colStart, transposed, rowOrder, colOrder, chunks, chunkBlocks: most };
}

/** Makes buffers for the patterns of a layer that keep at most `capacity` blocks. */
export function createPattern(
  memory: Memory,
  label: string,
  shape: readonly number[],
  block: BlockSize,
  capacity: number,
): PatternBuffers {
  const buffers: GPUBuffer[] = [];
  const make = (name: string, words: number): Slice => {
    const buffer = memory.create(`${label} ${name}`, 4 * words);
    buffers.push(buffer);
    return whole(buffer);
  };
  const grid = blockGrid(shape, block), [rows, columns] = grid.blocks;
  return {
    block: grid.block,
    capacity,
    rowStart: make("rowStart", rows + 1),
    entries: make("entries", capacity),
    colStart: make("colStart", columns + 1),
    transposed: make("transposed", 2 * capacity),
    rowOrder: make("rowOrder", rows),
    colOrder: make("colOrder", columns),
    chunks: make("chunks", 3 * chunkCapacity(grid.block, rows, capacity)),
    bytes: buffers.reduce((sum, buffer) => sum + buffer.size, 0),
    destroy: () => buffers.forEach((buffer) => memory.destroy(buffer)),
  };
}

/** Copies a pattern to the GPU, with room for `capacity` blocks where more will be kept later. */
export function uploadPattern(
  memory: Memory,
  label: string,
  pattern: Pattern,
  capacity: number = pattern.count,
): UploadedPattern {
  if (pattern.count > capacity) {
    throw new RangeError(`${label} keeps ${pattern.count} blocks, but has room for ${capacity}`);
  }
  const buffers = createPattern(memory, label, pattern.shape, pattern.block, capacity);
  const arrays = patternArrays(pattern);
  for (const name of PATTERN_ARRAYS) memory.write(buffers[name], arrays[name]);
  const { chunkBlocks } = arrays;
  return { ...buffers, count: pattern.count, chunkBlocks, chunkCount: arrays.chunks.length / 3 };
}
