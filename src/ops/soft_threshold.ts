/** Soft thresholds of weights (STR) on the GPU: src/ops/reference/soft_threshold.ts says what is computed. */
import { FLAT, flatKernel } from "../gpu/flat.ts";
import { align } from "../gpu/memory.ts";
import { flatGrid, type Operand, type Recorder } from "../gpu/recorder.ts";
import { recordSumAll, sumLanes } from "./sum_all.ts";
import backwardText from "../../shaders/transform/soft_threshold_backward.wgsl" with { type: "text" };
import forwardText from "../../shaders/transform/soft_threshold.wgsl" with { type: "text" };
import logisticText from "../../shaders/transform/logistic.wgsl" with { type: "text" };

const forward = flatKernel(forwardText, { with: [logisticText] });
const backward = flatKernel(backwardText, { with: [logisticText] });

/** Records effective = S(values, threshold) over `size` values; the threshold parameter is a single number. */
export function recordSoftThreshold(
  recorder: Recorder,
  size: number,
  operands: { values: Operand; threshold: Operand; effective: Operand },
): void {
  if (size > 0) recorder.dispatch("softThreshold", forward, operands, { count: size }, flatGrid(size, FLAT));
}

/** Records gradient (+)= that of the values, and thresholdGradient (+)= that of the threshold parameter. */
export function recordSoftThresholdBackward(
  recorder: Recorder,
  size: number,
  operands: {
    values: Operand;
    threshold: Operand;
    effectiveGradient: Operand;
    gradient: Operand;
    thresholdGradient: Operand;
  },
  accumulate: boolean,
): void {
  const { thresholdGradient, ...bound } = operands, lanes = sumLanes(size);
  const parts = recorder.tensor("threshold gradient parts", 4 * align(lanes, 4));
  const constants = { count: size, lanes, accumulate: Number(accumulate) };
  recorder.dispatch("softThresholdBackward", backward, { ...bound, parts }, constants, flatGrid(lanes, FLAT));
  recordSumAll(recorder, parts, thresholdGradient, lanes, accumulate);
}
