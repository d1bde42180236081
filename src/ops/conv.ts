/**
 * Convolution and linear layers as the compiler records them: dense or packed behind one interface.
 *
 * A linear layer is a 1×1 convolution. Because the batch is innermost, its N columns can be read as an image of
 * N/32 positions with 32 columns each without moving a byte, which gives the register tiles positions to reuse weights on.
 */
import type { Operand, Recorder } from "../gpu/recorder.ts";
import { recordConvDenseForward } from "./conv_dense_forward.ts";
import { recordConvDenseInputGradient } from "./conv_dense_input_gradient.ts";
import { recordConvDenseWeightGradient } from "./conv_dense_weight_gradient.ts";
import {
  type PackedPattern,
  recordConvPackedForward,
  recordConvPackedInputGradient,
  recordConvPackedWeightGradient,
} from "./conv_packed.ts";
import type { AdapterClass } from "./emit.ts";
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

/** The weights of a layer: all of them in dense order, or the kept ones with their pattern. */
export type ConvWeights =
  | { readonly storage: "dense"; readonly values: Operand }
  | { readonly storage: "packed"; readonly values: Operand; readonly pattern: PackedPattern };

/** A linear layer's batch as positions; any other shape as it is. */
function unfold(shape: ConvShape, capacity: number): { shape: ConvShape; capacity: number } {
  const { inHeight, inWidth, kernelHeight, kernelWidth, pad, inChannels, outChannels } = shape;
  const linear = inHeight * inWidth * kernelHeight * kernelWidth === 1 && pad === 0;
  if (!linear || capacity <= LINEAR_COLUMNS || capacity % LINEAR_COLUMNS !== 0) return { shape, capacity };
  const sizes = { inChannels, outChannels, inHeight: 1, inWidth: capacity / LINEAR_COLUMNS, kernelHeight: 1 };
  return { shape: convShape(sizes), capacity: LINEAR_COLUMNS };
}

/** Records y = conv(x, w) (+ bias). */
export function recordConvForward(
  { recorder, capacity, adapter }: ConvContext,
  shape: ConvShape,
  operands: { x: Operand; y: Operand; bias?: Operand },
  weights: ConvWeights,
): void {
  const view = unfold(shape, capacity);
  if (weights.storage === "dense") {
    recordConvDenseForward(recorder, view.shape, view.capacity, adapter, { ...operands, w: weights.values });
  } else recordConvPackedForward(recorder, view.shape, view.capacity, adapter, { ...operands, ...weights });
}

/** Records dx (+)= convᵀ(dy, w). */
export function recordConvInputGradient(
  { recorder, capacity, adapter }: ConvContext,
  shape: ConvShape,
  { dy, dx }: { dy: Operand; dx: Operand },
  weights: ConvWeights,
  accumulate: boolean,
): void {
  const view = unfold(shape, capacity);
  if (weights.storage === "dense") {
    recordConvDenseInputGradient(
      recorder,
      view.shape,
      view.capacity,
      adapter,
      { dy, dx, w: weights.values },
      accumulate,
    );
  } else {
    const { values, pattern } = weights;
    recordConvPackedInputGradient(
      recorder,
      view.shape,
      view.capacity,
      adapter,
      { dy, dx, values, pattern },
      accumulate,
    );
  }
}

/** Records dw (+)= Σ dy · x, at every weight or at the kept ones. */
export function recordConvWeightGradient(
  { recorder, capacity, adapter }: ConvContext,
  shape: ConvShape,
  operands: { x: Operand; dy: Operand; dw: Operand },
  weights: ConvWeights,
  accumulate: boolean,
): void {
  const view = unfold(shape, capacity);
  if (weights.storage === "dense") {
    recordConvDenseWeightGradient(recorder, view.shape, view.capacity, adapter, operands, accumulate);
  } else {
    const { pattern } = weights;
    recordConvPackedWeightGradient(recorder, view.shape, view.capacity, adapter, { ...operands, pattern }, accumulate);
  }
}
