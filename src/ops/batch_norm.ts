/**
 * Batch normalisation over (positions, batch) of each channel, with a ReLU fused behind it where the model has one.
 * Statistics, their backward pass and the running averages skip the columns beyond the batch.
 *
 * A batch may lie in several parts, tensors of equally many columns one after the other, where one tensor would be too
 * large for a binding. The statistics are the whole batch's.
 */
import { flatGrid, type Operand, type Recorder, type Tensor } from "../gpu/recorder.ts";
import type { AdapterClass } from "./emit.ts";
import { recordFill } from "./elementwise.ts";
import { splitRows } from "./sum_splits.ts";
import { FLAT, flatKernel, stepKernel } from "../gpu/flat.ts";
import applyText from "../../shaders/batch_norm/apply.wgsl" with { type: "text" };
import backwardApplyText from "../../shaders/batch_norm/backward_apply.wgsl" with { type: "text" };
import backwardPartialGroupText from "../../shaders/batch_norm/backward_partial_group.wgsl" with { type: "text" };
import backwardPartialText from "../../shaders/batch_norm/backward_partial.wgsl" with { type: "text" };
import backwardSumsText from "../../shaders/batch_norm/backward_sums.wgsl" with { type: "text" };
import foldText from "../../shaders/batch_norm/fold.wgsl" with { type: "text" };
import partialGroupText from "../../shaders/batch_norm/partial_group.wgsl" with { type: "text" };
import partialText from "../../shaders/batch_norm/partial.wgsl" with { type: "text" };
import statisticsText from "../../shaders/batch_norm/statistics.wgsl" with { type: "text" };
import groupSumText from "../../shaders/reduce/group_sum.wgsl" with { type: "text" };

const apply = flatKernel(applyText);
const fold = flatKernel(foldText);
const partial = flatKernel(partialText, { step: true });
const partialGroup = stepKernel(`${groupSumText}\n${partialGroupText}`);
const statistics = flatKernel(statisticsText, { step: true });
const backwardPartial = flatKernel(backwardPartialText, { step: true });
const backwardPartialGroup = stepKernel(`${groupSumText}\n${backwardPartialGroupText}`);
const backwardSums = flatKernel(backwardSumsText, { step: true });
const backwardApply = flatKernel(backwardApplyText, { step: true });

/** Sizes and constants of one batch norm. */
export interface BatchNormShape {
  readonly channels: number;
  /** Height × width of the image. */
  readonly positions: number;
  /** Columns N of a part of the activations, a multiple of 4. */
  readonly capacity: number;
  /** Added to the variance. */
  readonly epsilon: number;
  /** Share of the batch's statistics in the running ones, a step. */
  readonly momentum: number;
  /** max(·, 0) behind it. */
  readonly relu: boolean;
}

/** How a channel's sums are taken: in how many parts, and how their kernel is recorded. */
interface ChannelParts {
  readonly parts: number;
  /** Which of the two kernels, its further constants and its grid. */
  readonly group: boolean;
  readonly constants: Readonly<Record<string, number>>;
  readonly grid: [number, number, number];
}

/** Lanes that share a channel on software adapters. */
const SOFTWARE_LANES = 32;
/** Invocations of a workgroup on GPUs (fixed in shaders/reduce/group_sum.wgsl), values of each, and most parts. */
const GROUP = 256, GROUP_VALUES = 8, MOST_PARTS = 64;

/**
 * Parts of a channel's sums. A software adapter has a lane for each; a GPU a workgroup, since there thousands of loads have
 * to be under way: on an H100 a lane for each part took five times as long as reading the values does.
 */
function channelParts({ channels, positions, capacity }: BatchNormShape, adapter: AdapterClass): ChannelParts {
  const n4 = capacity / 4;
  if (adapter.name === "gpu") {
    const loads = Math.ceil(positions * n4 / GROUP);
    const values = Math.max(Math.min(loads, GROUP_VALUES), Math.ceil(loads / MOST_PARTS));
    const parts = Math.ceil(loads / values);
    return { parts, group: true, constants: { positions, n4, values }, grid: [parts, channels, 1] };
  }
  const few = Math.max(1, Math.min(positions, Math.floor(SOFTWARE_LANES / n4)));
  const { splits: lanesY } = splitRows(positions, few, 1), parts = lanesY * n4;
  const constants = { channels, positions, n4, lanesY };
  return { parts, group: false, constants, grid: flatGrid(channels * parts, FLAT) };
}

/** Values that a lane of the elementwise passes takes, at most: the channel's numbers are loaded once for them. */
const VALUES_PER_LANE = { software: 16, gpu: 4 } as const;

/** vec4 values of a channel, how many a lane takes, and the lanes that share them: whole groups of eight. */
export function planeOf(
  { positions, capacity }: BatchNormShape,
  adapter: AdapterClass,
): { plane: number; values: number; lanes: number } {
  const plane = positions * capacity / 4;
  const values = Math.max(1, Math.min(VALUES_PER_LANE[adapter.name], Math.ceil(plane / 8)));
  return { plane, values, lanes: 8 * Math.ceil(plane / (8 * values)) };
}

/** The channels' (a, b, mean, 1/σ): what the forward pass leaves for the backward pass. */
export function batchNormCoefficients(recorder: Recorder, shape: BatchNormShape): Tensor {
  return recorder.tensor("coefficients", 16 * shape.channels);
}

/** What a batch norm's forward pass reads and writes; x and y by parts. */
export interface BatchNormOperands {
  readonly x: readonly Operand[];
  readonly y: readonly Operand[];
  readonly scale: Operand;
  readonly shift: Operand;
  readonly runningMean: Operand;
  readonly runningVariance: Operand;
  readonly coefficients: Operand;
}

