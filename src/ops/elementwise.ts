/** ReLU, residual addition, copies and bias gradients: one pass over (C, H, W, N) activations each. */
import { flatGrid, type Operand, type Recorder } from "../gpu/recorder.ts";
import { FLAT, flatKernel } from "../gpu/flat.ts";
import { recordSumSplits } from "./sum_splits.ts";
import addText from "../../shaders/elementwise/add.wgsl" with { type: "text" };
import fillText from "../../shaders/elementwise/fill.wgsl" with { type: "text" };
import copyText from "../../shaders/elementwise/copy.wgsl" with { type: "text" };
import reluBackwardText from "../../shaders/elementwise/relu_backward.wgsl" with { type: "text" };
import reluText from "../../shaders/elementwise/relu.wgsl" with { type: "text" };
import partsText from "../../shaders/reduce/channel_parts.wgsl" with { type: "text" };

const relu = flatKernel(reluText);
const reluBackward = flatKernel(reluBackwardText);
const add = flatKernel(addText);
const copy = flatKernel(copyText);
const fill = flatKernel(fillText);
const channelParts = flatKernel(partsText);

/** Records y = max(x, 0) over `size` values (a multiple of 4). */
export function recordRelu(recorder: Recorder, size: number, operands: { x: Operand; y: Operand }): void {
  recorder.dispatch("relu", relu, operands, { count: size / 4 }, flatGrid(size / 4, FLAT));
}

/** Records dx (+)= dy where y > 0; also the backward pass of a ReLU that is fused behind an addition. */
export function recordReluBackward(
  recorder: Recorder,
  size: number,
  operands: { y: Operand; dy: Operand; dx: Operand },
  accumulate: boolean,
): void {
  recorder.dispatch(
    "reluBackward",
    reluBackward,
    operands,
    { count: size / 4, accumulate: Number(accumulate) },
    flatGrid(size / 4, FLAT),
  );
}

/** Records y = a + b, with a ReLU behind it if wanted. The operands must be different buffers from y. */
export function recordAdd(
  recorder: Recorder,
  size: number,
  operands: { a: Operand; b: Operand; y: Operand },
  fusedRelu: boolean,
): void {
  recorder.dispatch("add", add, operands, { count: size / 4, relu: Number(fusedRelu) }, flatGrid(size / 4, FLAT));
}

/** Records y (+)= x. */
export function recordCopy(
  recorder: Recorder,
  size: number,
  operands: { x: Operand; y: Operand },
  accumulate: boolean,
): void {
  recorder.dispatch(
    "copy",
    copy,
    operands,
    { count: size / 4, accumulate: Number(accumulate) },
    flatGrid(size / 4, FLAT),
  );
}

/** Records y = value, `size` times. */
export function recordFill(recorder: Recorder, size: number, y: Operand, value: number): void {
  recorder.dispatch("fill", fill, { y }, { count: size, value }, flatGrid(size, FLAT));
}

/**
 * Records db[c] (+)= Σ dy[c, positions, batch], a bias gradient.
 * @param plane values of a channel, positions × N
 */
export function recordBiasGradient(
  recorder: Recorder,
  channels: number,
  plane: number,
  { dy, db }: { dy: Operand; db: Operand },
  accumulate: boolean,
): void {
  const count = Math.min(plane / 4, 64);
  const parts = recorder.tensor("bias gradient parts", 4 * channels * count);
  recorder.dispatch(
    "biasGradient",
    channelParts,
    { x: dy, parts },
    { channels, plane: plane / 4, count },
    flatGrid(channels * count, FLAT),
  );
  recordSumSplits(recorder, parts, db, channels, count, accumulate);
}
