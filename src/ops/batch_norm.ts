/**
 * Batch normalisation over (positions, batch) of each channel, with a ReLU fused behind it where the model has one.
 * Statistics, their backward pass and the running averages skip the columns beyond the batch.
 */
import { flatGrid, type Operand, type Recorder, type Tensor } from "../gpu/recorder.ts";
import type { AdapterClass } from "./emit.ts";
import { FLAT, flatKernel } from "../gpu/flat.ts";
import applyText from "../../shaders/batch_norm/apply.wgsl" with { type: "text" };
import backwardApplyText from "../../shaders/batch_norm/backward_apply.wgsl" with { type: "text" };
import backwardPartialText from "../../shaders/batch_norm/backward_partial.wgsl" with { type: "text" };
import backwardSumsText from "../../shaders/batch_norm/backward_sums.wgsl" with { type: "text" };
import foldText from "../../shaders/batch_norm/fold.wgsl" with { type: "text" };
import partialText from "../../shaders/batch_norm/partial.wgsl" with { type: "text" };
import statisticsText from "../../shaders/batch_norm/statistics.wgsl" with { type: "text" };

const apply = flatKernel(applyText);
const fold = flatKernel(foldText);
const partial = flatKernel(partialText, { step: true });
const statistics = flatKernel(statisticsText, { step: true });
const backwardPartial = flatKernel(backwardPartialText, { step: true });
const backwardSums = flatKernel(backwardSumsText, { step: true });
const backwardApply = flatKernel(backwardApplyText, { step: true });

/** Sizes and constants of one batch norm. */
export interface BatchNormShape {
  readonly channels: number;
  /** Height × width of the image. */
  readonly positions: number;
  /** Columns N of the activations, a multiple of 4. */
  readonly capacity: number;
  /** Added to the variance. */
  readonly epsilon: number;
  /** Share of the batch's statistics in the running ones, a step. */
  readonly momentum: number;
  /** max(·, 0) behind it. */
  readonly relu: boolean;
}

/** How many lanes work on a channel's sums. */
function lanesOf(shape: BatchNormShape, adapter: AdapterClass): { lanesY: number; parts: number } {
  const n4 = shape.capacity / 4;
  const wanted = adapter.name === "software" ? 32 : 256;
  const lanesY = Math.max(1, Math.min(shape.positions, Math.floor(wanted / n4)));
  return { lanesY, parts: lanesY * n4 };
}

/** Values that a lane of the elementwise passes takes: the channel's numbers are loaded once for them. */
const VALUES_PER_LANE = 4;

/** vec4 values of a channel, and the lanes that share them. */
function planeOf({ positions, capacity }: BatchNormShape): { plane: number; lanes: number } {
  const plane = positions * capacity / 4;
  return { plane, lanes: Math.ceil(plane / VALUES_PER_LANE) };
}

/** The channels' (a, b, mean, 1/σ): what the forward pass leaves for the backward pass. */
export function batchNormCoefficients(recorder: Recorder, shape: BatchNormShape): Tensor {
  return recorder.tensor("coefficients", 16 * shape.channels);
}

/** Records y = norm(x) by the batch's statistics; the running ones move along. */
export function recordBatchNormTrain(
  recorder: Recorder,
  shape: BatchNormShape,
  adapter: AdapterClass,
  operands: {
    x: Operand;
    y: Operand;
    scale: Operand;
    shift: Operand;
    runningMean: Operand;
    runningVariance: Operand;
    coefficients: Operand;
  },
): void {
  const { channels, positions, capacity, momentum, epsilon } = shape;
  const n4 = capacity / 4;
  const { lanesY, parts } = lanesOf(shape, adapter);
  const sums = recorder.tensor("batch norm parts", 8 * channels * parts);
  const { x, scale, shift, runningMean, runningVariance, coefficients } = operands;
  recorder.dispatch(
    "batchNormPartial",
    partial,
    { x, partial: sums },
    { channels, positions, n4, lanesY },
    flatGrid(channels * parts, FLAT),
  );
  recorder.dispatch(
    "batchNormStatistics",
    statistics,
    { x, partial: sums, scale, shift, coefficients, runningMean, runningVariance },
    { channels, positions, n4, parts, momentum, epsilon },
    flatGrid(channels, FLAT),
  );
  recordApply(recorder, shape, operands);
}

/** Records y = norm(x) by the running statistics, which stay as they are. */
export function recordBatchNormEvaluate(
  recorder: Recorder,
  shape: BatchNormShape,
  operands: {
    x: Operand;
    y: Operand;
    scale: Operand;
    shift: Operand;
    runningMean: Operand;
    runningVariance: Operand;
    coefficients: Operand;
  },
): void {
  const { scale, shift, runningMean, runningVariance, coefficients } = operands;
  const { channels, epsilon } = shape;
  recorder.dispatch("batchNormFold", fold, { scale, shift, runningMean, runningVariance, coefficients }, {
    channels,
    epsilon,
  }, flatGrid(channels, FLAT));
  recordApply(recorder, shape, operands);
}

function recordApply(
  recorder: Recorder,
  shape: BatchNormShape,
  { x, coefficients, y }: Record<"x" | "coefficients" | "y", Operand>,
) {
  const { channels } = shape;
  const { plane, lanes } = planeOf(shape);
  recorder.dispatch(
    "batchNormApply",
    apply,
    { x, coefficients, y },
    { channels, plane, lanes, relu: Number(shape.relu) },
    flatGrid(channels * lanes, FLAT),
  );
}

/**
 * Records the backward pass of a batch norm in training: dx, dscale, dshift (+)= …
 * @param accumulate which results are added to what is there
 */
export function recordBatchNormBackward(
  recorder: Recorder,
  shape: BatchNormShape,
  adapter: AdapterClass,
  operands: { x: Operand; dy: Operand; coefficients: Operand; dx: Operand; dscale: Operand; dshift: Operand },
  accumulate: { input: boolean; parameters: boolean },
): void {
  const { channels, positions, capacity } = shape;
  const n4 = capacity / 4, relu = Number(shape.relu);
  const { lanesY, parts } = lanesOf(shape, adapter);
  const sums = recorder.tensor("batch norm parts", 8 * channels * parts);
  const means = recorder.tensor("batch norm means", 8 * channels);
  const { x, dy, coefficients, dx, dscale, dshift } = operands;
  recorder.dispatch("batchNormBackwardPartial", backwardPartial, { x, dy, coefficients, partial: sums }, {
    channels,
    positions,
    n4,
    lanesY,
    relu,
  }, flatGrid(channels * parts, FLAT));
  recorder.dispatch("batchNormBackwardSums", backwardSums, { partial: sums, dscale, dshift, means }, {
    channels,
    positions,
    parts,
    accumulate: Number(accumulate.parameters),
  }, flatGrid(channels, FLAT));
  const { plane, lanes } = planeOf(shape);
  recorder.dispatch("batchNormBackwardApply", backwardApply, { x, dy, coefficients, means, dx }, {
    channels,
    plane,
    lanes,
    n4,
    relu,
    accumulate: Number(accumulate.input),
  }, flatGrid(channels * lanes, FLAT));
}
