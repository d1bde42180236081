/** Multiplying activations by powers of two that keep them within float32, and what is added behind them alike. */
import { FLAT, flatKernel } from "../gpu/flat.ts";
import { flatGrid, type Operand, type Recorder } from "../gpu/recorder.ts";
import { recordClearWords } from "./pattern_slots.ts";
import addendText from "../../shaders/score/addend.wgsl" with { type: "text" };
import highestText from "../../shaders/score/highest.wgsl" with { type: "text" };
import powerText from "../../shaders/score/power.wgsl" with { type: "text" };
import rescaleBackwardText from "../../shaders/score/rescale_backward.wgsl" with { type: "text" };
import rescaleText from "../../shaders/score/rescale.wgsl" with { type: "text" };

const highestCode = flatKernel(highestText);
const rescaleCode = flatKernel(rescaleText, { with: [powerText] });
const rescaleBackwardCode = flatKernel(rescaleBackwardText, { with: [powerText] });
const addendCode = flatKernel(addendText, { with: [powerText] });

/** Invocations that look for a maximum together. */
const LANES = 4096;

/** Records highest = the largest |x| of all parts of `size` values (a multiple of 4), as the bits of a float32. */
export function recordHighest(recorder: Recorder, size: number, parts: readonly Operand[], highest: Operand): void {
  recordClearWords(recorder, highest, 1);
  const lanes = Math.min(size / 4, LANES);
  for (const x of parts) {
    recorder.dispatch("highest", highestCode, { x, highest }, { count: size / 4, lanes }, flatGrid(lanes, FLAT));
  }
}

/**
 * Records y = x · 2^k, the k that brings `highest` into [1, 2), and exponents[join + 1] = exponents[join] + k.
 * @param size values of x, a multiple of 4
 */
export function recordRescale(
  recorder: Recorder,
  size: number,
  join: number,
  operands: { x: Operand; highest: Operand; exponents: Operand; y: Operand },
): void {
  recorder.dispatch("rescale", rescaleCode, operands, { count: size / 4, join }, flatGrid(size / 4, FLAT));
}

/** Records dx = dy · 2^k with the k of `highest`. */
export function recordRescaleBackward(
  recorder: Recorder,
  size: number,
  operands: { dy: Operand; highest: Operand; dx: Operand },
): void {
  recorder.dispatch("rescaleBackward", rescaleBackwardCode, operands, { count: size / 4 }, flatGrid(size / 4, FLAT));
}

/** Records y = x · 2^exponents[join] for what is added to an activation that has been rescaled so often. */
export function recordAddend(
  recorder: Recorder,
  size: number,
  join: number,
  operands: { x: Operand; exponents: Operand; y: Operand },
): void {
  recorder.dispatch("addend", addendCode, operands, { count: size, join }, flatGrid(size, FLAT));
}
