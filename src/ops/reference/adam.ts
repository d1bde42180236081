/**
 * Adam (Kingma and Ba 2015) and AdamW (Loshchilov and Hutter 2019), as PyTorch's `optim.Adam` and `optim.AdamW`.
 *
 * m ← β1·m + (1 − β1)·g;  v ← β2·v + (1 − β2)·g²;
 * w ← w − lr · (m/(1 − β1^t)) / (√v/√(1 − β2^t) + ε), with t = 1 in the first step.
 * Weight decay is added to g in Adam; in AdamW w is first multiplied by 1 − lr·weightDecay.
 */
import { type Floats, requireLength } from "./floats.ts";

/** Settings of a step; defaults β1 = 0.9, β2 = 0.999, ε = 1e-8, no weight decay, decay as in Adam. */
export interface AdamOptions {
  readonly lr: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly eps?: number;
  readonly weightDecay?: number;
  /** True for AdamW: weight decay acts on the weights and not through the gradient. */
  readonly decoupled?: boolean;
}

/** First and second moments of the gradient: zeros before the first step. */
export interface AdamState<T extends Floats> {
  readonly m: T;
  readonly v: T;
}

/**
 * Step number `step` (from 1): updates `weights` and the moments in place.
 * @throws {RangeError} if the lengths differ or the step is below 1.
 */
export function adamStep<T extends Floats>(
  weights: T,
  gradient: T,
  { m, v }: AdamState<T>,
  step: number,
  options: AdamOptions,
): void {
  requireLength("gradient", gradient, weights.length);
  requireLength("m", m, weights.length);
  requireLength("v", v, weights.length);
  if (!(step >= 1)) throw new RangeError(`Adam counts its steps from 1, got ${step}`);
  const { lr, beta1 = 0.9, beta2 = 0.999, eps = 1e-8, weightDecay = 0, decoupled = false } = options;
  const correction1 = 1 - beta1 ** step;
  const correction2 = Math.sqrt(1 - beta2 ** step);
  for (let k = 0; k < weights.length; k++) {
    const w = decoupled ? weights[k] * (1 - lr * weightDecay) : weights[k];
    const g = decoupled ? gradient[k] : gradient[k] + weightDecay * w;
    const first = beta1 * m[k] + (1 - beta1) * g;
    const second = beta2 * v[k] + (1 - beta2) * g * g;
    m[k] = first;
    v[k] = second;
    weights[k] = w - lr * (first / correction1) / (Math.sqrt(second) / correction2 + eps);
  }
}
