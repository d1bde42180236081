/** Masks by scores (edge-popup) on the GPU: src/ops/reference/supermask.ts says what is computed. */
import { FLAT, flatKernel } from "../gpu/flat.ts";
import { flatGrid, type Operand, type Recorder } from "../gpu/recorder.ts";
import backwardText from "../../shaders/transform/supermask_backward.wgsl" with { type: "text" };
import choiceText from "../../shaders/transform/released_choice.wgsl" with { type: "text" };
import forwardText from "../../shaders/transform/supermask.wgsl" with { type: "text" };
import releasedText from "../../shaders/transform/released_mask.wgsl" with { type: "text" };

const forward = flatKernel(forwardText);
const backward = flatKernel(backwardText);
const releasedChoice = flatKernel(choiceText);
const releasedMask = flatKernel(releasedText);

/**
 * Records effective = values where they are chosen, else 0.
 * @param first the bit of the first value in `chosen`
 */
export function recordSupermask(
  recorder: Recorder,
  size: number,
  operands: { values: Operand; chosen: Operand; effective: Operand },
  first: number,
): void {
  if (size > 0) recorder.dispatch("supermask", forward, operands, { count: size, first }, flatGrid(size, FLAT));
}

/** Records scoreGradient (+)= values · effectiveGradient · sign(scores). */
export function recordSupermaskBackward(
  recorder: Recorder,
  size: number,
  operands: { values: Operand; scores: Operand; effectiveGradient: Operand; scoreGradient: Operand },
  accumulate: boolean,
): void {
  if (size === 0) return;
  const constants = { count: size, accumulate: Number(accumulate) };
  recorder.dispatch("supermaskBackward", backward, operands, constants, flatGrid(size, FLAT));
}

/**
 * Records effective = values · the released code's factors, for dense storage.
 * @param operands `kept` has the source's kept weights by output channel, from `first` on, and `keep` a number at `layer`;
 * without them every factor is |score|, as for biases
 */
export function recordReleasedMask(
  recorder: Recorder,
  size: number,
  { channels, first, layer }: { channels: number; first: number; layer: number },
  operands: { values: Operand; scores: Operand; effective: Operand; kept: Operand; keep: Operand },
): void {
  const { kept, keep, ...bound } = operands, choice = recorder.tensor("released choice", 4 * channels);
  if (channels > 0) {
    const chosen = { scores: operands.scores, kept, keep, choice };
    recorder.dispatch("releasedChoice", releasedChoice, chosen, { channels, first, layer }, flatGrid(channels, FLAT));
  }
  recorder.dispatch(
    "releasedMask",
    releasedMask,
    { ...bound, choice },
    { count: size, channels },
    flatGrid(size, FLAT),
  );
}
