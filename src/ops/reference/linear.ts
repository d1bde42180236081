/**
 * Linear layer: x (in, N), weight [out][in], bias [out], y (out, N) with y[o,n] = bias[o] + Σ_i weight[o,i] · x[i,n].
 *
 * It is the 1×1 convolution on a 1×1 image and is computed as one. Features come from (C, H, W, N) without moving
 * anything: flattening (C, H, W) row-major is PyTorch's `flatten(1)`.
 */
import { linearShape } from "../shape.ts";
import { conv2dBiasGradient, conv2dForward, conv2dInputGradient, conv2dWeightGradient } from "./conv2d.ts";
import type { Floats } from "./floats.ts";

/** Sizes of a linear layer. */
export interface LinearSizes {
  readonly inFeatures: number;
  readonly outFeatures: number;
}

/**
 * Output (out, columns).
 * @throws {RangeError} if an array does not have the length its sizes say.
 */
export function linearForward<T extends Floats>(
  { inFeatures, outFeatures }: LinearSizes,
  x: T,
  weight: T,
  bias: T | undefined,
  columns: number,
  count: number = columns,
): T {
  return conv2dForward(linearShape(inFeatures, outFeatures), x, weight, bias, columns, count);
}

/**
 * Gradient (in, columns) with respect to the input.
 * @throws {RangeError} if an array does not have the length its sizes say.
 */
export function linearInputGradient<T extends Floats>(
  { inFeatures, outFeatures }: LinearSizes,
  dy: T,
  weight: T,
  columns: number,
  count: number = columns,
): T {
  return conv2dInputGradient(linearShape(inFeatures, outFeatures), dy, weight, columns, count);
}

/**
 * Gradient [out][in] with respect to the weights, summed over the samples.
 * @throws {RangeError} if an array does not have the length its sizes say.
 */
export function linearWeightGradient<T extends Floats>(
  { inFeatures, outFeatures }: LinearSizes,
  x: T,
  dy: T,
  columns: number,
  count: number = columns,
): T {
  return conv2dWeightGradient(linearShape(inFeatures, outFeatures), x, dy, columns, count);
}

/**
 * Gradient [out] with respect to the bias, summed over the samples.
 * @throws {RangeError} if dy does not have the length its sizes say.
 */
export function linearBiasGradient<T extends Floats>(
  { inFeatures, outFeatures }: LinearSizes,
  dy: T,
  columns: number,
  count: number = columns,
): T {
  return conv2dBiasGradient(linearShape(inFeatures, outFeatures), dy, columns, count);
}
