/** Counting on the device what a new mask has in common with the one before, with its source, and with all before it. */
import { FLAT, flatKernel } from "../gpu/flat.ts";
import { flatGrid, type Operand, type Recorder } from "../gpu/recorder.ts";
import { wordCount } from "../masks/mask.ts";
import bitsText from "../../shaders/pattern/bits.wgsl" with { type: "text" };
import overlapText from "../../shaders/pattern/overlap.wgsl" with { type: "text" };

const overlapKernel = flatKernel(overlapText, { with: [bitsText] });

/** Words that an invocation takes (fixed in overlap.wgsl). */
const WORDS = 16;

/** u32 of a layer's counts. */
export const OVERLAP_WORDS = 4;

/** Bits of a layer's masks on the device, a bit for each weight; see {@link recordMaskOverlap}. */
export interface OverlapOperands {
  readonly now: Operand;
  readonly previous: Operand;
  readonly source: Operand;
  readonly explored: Operand;
  /** {@link OVERLAP_WORDS} u32 a layer, 0 before. */
  readonly counts: Operand;
}

/** A layer's counts as read back. */
export interface OverlapCounts {
  /** Weights of the mask. */
  readonly nnz: number;
  /** Of them, those that the mask before kept, and those of the source. */
  readonly previous: number;
  readonly source: number;
  /** Weights that this mask or any before it kept. */
  readonly explored: number;
}

/**
 * Records the counts of layer `index` of `counts`; `previous` then holds `now`, and `explored` its weights too.
 * @param size weights of the layer
 */
export function recordMaskOverlap(recorder: Recorder, size: number, operands: OverlapOperands, index: number): void {
  const count = wordCount(size), stride = Math.ceil(count / WORDS);
  const numbers = { count, size, stride, slot: OVERLAP_WORDS * index };
  recorder.dispatch("maskOverlap", overlapKernel, { ...operands }, numbers, flatGrid(stride, FLAT));
}

/** Layer `index` of counts that were read back. */
export function readOverlap(words: Uint32Array, index: number): OverlapCounts {
  const [nnz, previous, source, explored] = words.subarray(OVERLAP_WORDS * index);
  return { nnz, previous, source, explored };
}
