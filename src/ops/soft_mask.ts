/** Soft masks of continuous sparsification on the GPU: src/ops/reference/soft_mask.ts says what is computed. */
import { FLAT, flatKernel } from "../gpu/flat.ts";
import { flatGrid, type Operand, type Recorder } from "../gpu/recorder.ts";
import type { SoftMask } from "./reference/soft_mask.ts";
import backwardText from "../../shaders/transform/soft_mask_backward.wgsl" with { type: "text" };
import endRoundText from "../../shaders/transform/end_round.wgsl" with { type: "text" };
import forwardText from "../../shaders/transform/soft_mask.wgsl" with { type: "text" };
import logisticText from "../../shaders/transform/logistic.wgsl" with { type: "text" };
import settingsText from "../../shaders/transform/soft_mask_settings.wgsl" with { type: "text" };

export type { SoftMask } from "./reference/soft_mask.ts";

const forward = flatKernel(forwardText, { with: [logisticText, settingsText] });
const backward = flatKernel(backwardText, { with: [logisticText, settingsText] });
const endRound = flatKernel(endRoundText, { with: [settingsText] });

/**
 * The settings as the kernels read them, from a buffer that a method writes between steps.
 * @param initial s_0, which {@link recordEndRound} returns scores to
 */
export function softMaskSettings({ temperature, scale, penalty, hard }: SoftMask, initial: number): Float32Array {
  return Float32Array.of(temperature, scale, penalty, Number(hard), initial);
}

/** Records effective = values · mask(scores) over `size` values. */
export function recordSoftMask(
  recorder: Recorder,
  size: number,
  operands: { values: Operand; scores: Operand; settings: Operand; effective: Operand },
): void {
  if (size > 0) recorder.dispatch("softMask", forward, operands, { count: size }, flatGrid(size, FLAT));
}

/** Records gradient (+)= that of the values, and scoreGradient (+)= that of the scores. */
export function recordSoftMaskBackward(
  recorder: Recorder,
  size: number,
  operands: {
    values: Operand;
    scores: Operand;
    settings: Operand;
    effectiveGradient: Operand;
    gradient: Operand;
    scoreGradient: Operand;
  },
  accumulate: boolean,
): void {
  if (size === 0) return;
  const constants = { count: size, accumulate: Number(accumulate) };
  recorder.dispatch("softMaskBackward", backward, operands, constants, flatGrid(size, FLAT));
}

/**
 * Records what becomes of `size` scores at the end of a round.
 * @param first the bit of the first score in `kept`; scores of pruned weights stay 0
 */
export function recordEndRound(
  recorder: Recorder,
  size: number,
  operands: { settings: Operand; kept: Operand; scores: Operand },
  first: number,
): void {
  if (size > 0) recorder.dispatch("endRound", endRound, operands, { count: size, first }, flatGrid(size, FLAT));
}
