/**
 * Building a pattern on the GPU: from the bits of a mask exactly the arrays that `makePattern` and `patternArrays` build on
 * the CPU, so that weights never leave the device when a mask changes.
 *
 * It goes in two parts. The first only counts, and its counts (a few integers) are read back: whether the new pattern fits
 * its buffers is known before anything is changed. The second fills the arrays. Positions come from exclusive scans of
 * counts, so every entry has one place whatever runs first.
 */
import { FLAT, flatKernel } from "../gpu/flat.ts";
import { flatGrid, type Operand, type Recorder, type Tensor } from "../gpu/recorder.ts";
import { blockGrid, type BlockSize } from "../masks/blocks.ts";
import { tapsOf } from "../masks/layer.ts";
import { wordCount } from "../masks/mask.ts";
import { ORDER_HANDS } from "../masks/pattern.ts";
import { chunkThresholds, type PatternBuffers } from "./packed_pattern.ts";
import { recordScan } from "./scan.ts";
import bitsText from "../../shaders/pattern/bits.wgsl" with { type: "text" };
import blocksText from "../../shaders/pattern/blocks.wgsl" with { type: "text" };
import chunksText from "../../shaders/pattern/chunks.wgsl" with { type: "text" };
import columnCountsText from "../../shaders/pattern/column_counts.wgsl" with { type: "text" };
import columnsText from "../../shaders/pattern/columns.wgsl" with { type: "text" };
import countText from "../../shaders/pattern/count_words.wgsl" with { type: "text" };
import entriesText from "../../shaders/pattern/entries.wgsl" with { type: "text" };
import orderText from "../../shaders/pattern/order.wgsl" with { type: "text" };
import rowChunksText from "../../shaders/pattern/row_chunks.wgsl" with { type: "text" };
import rowsText from "../../shaders/pattern/rows.wgsl" with { type: "text" };

const onBits = (text: string) => flatKernel(text, { with: [bitsText] });
const kernels = {
  blocks: onBits(blocksText),
  count: onBits(countText),
  rowChunks: onBits(rowChunksText),
  rows: onBits(rowsText),
  entries: onBits(entriesText),
  columnCounts: onBits(columnCountsText),
  columns: onBits(columnsText),
  chunks: flatKernel(chunksText),
  order: flatKernel(orderText),
};

/** Block rows whose part of a column one invocation walks (fixed in column_counts.wgsl and columns.wgsl). */
const SEGMENT = 32;

/** u32 of a layer's counts: kept blocks, kept weights, chunks, blocks of a chunk. */
export const COUNT_WORDS = 4;

/** A layer's counts as read back. */
export interface PatternCounts {
  /** Kept blocks. */
  readonly count: number;
  /** Kept weights. */
  readonly nnz: number;
  readonly chunkCount: number;
  readonly chunkBlocks: number;
}

/** Layer `index` of counts that were read back. */
export function readCounts(words: Uint32Array, index: number): PatternCounts {
  const [count, nnz, chunkCount, chunkBlocks] = words.subarray(COUNT_WORDS * index);
  return { count, nnz, chunkCount, chunkBlocks };
}

/** What counting leaves for filling. */
export interface CountedPattern {
  /** The set of kept blocks, and the kept blocks before each of its words. */
  readonly blocks: Operand;
  readonly starts: Tensor;
  /** Chunks before each block row. */
  readonly chunkStart: Tensor;
}

/** A layer's shape, and where its counts go: number `index` of `totals`, {@link COUNT_WORDS} u32 each. */
export interface PatternLayer {
  readonly shape: readonly number[];
  readonly block: BlockSize;
  readonly totals: Operand;
  readonly index: number;
}

/** Sizes of the set of blocks. */
function sizesOf({ shape, block }: Pick<PatternLayer, "shape" | "block">) {
  const grid = blockGrid(shape, block), [rows, columns] = grid.blocks, taps = tapsOf(shape);
  const size = rows * columns * taps;
  return { grid, rows, columns, taps, kernelWidth: shape[3] ?? 1, size, words: wordCount(size) };
}

