/**
 * Soft-threshold reparameterisation (STR): S(w, s) = sign(w) · max(|w| − σ(s), 0), with one scalar s for all weights of a
 * layer and σ the logistic function (Kusupati et al. 2020, equation 4 with g = σ).
 */
import { type Floats, requireLength, zerosLike } from "./floats.ts";

/** σ(s) and σ'(s), from e^−|s|, which cannot overflow: far below 0 both become 0. */
export function logistic(s: number): { value: number; slope: number } {
  const e = Math.exp(-Math.abs(s));
  return { value: (s >= 0 ? 1 : e) / (1 + e), slope: e / (1 + e) ** 2 };
}

/** The effective weights. */
export function softThreshold<T extends Floats>(w: T, s: number): T {
  const { value } = logistic(s), y = zerosLike(w, w.length);
  for (let k = 0; k < w.length; k++) y[k] = Math.sign(w[k]) * Math.max(Math.abs(w[k]) - value, 0);
  return y;
}

/**
 * Gradients of the weights and of s: a weight at or below the threshold gets none and gives none. ∂S/∂w is 1 above it, and
 * ∂S/∂s is −sign(w) · σ'(s).
 * @param dy gradients of the effective weights
 * @throws {RangeError} if the lengths differ
 */
export function softThresholdBackward<T extends Floats>(w: T, s: number, dy: T): { dw: T; ds: number } {
  requireLength("dy", dy, w.length);
  const { value, slope } = logistic(s), dw = zerosLike(w, w.length);
  let sum = 0;
  for (let k = 0; k < w.length; k++) {
    if (!(Math.abs(w[k]) > value)) continue;
    dw[k] = dy[k];
    sum += Math.sign(w[k]) * dy[k];
  }
  return { dw, ds: -slope * sum };
}
