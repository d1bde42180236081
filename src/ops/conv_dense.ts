/**
 * The dense kernels of a convolution's passes by name. A pass may have several that compute the same numbers in another
 * order; which is fastest depends on the adapter and the shape. The first name of a list is what is taken before anything
 * has been measured.
 */
import type { Operand, Recorder } from "../gpu/recorder.ts";
import { recordConvDenseForward } from "./conv_dense_forward.ts";
import { recordConvDenseInputGradient } from "./conv_dense_input_gradient.ts";
import { recordConvDenseWeightGradient } from "./conv_dense_weight_gradient.ts";
import type { AdapterClass } from "./emit.ts";
import type { ConvShape } from "./shape.ts";

/** The three passes of a layer: y from x and w, dx from dy and w, dw from x and dy. */
export const CONV_PASSES = ["forward", "inputGradient", "weightGradient"] as const;

/** One of {@link CONV_PASSES}. */
export type ConvPass = (typeof CONV_PASSES)[number];

/** Which dense kernel each pass of a layer uses; the first of {@link denseVariants} where it is left out. */
export type DenseKernels = Readonly<Partial<Record<ConvPass, string>>>;

/** Sizes that a dense kernel is recorded for. `capacity`: columns N of the activations, a multiple of 4. */
export interface DenseWork {
  readonly shape: ConvShape;
  readonly capacity: number;
  readonly adapter: AdapterClass;
}

/** Names of the dense kernels that can compute a pass of these sizes, the expected one first. */
export function denseVariants(pass: ConvPass, _work: DenseWork): string[] {
  return pass === "weightGradient" ? ["window"] : ["register"];
}

/** Records y = conv(x, w) (+ bias). */
export function recordDenseForward(
  recorder: Recorder,
  { shape, capacity, adapter }: DenseWork,
  operands: { x: Operand; w: Operand; y: Operand; bias?: Operand },
  _variant?: string,
): void {
  recordConvDenseForward(recorder, shape, capacity, adapter, operands);
}

/** Records dx (+)= convᵀ(dy, w). */
export function recordDenseInputGradient(
  recorder: Recorder,
  { shape, capacity, adapter }: DenseWork,
  operands: { dy: Operand; w: Operand; dx: Operand },
  accumulate: boolean,
  _variant?: string,
): void {
  recordConvDenseInputGradient(recorder, shape, capacity, adapter, operands, accumulate);
}

/** Records dw (+)= Σ dy · x. */
export function recordDenseWeightGradient(
  recorder: Recorder,
  { shape, capacity, adapter }: DenseWork,
  operands: { x: Operand; dy: Operand; dw: Operand },
  accumulate: boolean,
  _variant?: string,
): void {
  recordConvDenseWeightGradient(recorder, shape, capacity, adapter, operands, accumulate);
}