/** Records how many ones a set of `size` elements has into totals[slot]. Gives the ones before each word. */
export function recordCountBits(
  recorder: Recorder,
  bits: Operand,
  size: number,
  totals: Operand,
  slot: number,
): Tensor {
  const count = wordCount(size), starts = recorder.tensor("kept before each word", 4 * count);
  const grid = flatGrid(count, FLAT);
  recorder.dispatch("countWords", kernels.count, { bits, counts: starts }, { count, size }, grid);
  recordScan(recorder, starts, count, totals, slot);
  return starts;
}

/** Records the counts of a mask, given as its bits on the device. */
export function recordPatternCounts(recorder: Recorder, layer: PatternLayer, bits: Operand): CountedPattern {
  const { shape, totals } = layer, slot = COUNT_WORDS * layer.index;
  const { grid: { block: [outs, ins] }, rows, columns, taps, size, words } = sizesOf(layer);
  const [outputs, inputs] = shape;
  let blocks = bits;
  recordCountBits(recorder, bits, outputs * inputs * taps, totals, slot + 1);
  if (outs * ins > 1) {
    blocks = recorder.tensor("kept blocks", 4 * words);
    recorder.dispatch("keptBlocks", kernels.blocks, { bits, blocks }, {
      size,
      outputs,
      inputs,
      columns,
      taps,
      outs,
      ins,
    }, flatGrid(words, FLAT));
  }
  const starts = recordCountBits(recorder, blocks, size, totals, slot);
  const chunkStart = recorder.tensor("chunks before each row", 4 * rows);
  const [from2, from4, from8] = chunkThresholds([outs, ins], rows);
  recorder.dispatch("rowChunks", kernels.rowChunks, { bits: blocks, starts, counts: chunkStart, totals }, {
    rows,
    rowSize: columns * taps,
    slot,
    from2,
    from4,
    from8,
  }, flatGrid(rows, FLAT));
  recordScan(recorder, chunkStart, rows, totals, slot + 2);
  return { blocks, starts, chunkStart };
}

/** Records the arrays of a counted mask into a pattern's buffers, which must have room for it. */
export function recordPatternArrays(
  recorder: Recorder,
  layer: PatternLayer,
  { blocks: bits, starts, chunkStart }: CountedPattern,
  pattern: PatternBuffers,
): void {
  const { totals } = layer, slot = COUNT_WORDS * layer.index;
  const { rows, columns, taps, kernelWidth, size, words } = sizesOf(layer);
  const { rowStart, entries, colStart, transposed, rowOrder, colOrder, chunks } = pattern;
  const flat = (
    name: keyof typeof kernels,
    count: number,
    operands: Record<string, Operand>,
    s: Record<string, number>,
  ) => recorder.dispatch(name, kernels[name], operands, s, flatGrid(count, FLAT));
  flat("rows", rows + 1, { bits, starts, totals, rowStart }, { rows, rowSize: columns * taps, slot });
  flat("entries", words, { bits, starts, entries }, { size, columns, taps, kernelWidth });

  const segments = Math.ceil(rows / SEGMENT), cells = columns * segments;
  const segmentStart = recorder.tensor("column segments", 4 * cells);
  const unused = recorder.tensor("sum of the segments", 4);
  flat("columnCounts", cells, { bits, counts: segmentStart }, { rows, columns, taps, segments });
  recordScan(recorder, segmentStart, cells, unused, 0);
  const columnSizes = { rows, columns, taps, kernelWidth, segments, slot };
  flat("columns", cells, { bits, starts, segmentStart, totals, colStart, transposed }, columnSizes);

  for (const [start, order, count] of [[rowStart, rowOrder, rows], [colStart, colOrder, columns]] as const) {
    flat("order", count, { start, order }, { count, hands: Math.min(ORDER_HANDS, count) });
  }
  flat("chunks", rows, { rowStart, chunkStart, totals, chunks }, { rows, slot });
}
