/**
 * Convolution and linear layers as the compiler records them: dense or packed behind one interface.
 *
 * A linear layer is a 1×1 convolution. Because the batch is innermost, its N columns can be read as an image of
 * N/32 positions with 32 columns each without moving a byte, which gives the register tiles positions to reuse weights on.
 */
import type { Operand, Recorder } from "../gpu/recorder.ts";
import {
  type ConvPass,
  type DenseKernels,
  denseVariants,
  recordDenseForward,
  recordDenseInputGradient,
  recordDenseWeightGradient,
} from "./conv_dense.ts";
import type { PackedPattern } from "./conv_packed.ts";
import { recordConvPackedForward } from "./conv_packed_forward.ts";
import { recordConvPackedInputGradient } from "./conv_packed_input_gradient.ts";
import { recordConvPackedWeightGradient } from "./conv_packed_weight_gradient.ts";
import type { AdapterClass } from "./emit.ts";
import { type LaneFormat, type PackedActivations, recordNarrow } from "./packed_lanes.ts";
import { type ConvShape, convShape } from "./shape.ts";

/** Columns of the image that a linear layer's batch is read as. */
const LINEAR_COLUMNS = 32;

/** What a convolution is recorded with. */
export interface ConvContext {
  readonly recorder: Recorder;
  /** Columns N of the activations, a multiple of 4. */
  readonly capacity: number;
  readonly adapter: AdapterClass;
}

/** The weights of a layer: all of them in dense order, or the kept blocks' with their pattern. */
export type ConvWeights =
  | { readonly storage: "dense"; readonly values: Operand; readonly kernels?: DenseKernels }
  | {
    readonly storage: "packed";
    readonly values: Operand;
    readonly pattern: PackedPattern;
    /** `f16`: 16-bit copies of the activations are read, float16 of inputs and bfloat16 of gradients. */
    readonly activations?: PackedActivations;
  };

/** The sizes that a layer's kernels are recorded for: a linear layer's batch as positions, any other shape as it is. */
export function unfold(shape: ConvShape, capacity: number): { shape: ConvShape; capacity: number } {
  const { inHeight, inWidth, kernelHeight, kernelWidth, pad, inChannels, outChannels } = shape;
  const linear = inHeight * inWidth * kernelHeight * kernelWidth === 1 && pad === 0;
  if (!linear || capacity <= LINEAR_COLUMNS || capacity % LINEAR_COLUMNS !== 0) return { shape, capacity };
  const sizes = { inChannels, outChannels, inHeight: 1, inWidth: capacity / LINEAR_COLUMNS, kernelHeight: 1 };
  return { shape: convShape(sizes), capacity: LINEAR_COLUMNS };
}

/** Names of the dense kernels that can compute a pass of a layer, the expected one first. */
export function layerVariants(
  pass: ConvPass,
  shape: ConvShape,
  { capacity, adapter }: Pick<ConvContext, "capacity" | "adapter">,
): string[] {
  return denseVariants(pass, { ...unfold(shape, capacity), adapter });
}

/** The activation as packed kernels of these weights read it: as it is, or its 16-bit copy, made once. */
function readAs(
  { recorder, capacity }: ConvContext,
  activation: Operand,
  rows: number,
  { activations }: { activations?: PackedActivations },
  narrow: "f16" | "bf16",
): { operand: Operand; format: LaneFormat } {
  if (activations !== "f16") return { operand: activation, format: "f32" };
  const make = () => recordNarrow(recorder, activation, { rows, capacity, format: narrow });
  return { operand: recorder.derived(activation, narrow, make), format: narrow };
}

const inputRows = (shape: ConvShape) => shape.inChannels * shape.inHeight * shape.inWidth;
const outputRows = (shape: ConvShape) => shape.outChannels * shape.outHeight * shape.outWidth;

/** Records y = conv(x, w) (+ bias). */
export function recordConvForward(
  context: ConvContext,
  shape: ConvShape,
  operands: { x: Operand; y: Operand; bias?: Operand },
  weights: ConvWeights,
): void {
  const { recorder, adapter } = context, view = unfold(shape, context.capacity);
  if (weights.storage === "dense") {
    recordDenseForward(recorder, { ...view, adapter }, { ...operands, w: weights.values }, weights.kernels?.forward);
    return;
  }
  const { values, pattern } = weights;
  const { operand: x, format } = readAs(context, operands.x, inputRows(shape), weights, "f16");
  recordConvPackedForward(
    recorder,
    view.shape,
    view.capacity,
    adapter,
    { ...operands, x, values, pattern },
    format,
  );
}

/** Records dx (+)= convᵀ(dy, w). */
export function recordConvInputGradient(
  context: ConvContext,
  shape: ConvShape,
  { dy, dx }: { dy: Operand; dx: Operand },
  weights: ConvWeights,
  accumulate: boolean,
): void {
  const { recorder, adapter } = context, view = unfold(shape, context.capacity), { values } = weights;
  if (weights.storage === "dense") {
    const operands = { dy, dx, w: values };
    recordDenseInputGradient(recorder, { ...view, adapter }, operands, accumulate, weights.kernels?.inputGradient);
    return;
  }
  const { operand, format } = readAs(context, dy, outputRows(shape), weights, "bf16");
  const operands = { dy: operand, dx, values, pattern: weights.pattern };
  recordConvPackedInputGradient(recorder, view.shape, view.capacity, adapter, operands, accumulate, format);
}

/** Records dw (+)= Σ dy · x, at every weight or at those of the kept blocks. */
export function recordConvWeightGradient(
  context: ConvContext,
  shape: ConvShape,
  operands: { x: Operand; dy: Operand; dw: Operand },
  weights: ConvWeights,
  accumulate: boolean,
): void {
  const { recorder, adapter } = context, view = unfold(shape, context.capacity);
  if (weights.storage === "dense") {
    recordDenseWeightGradient(recorder, { ...view, adapter }, operands, accumulate, weights.kernels?.weightGradient);
    return;
  }
  const x = readAs(context, operands.x, inputRows(shape), weights, "f16");
  const dy = readAs(context, operands.dy, outputRows(shape), weights, "bf16");
  recordConvPackedWeightGradient(
    recorder,
    view.shape,
    view.capacity,
    adapter,
    { x: x.operand, dy: dy.operand, dw: operands.dw, pattern: weights.pattern },
    accumulate,
    { x: x.format, dy: dy.format },
  );
}
