/** Adding all numbers of an array up, always in the same order: lanes with a part each, then 64 parts, then one. */
import type { Operand, Recorder } from "../gpu/recorder.ts";
import { recordSumSplits } from "./sum_splits.ts";

/** Parts that are added up in the end. */
const LAST = 64;
/** Enough lanes to fill a GPU, and few enough for a second pass of 64 sums. */
const MOST_LANES = 8192;

/** Invocations that share a sum over `size` values: a power of two, each of which takes every so-manieth value. */
export function sumLanes(size: number): number {
  let lanes = LAST;
  while (lanes < MOST_LANES && 8 * lanes < size) lanes *= 2;
  return lanes;
}

/** Records out[0] (+)= Σ parts over the parts of {@link sumLanes} invocations. */
export function recordSumAll(
  recorder: Recorder,
  parts: Operand,
  out: Operand,
  lanes: number,
  accumulate: boolean,
): void {
  let last = parts;
  if (lanes > LAST) {
    last = recorder.tensor("last parts", 4 * LAST);
    recordSumSplits(recorder, parts, last, LAST, lanes / LAST, false);
  }
  recordSumSplits(recorder, last, out, 1, LAST, accumulate);
}
