/**
 * Soft masks of continuous sparsification: w_eff = w · m with m = σ(βs) / σ(s_0), s being a score a weight (Savarese et al.
 * 2020, equation 5, with the scale that their code has so that training starts with the weights as they are).
 */
import { type Floats, requireLength, zerosLike } from "./floats.ts";
import { logistic } from "./soft_threshold.ts";

/** What does not change from weight to weight. */
export interface SoftMask {
  /** β; it grows over a round. */
  readonly temperature: number;
  /** 1 / σ(s_0) */
  readonly scale: number;
  /** λ: the loss has λ Σ m added to it, in its gradient. */
  readonly penalty: number;
  /** Whether the mask is the ticket, which is stored by then: m is the scale alone, and scores get no gradient. */
  readonly hard: boolean;
}

/** The effective weights. */
export function softMask<T extends Floats>(w: T, s: T, { temperature, scale, hard }: SoftMask): T {
  requireLength("s", s, w.length);
  const y = zerosLike(w, w.length);
  for (let k = 0; k < w.length; k++) y[k] = w[k] * scale * (hard ? 1 : logistic(temperature * s[k]).value);
  return y;
}

/**
 * Gradients of weights and scores, the penalty's included.
 * @param dy gradients of the effective weights
 * @throws {RangeError} if the lengths differ
 */
export function softMaskBackward<T extends Floats>(w: T, s: T, dy: T, mask: SoftMask): { dw: T; ds: T } {
  requireLength("s", s, w.length);
  requireLength("dy", dy, w.length);
  const { temperature, scale, penalty, hard } = mask, dw = zerosLike(w, w.length), ds = zerosLike(w, w.length);
  for (let k = 0; k < w.length; k++) {
    const { value, slope } = logistic(temperature * s[k]);
    dw[k] = dy[k] * scale * (hard ? 1 : value);
    ds[k] = hard ? 0 : (dy[k] * w[k] + penalty) * scale * temperature * slope;
  }
  return { dw, ds };
}

/** Scores at the end of a round: those that grew return to s_0, those that fell keep their fall, times β. */
export function endRound<T extends Floats>(s: T, temperature: number, initial: number): T {
  const next = zerosLike(s, s.length);
  for (let k = 0; k < s.length; k++) next[k] = Math.min(temperature * s[k], initial);
  return next;
}
