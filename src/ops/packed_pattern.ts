/** A mask's index structure on the GPU, as the packed kernels bind it. */
import type { Memory } from "../gpu/memory.ts";
import { whole } from "../gpu/memory.ts";
import type { Pattern } from "../masks/pattern.ts";
import { CHUNK, type PackedPattern } from "./conv_packed.ts";

/** A pattern with the buffers it lives in. */
export interface UploadedPattern extends PackedPattern {
  /** Bytes on the GPU. */
  readonly bytes: number;
  destroy(): void;
}

/** Cuts each output channel's kept weights into runs of at most {@link CHUNK}: triples (output, first, end). */
export function cutChunks(rowStart: Uint32Array): Uint32Array {
  const chunks: number[] = [];
  for (let o = 0; o + 1 < rowStart.length; o++) {
    for (let first = rowStart[o]; first < rowStart[o + 1]; first += CHUNK) {
      chunks.push(o, first, Math.min(first + CHUNK, rowStart[o + 1]));
    }
  }
  return Uint32Array.from(chunks);
}

/** Copies a pattern to the GPU. */
export function uploadPattern(memory: Memory, label: string, pattern: Pattern): UploadedPattern {
  const buffers: GPUBuffer[] = [];
  const upload = (name: string, data: Uint32Array) => {
    const buffer = memory.upload(`${label} ${name}`, data);
    buffers.push(buffer);
    return whole(buffer);
  };
  const chunks = cutChunks(pattern.rowStart);
  return {
    nnz: pattern.nnz,
    rowStart: upload("rowStart", pattern.rowStart),
    entries: upload("entries", pattern.entries),
    colStart: upload("colStart", pattern.colStart),
    transposed: upload("transposed", pattern.transposed),
    chunks: upload("chunks", chunks),
    chunkCount: chunks.length / 3,
    bytes: buffers.reduce((sum, buffer) => sum + buffer.size, 0),
    destroy: () => buffers.forEach((buffer) => memory.destroy(buffer)),
  };
}
