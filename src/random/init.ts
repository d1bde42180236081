/**
 * Initialisers of weights and biases, as PyTorch names and scales them: those of the networks that the paper trains.
 *
 * All take the tensor's shape (conv [out, in, kh, kw], linear [out, in], row-major), the seed of the run's init stream
 * and the tensor's index among the parameters of the model, and return its values. Numbers are made in double precision
 * and rounded to float32 once. The numbers are our own stream's, not torch's.
 */
import { normal as normalNumbers, normalQuantile, uniform as uniformNumbers } from "./real.ts";
import { STREAM } from "./philox.ts";

/** Which side of a weight tensor sets the scale: what a unit reads, or what an input feeds. */
export type FanMode = "fan_in" | "fan_out";

/** Options of the scaled initialisers. */
export interface ScaledInitOptions {
  /** Default "fan_in". */
  mode?: FanMode;
  /**
   * Kept fraction p of the tensor: the fan is multiplied by it, so that a sparse layer starts with the variance of a
   * dense one, std = sqrt(2 / (fan * p)). Default 1: no rescaling, as in the paper's headline runs.
   */
  density?: number;
}

/** The fans of a weight tensor: dimension 1 (or 0) times the number of filter taps. */
export function fans(shape: readonly number[]): { fanIn: number; fanOut: number } {
  const taps = shape.slice(2).reduce((product, n) => product * n, 1);
  return { fanIn: shape[1] * taps, fanOut: shape[0] * taps };
}

/** N(0, 2 / fan): He's initialisation with the gain of ReLU (`kaiming_normal_`). */
export function kaimingNormal(
  shape: readonly number[],
  seed: number,
  layer: number,
  options: ScaledInitOptions = {},
): Float32Array {
  return normal(shape, seed, layer, Math.sqrt(2 / effectiveFan(shape, options)));
}

/**
 * U(-b, b) with b = sqrt(6 / ((1 + a^2) fan)) (`kaiming_uniform_`). The slope is given squared, since the one that
 * PyTorch uses for conv and linear layers is a = sqrt(5): the default, b = 1 / sqrt(fan).
 */
export function kaimingUniform(
  shape: readonly number[],
  seed: number,
  layer: number,
  options: ScaledInitOptions & { slopeSquared?: number } = {},
): Float32Array {
  const bound = Math.sqrt(6 / ((1 + (options.slopeSquared ?? 5)) * effectiveFan(shape, options)));
  return uniform(sizeOf(shape), seed, layer, bound);
}

/** A bias of `count` values as PyTorch draws it: U(-b, b) with b = 1 / sqrt(fan-in of its weight). */
export function uniformBias(count: number, fanIn: number, seed: number, layer: number): Float32Array {
  return uniform(count, seed, layer, Math.sqrt(1 / fanIn));
}

/** N(0, std^2). */
export function normal(shape: readonly number[], seed: number, layer: number, std: number): Float32Array {
  const numbers = normalNumbers(seed, STREAM.init, layer, sizeOf(shape));
  const out = new Float32Array(numbers.length);
  for (let i = 0; i < out.length; i++) out[i] = numbers[i] * std;
  return out;
}

/** U(0, most): no negative weight. */
export function positiveUniform(shape: readonly number[], seed: number, layer: number, most: number): Float32Array {
  return Float32Array.from(uniformNumbers(seed, STREAM.init, layer, sizeOf(shape)), (u) => u * most);
}

/** Z · N(centre, std²) + (1 − Z) · N(−centre, std²) with Z of U(0, 1), the three numbers of a weight one after the other. */
export function mixedNormal(
  shape: readonly number[],
  seed: number,
  layer: number,
  { centre, std }: { centre: number; std: number },
): Float32Array {
  const out = new Float32Array(sizeOf(shape)), numbers = uniformNumbers(seed, STREAM.init, layer, 3 * out.length);
  for (let i = 0, at = 0; i < out.length; i++, at += 3) {
    const share = numbers[at], high = centre + std * normalQuantile(numbers[at + 1]);
    out[i] = share * high + (1 - share) * (std * normalQuantile(numbers[at + 2]) - centre);
  }
  return out;
}

/** ±value, each sign as likely. */
export function signedConstant(shape: readonly number[], seed: number, layer: number, value: number): Float32Array {
  const numbers = uniformNumbers(seed, STREAM.init, layer, sizeOf(shape));
  return Float32Array.from(numbers, (u) => u < 0.5 ? -value : value);
}

/** The same value everywhere (biases 0, batch-norm scales 1). */
export function constant(shape: readonly number[], value: number): Float32Array {
  return new Float32Array(sizeOf(shape)).fill(value);
}

function uniform(count: number, seed: number, layer: number, bound: number): Float32Array {
  const numbers = uniformNumbers(seed, STREAM.init, layer, count);
  const out = new Float32Array(count);
  for (let i = 0; i < count; i++) out[i] = (2 * numbers[i] - 1) * bound;
  return out;
}

function effectiveFan(shape: readonly number[], options: ScaledInitOptions): number {
  const { fanIn, fanOut } = fans(shape);
  return (options.mode === "fan_out" ? fanOut : fanIn) * (options.density ?? 1);
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}