/** Records y = norm(x) by the batch's statistics; the running ones move along. */
export function recordBatchNormTrain(
  recorder: Recorder,
  shape: BatchNormShape,
  adapter: AdapterClass,
  operands: BatchNormOperands,
): void {
  const { channels, positions, capacity, momentum, epsilon } = shape;
  const n4 = capacity / 4;
  const { parts, group, constants, grid } = channelParts(shape, adapter);
  const { x, scale, shift, runningMean, runningVariance, coefficients } = operands;
  const origin = x[0], total = x.length * parts;
  const sums = recorder.tensor("batch norm parts", 8 * channels * total);
  x.forEach((x, i) =>
    recorder.dispatch(
      "batchNormPartial",
      group ? partialGroup : partial,
      { x, origin, partial: sums },
      { ...constants, first: i * capacity, total, begin: i * parts },
      grid,
    )
  );
  recorder.dispatch(
    "batchNormStatistics",
    statistics,
    { origin, partial: sums, scale, shift, coefficients, runningMean, runningVariance },
    { channels, positions, n4, parts: total, momentum, epsilon },
    flatGrid(channels, FLAT),
  );
  recordApply(recorder, shape, adapter, operands);
}

/** Records y = norm(x) by the running statistics, which stay as they are. */
export function recordBatchNormEvaluate(
  recorder: Recorder,
  shape: BatchNormShape,
  adapter: AdapterClass,
  operands: BatchNormOperands,
): void {
  const { scale, shift, runningMean, runningVariance, coefficients } = operands;
  const { channels, epsilon } = shape;
  recorder.dispatch("batchNormFold", fold, { scale, shift, runningMean, runningVariance, coefficients }, {
    channels,
    epsilon,
  }, flatGrid(channels, FLAT));
  recordApply(recorder, shape, adapter, operands);
}

function recordApply(
  recorder: Recorder,
  shape: BatchNormShape,
  adapter: AdapterClass,
  { x, coefficients, y }: Pick<BatchNormOperands, "x" | "coefficients" | "y">,
) {
  const { channels } = shape;
  const { plane, values, lanes } = planeOf(shape, adapter);
  x.forEach((x, i) =>
    recorder.dispatch(
      "batchNormApply",
      apply,
      { x, coefficients, y: y[i] },
      { channels, plane, lanes, values, relu: Number(shape.relu) },
      flatGrid(channels * lanes, FLAT),
    )
  );
}

/**
 * Records the backward pass of a batch norm in training: dx, dscale, dshift (+)= …; x, dy and dx by parts.
 * @param accumulate which results are added to what is there
 */
export function recordBatchNormBackward(
  recorder: Recorder,
  shape: BatchNormShape,
  adapter: AdapterClass,
  operands: {
    readonly x: readonly Operand[];
    readonly dy: readonly Operand[];
    readonly coefficients: Operand;
    readonly dx: readonly Operand[];
    readonly dscale: Operand;
    readonly dshift: Operand;
  },
  accumulate: { input: boolean; parameters: boolean },
): void {
  const { channels, positions, capacity } = shape;
  const relu = Number(shape.relu);
  const { parts, group, constants, grid } = channelParts(shape, adapter);
  const { x, dy, coefficients, dx, dscale, dshift } = operands;
  const total = x.length * parts;
  const sums = recorder.tensor("batch norm parts", 8 * channels * total);
  const means = recorder.tensor("batch norm means", 8 * channels);
  x.forEach((x, i) =>
    recorder.dispatch(
      "batchNormBackwardPartial",
      group ? backwardPartialGroup : backwardPartial,
      { x, dy: dy[i], coefficients, partial: sums },
      { ...constants, relu, first: i * capacity, total, begin: i * parts },
      grid,
    )
  );
  recorder.dispatch("batchNormBackwardSums", backwardSums, { partial: sums, dscale, dshift, means }, {
    channels,
    positions,
    parts: total,
    accumulate: Number(accumulate.parameters),
  }, flatGrid(channels, FLAT));
  recordBackwardApply(recorder, shape, adapter, { x, dy, coefficients, means, dx }, accumulate.input);
}

function recordBackwardApply(
  recorder: Recorder,
  shape: BatchNormShape,
  adapter: AdapterClass,
  { x, dy, coefficients, means, dx }: {
    readonly x: readonly Operand[];
    readonly dy: readonly Operand[];
    readonly coefficients: Operand;
    readonly means: Operand;
    readonly dx: readonly Operand[];
  },
  accumulate: boolean,
): void {
  const { channels, capacity } = shape;
  const { plane, values, lanes } = planeOf(shape, adapter);
  x.forEach((x, i) =>
    recorder.dispatch("batchNormBackwardApply", backwardApply, { x, dy: dy[i], coefficients, means, dx: dx[i] }, {
      channels,
      plane,
      lanes,
      values,
      n4: capacity / 4,
      relu: Number(shape.relu),
      accumulate: Number(accumulate),
      first: i * capacity,
    }, flatGrid(channels * lanes, FLAT))
  );
}

/**
 * Records the backward pass of a batch norm whose statistics are constants, as in evaluation: dx (+)= a·dy, where the fused
 * ReLU let it through. Its scale and shift get no gradient.
 */
export function recordBatchNormEvaluateBackward(
  recorder: Recorder,
  shape: BatchNormShape,
  adapter: AdapterClass,
  operands: {
    readonly x: readonly Operand[];
    readonly dy: readonly Operand[];
    readonly coefficients: Operand;
    readonly dx: readonly Operand[];
  },
  accumulate: boolean,
): void {
  const means = recorder.tensor("no means", 8 * shape.channels);
  recordFill(recorder, 2 * shape.channels, means, 0);
  recordBackwardApply(recorder, shape, adapter, { ...operands, means }, accumulate);
}
