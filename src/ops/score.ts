/** What scores need beside a model's own operations: masked and absolute weights, sums over batches, products. */
import { FLAT, flatKernel } from "../gpu/flat.ts";
import { flatGrid, type Operand, type Recorder } from "../gpu/recorder.ts";
import accumulateText from "../../shaders/score/accumulate.wgsl" with { type: "text" };
import effectiveBackwardText from "../../shaders/score/effective_backward.wgsl" with { type: "text" };
import effectiveText from "../../shaders/score/effective.wgsl" with { type: "text" };
import saliencyText from "../../shaders/score/saliency.wgsl" with { type: "text" };

const effectiveCode = flatKernel(effectiveText);
const effectiveBackwardCode = flatKernel(effectiveBackwardText);
const accumulateCode = flatKernel(accumulateText, { step: true });
const saliencyCode = flatKernel(saliencyText);

/** Which weights of a layer count, by the bits of its whole store, and whether by their absolute values. */
export interface EffectiveWeights {
  /** Stored weights of the layer. */
  readonly size: number;
  /** Bit of its first one. */
  readonly offset: number;
  readonly absolute: boolean;
}

/** Records y = x, or |x|, where the weight's bit is set, else 0. */
export function recordEffective(
  recorder: Recorder,
  { size, offset, absolute }: EffectiveWeights,
  operands: { x: Operand; kept: Operand; y: Operand },
): void {
  const constants = { count: size, offset, absolute: Number(absolute) };
  recorder.dispatch("effective", effectiveCode, operands, constants, flatGrid(size, FLAT));
}

/** Records dx (+)= dy, or sign(x)·dy, where the weight's bit is set. */
export function recordEffectiveBackward(
  recorder: Recorder,
  { size, offset, absolute }: EffectiveWeights,
  operands: { x: Operand; kept: Operand; dy: Operand; dx: Operand },
  accumulate: boolean,
): void {
  const constants = { count: size, offset, absolute: Number(absolute), accumulate: Number(accumulate) };
  recorder.dispatch("effectiveBackward", effectiveBackwardCode, operands, constants, flatGrid(size, FLAT));
}

/**
 * Records sums (+)= x · (images of the step's batch / images) over `size` values (a multiple of 4). The step with slot 0
 * starts the sums anew.
 */
export function recordAccumulate(
  recorder: Recorder,
  size: number,
  images: number,
  operands: { x: Operand; sums: Operand },
): void {
  recorder.dispatch("accumulate", accumulateCode, operands, { count: size / 4, images }, flatGrid(size / 4, FLAT));
}

/** Records scores = a · b, or |a · b|, over `size` values (a multiple of 4). */
export function recordSaliency(
  recorder: Recorder,
  size: number,
  absolute: boolean,
  operands: { a: Operand; b: Operand; scores: Operand },
): void {
  const constants = { count: size / 4, absolute: Number(absolute) };
  recorder.dispatch("saliency", saliencyCode, operands, constants, flatGrid(size / 4, FLAT));
}
