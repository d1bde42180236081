/** A mask's index structure on the GPU, as the packed kernels bind it. */
import type { Memory } from "../gpu/memory.ts";
import { whole } from "../gpu/memory.ts";
import { balancedOrder, type Pattern } from "../masks/pattern.ts";
import { chunkBlocks, type PackedPattern } from "./conv_packed.ts";

/** A pattern with the buffers it lives in. */
export interface UploadedPattern extends PackedPattern {
  /** Bytes on the GPU. */
  readonly bytes: number;
  destroy(): void;
}

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

/** The index arrays of a pattern by the names that {@link PackedPattern} binds them with. */
export function patternArrays(pattern: Pattern) {
  const { rowStart, entries, colStart, transposed, block, count } = pattern;
  const most = chunkBlocks(block, count / (rowStart.length - 1));
  const rowOrder = balancedOrder(rowStart), colOrder = balancedOrder(colStart);
  const chunks = cutChunks(rowStart, most);
  return { rowStart, entries, colStart, transposed, rowOrder, colOrder, chunks, chunkBlocks: most };
}

/** Copies a pattern to the GPU. */
export function uploadPattern(memory: Memory, label: string, pattern: Pattern): UploadedPattern {
  const buffers: GPUBuffer[] = [];
  const upload = (name: string, data: Uint32Array) => {
    const buffer = memory.upload(`${label} ${name}`, data);
    buffers.push(buffer);
    return whole(buffer);
  };
  const { block, count } = pattern, arrays = patternArrays(pattern);
  return {
    block,
    count,
    rowStart: upload("rowStart", arrays.rowStart),
    entries: upload("entries", arrays.entries),
    colStart: upload("colStart", arrays.colStart),
    transposed: upload("transposed", arrays.transposed),
    rowOrder: upload("rowOrder", arrays.rowOrder),
    colOrder: upload("colOrder", arrays.colOrder),
    chunks: upload("chunks", arrays.chunks),
    chunkBlocks: arrays.chunkBlocks,
    chunkCount: arrays.chunks.length / 3,
    bytes: buffers.reduce((sum, buffer) => sum + buffer.size, 0),
    destroy: () => buffers.forEach((buffer) => memory.destroy(buffer)),
  };
}
