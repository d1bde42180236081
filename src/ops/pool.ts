/** Max and average pooling, forward and backward. Backward passes gather, so that every sum has a fixed order. */
import { flatGrid, type Operand, type Recorder } from "../gpu/recorder.ts";
import { FLAT, flatKernel } from "../gpu/flat.ts";
import type { PoolShape } from "./shape.ts";
import averageBackwardText from "../../shaders/pool/average_backward.wgsl" with { type: "text" };
import averageText from "../../shaders/pool/average.wgsl" with { type: "text" };
import maxBackwardDisjointText from "../../shaders/pool/max_backward_disjoint.wgsl" with { type: "text" };
import maxBackwardText from "../../shaders/pool/max_backward.wgsl" with { type: "text" };
import maxTangentText from "../../shaders/pool/max_tangent.wgsl" with { type: "text" };
import maxText from "../../shaders/pool/max.wgsl" with { type: "text" };

const max = flatKernel(maxText);
const maxTangent = flatKernel(maxTangentText);
const maxBackward = flatKernel(maxBackwardText);
const maxBackwardDisjoint = flatKernel(maxBackwardDisjointText);
const average = flatKernel(averageText);
const averageBackward = flatKernel(averageBackwardText);

/** An average pool's window may be the whole, not necessarily square, image. */
export interface AveragePoolShape extends Omit<PoolShape, "kernel"> {
  readonly kernelHeight: number;
  readonly kernelWidth: number;
}

/** The average over the whole image of each channel. */
export function globalPoolShape(channels: number, inHeight: number, inWidth: number): AveragePoolShape {
  const window = { kernelHeight: inHeight, kernelWidth: inWidth, stride: 1, pad: 0, outHeight: 1, outWidth: 1 };
  return { channels, inHeight, inWidth, ...window };
}

/** A square average pool's shape as the kernels take it. */
export function averagePoolShape({ kernel, ...shape }: PoolShape): AveragePoolShape {
  return { ...shape, kernelHeight: kernel, kernelWidth: kernel };
}

function sizes(shape: PoolShape | AveragePoolShape, capacity: number) {
  const { channels, inHeight, inWidth, outHeight, outWidth, stride, pad } = shape;
  const n4 = capacity / 4;
  const window: Record<string, number> = "kernel" in shape
    ? { kernel: shape.kernel }
    : { kernelHeight: shape.kernelHeight, kernelWidth: shape.kernelWidth };
  return {
    inputs: channels * inHeight * inWidth * n4,
    outputs: channels * outHeight * outWidth * n4,
    constants: { n4, inHeight, inWidth, outHeight, outWidth, stride, pad, ...window },
  };
}

/** Records y = max over each window of x. */
export function recordMaxPool(
  recorder: Recorder,
  shape: PoolShape,
  capacity: number,
  operands: { x: Operand; y: Operand },
): void {
  const { outputs: count, constants } = sizes(shape, capacity);
  recorder.dispatch("maxPool", max, operands, { count, ...constants }, flatGrid(count, FLAT));
}

/** Records ty = the tangent tx at the first maximum of each window of x. */
export function recordMaxPoolTangent(
  recorder: Recorder,
  shape: PoolShape,
  capacity: number,
  operands: { x: Operand; tx: Operand; ty: Operand },
): void {
  const { outputs: count, constants } = sizes(shape, capacity);
  recorder.dispatch("maxPoolTangent", maxTangent, operands, { count, ...constants }, flatGrid(count, FLAT));
}

/** Records dx (+)= dy at the first maximum of each window. */
export function recordMaxPoolBackward(
  recorder: Recorder,
  shape: PoolShape,
  capacity: number,
  operands: { x: Operand; y: Operand; dy: Operand; dx: Operand },
  accumulate: boolean,
): void {
  const { inputs: count, constants } = sizes(shape, capacity);
  if (shape.kernel <= shape.stride && shape.pad === 0) {
    const { x, dy, dx } = operands, { pad: _, ...rest } = constants;
    const cellsY = Math.ceil(shape.inHeight / shape.stride), cellsX = Math.ceil(shape.inWidth / shape.stride);
    const cells = shape.channels * cellsY * cellsX * rest.n4;
    recorder.dispatch(
      "maxPoolBackward",
      maxBackwardDisjoint,
      { x, dy, dx },
      { count: cells, ...rest, cellsY, cellsX, accumulate: Number(accumulate) },
      flatGrid(cells, FLAT),
    );
    return;
  }
  recorder.dispatch(
    "maxPoolBackward",
    maxBackward,
    operands,
    { count, ...constants, accumulate: Number(accumulate) },
    flatGrid(count, FLAT),
  );
}

/** Records y = mean over each window of x. */
export function recordAveragePool(
  recorder: Recorder,
  shape: AveragePoolShape,
  capacity: number,
  operands: { x: Operand; y: Operand },
): void {
  const { outputs: count, constants } = sizes(shape, capacity);
  recorder.dispatch("averagePool", average, operands, { count, ...constants }, flatGrid(count, FLAT));
}

/** Records dx (+)= each window's dy shared out evenly. */
export function recordAveragePoolBackward(
  recorder: Recorder,
  shape: AveragePoolShape,
  capacity: number,
  operands: { dy: Operand; dx: Operand },
  accumulate: boolean,
): void {
  const { inputs: count, constants } = sizes(shape, capacity);
  recorder.dispatch("averagePoolBackward", averageBackward, operands, {
    count,
    ...constants,
    accumulate: Number(accumulate),
  }, flatGrid(count, FLAT));
}
