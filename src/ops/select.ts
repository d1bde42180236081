/**
 * Selecting exactly k of many scores on the GPU, by radix: four digits of 8 bits, from the highest on, each by a histogram
 * of the candidates that are still in question. Then of those exactly at the threshold the first few are taken, by their
 * ranks. All counts are whole numbers, so the result does not depend on what runs first.
 *
 * Scores may lie anywhere: in the layout of a parameter store (packed layers with their slots, all layers in one buffer) or
 * one for each weight of a layer. *Ranges* say where, and *segments* which of them compete: each layer for itself, or all
 * together. How many a segment keeps is read from the device, so nothing has to be read back in between.
 */
import { FLAT, flatKernel } from "../gpu/flat.ts";
import type { Slice } from "../gpu/memory.ts";
import { flatGrid, type Operand, type Recorder } from "../gpu/recorder.ts";
import { recordClearWords } from "./pattern_slots.ts";
import type { SelectOrder } from "./reference/select.ts";
import { recordScan } from "./scan.ts";
import bitsText from "../../shaders/pattern/bits.wgsl" with { type: "text" };
import chooseText from "../../shaders/select/choose.wgsl" with { type: "text" };
import combineText from "../../shaders/select/combine.wgsl" with { type: "text" };
import histogramText from "../../shaders/select/histogram.wgsl" with { type: "text" };
import keysText from "../../shaders/select/keys.wgsl" with { type: "text" };
import markText from "../../shaders/select/mark.wgsl" with { type: "text" };
import tiesText from "../../shaders/select/ties.wgsl" with { type: "text" };

export type { SelectOrder } from "./reference/select.ts";

const histogram = [bitsText, keysText, histogramText].join("\n");
const choose = flatKernel(chooseText);
const ties = flatKernel(tiesText, { with: [bitsText, keysText] });
const mark = flatKernel(markText, { with: [bitsText, keysText] });
const combine = flatKernel(combineText);

/** Words of candidates that a workgroup of the histogram counts (fixed in histogram.wgsl). */
const GROUP_WORDS = 256;
const DIGIT_SHIFTS = [24, 16, 8, 0];

/** Consecutive scores that belong to one segment. */
export interface SelectRange {
  /** First score, a multiple of 32. */
  readonly first: number;
  readonly size: number;
  /** Number of the segment. The ranges of a segment follow each other. */
  readonly segment: number;
}

/** What is selected from. */
export interface SelectOptions extends SelectOrder {
  readonly ranges: readonly SelectRange[];
}

/** What a selection reads and writes. */
export interface SelectOperands {
  /** Float32; its size is a multiple of 16 bytes. */
  readonly scores: Operand;
  /** A bit for each score: 1 may be selected. */
  readonly candidates: Operand;
  /** A u32 for each segment: how many to select; all candidates where there are fewer. */
  readonly keep: Operand;
  /** A bit for each score: 1 is selected. Words that no range covers stay as they are. */
  readonly selected: Operand;
}

/**
 * Records the selection of the best scores of each segment: exactly as many as `keep` says, the order as `selectBest` has
 * it (src/ops/reference/select.ts).
 * @throws {RangeError} for ranges that are not aligned or whose segments do not follow each other from 0 on
 */
export function recordSelect(recorder: Recorder, options: SelectOptions, operands: SelectOperands): void {
  const { direction, absolute = false } = options, { scores, candidates, keep, selected } = operands;
  const placed = placeRanges(options.ranges), segments = (placed.at(-1)?.segment ?? -1) + 1;
  // a segment without scores has its place among the thresholds all the same
  const ranges = placed.filter(({ size }) => size > 0);
  if (ranges.length === 0) return;
  const words = ranges.reduce((sum, range) => sum + range.words, 0);
  const order = { absolute: Number(absolute), flip: direction === "largest" ? 0 : 0xffffffff };
  const counts = recorder.tensor("histogram of a digit", 4 * 256 * segments);
  const thresholds = recorder.tensor("thresholds", 8 * segments);
  const before = recorder.tensor("ties before each word", 4 * words);
  const total = recorder.tensor("ties in all", 4);
  recordClearWords(recorder, counts, 256 * segments);
  recordClearWords(recorder, thresholds, 2 * segments);
  for (const shift of DIGIT_SHIFTS) {
    for (const { first, size, segment, words } of ranges) {
      const { operand, from } = scoresFrom(scores, first, size);
      const bound = { scores: operand, candidates, thresholds, histogram: counts };
      const constants = { first: from / 4, firstWord: first / 32, size, segment, shift, ...order };
      recorder.dispatch("histogram", histogram, bound, constants, [Math.ceil(words / GROUP_WORDS), 1, 1]);
    }
    const grid = flatGrid(segments, FLAT);
    recorder.dispatch("choose", choose, { keep, histogram: counts, thresholds }, { segments, shift }, grid);
  }
  for (const { first, size, segment, base, words } of ranges) {
    const { operand, from } = scoresFrom(scores, first, size);
    const bound = { scores: operand, candidates, thresholds, counts: before };
    const constants = { first: from / 4, firstWord: first / 32, size, segment, base, ...order };
    recorder.dispatch("ties", ties, bound, constants, flatGrid(words, FLAT));
  }
  recordScan(recorder, before, words, total, 0);
  for (const { first, size, segment, base, segmentBase, words } of ranges) {
    const { operand, from } = scoresFrom(scores, first, size);
    const bound = { scores: operand, candidates, thresholds, ties: before, selected };
    const constants = { first: from / 4, firstWord: first / 32, size, segment, base, segmentBase, ...order };
    recorder.dispatch("mark", mark, bound, constants, flatGrid(words, FLAT));
  }
}

/** A range with its words, and the words of all ranges before it and before its segment. */
interface PlacedRange extends SelectRange {
  readonly words: number;
  readonly base: number;
  readonly segmentBase: number;
}

function placeRanges(ranges: readonly SelectRange[]): PlacedRange[] {
  let base = 0, segmentBase = 0, last = -1;
  const placed: PlacedRange[] = [];
  for (const range of ranges) {
    const { first, size, segment } = range;
    if (first % 32 !== 0) throw new RangeError(`a range of scores starts at ${first}, which is no multiple of 32`);
    if (segment !== last) {
      if (segment !== last + 1) throw new RangeError(`segment ${segment} follows segment ${last}`);
      [last, segmentBase] = [segment, base];
    }
    const words = Math.ceil(size / 32);
    placed.push({ ...range, words, base, segmentBase });
    base += words;
  }
  return placed;
}

/** The part of the scores that a range needs, where it can be bound apart: whole stores may be too large for one binding. */
function scoresFrom(scores: Operand, first: number, size: number): { operand: Operand; from: number } {
  if ("id" in scores || first % 64 !== 0) return { operand: scores, from: first };
  const bytes = Math.min(16 * Math.ceil(Math.max(size, 1) / 4), scores.size - 4 * first);
  const part: Slice = { buffer: scores.buffer, offset: scores.offset + 4 * first, size: bytes };
  return { operand: part, from: 0 };
}

const OPERATIONS = { both: 0, without: 1, either: 2 } as const;

/** Records result = a ∩ b (`both`), a \ b (`without`) or a ∪ b (`either`), over `words` words of bits. */
export function recordCombineBits(
  recorder: Recorder,
  words: number,
  operation: keyof typeof OPERATIONS,
  operands: { a: Operand; b: Operand; result: Operand },
): void {
  const constants = { count: words, operation: OPERATIONS[operation] };
  recorder.dispatch(operation, combine, operands, constants, flatGrid(words, FLAT));
}
