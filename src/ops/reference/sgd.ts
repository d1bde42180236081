/**
 * Stochastic gradient descent with momentum, Nesterov's variant and weight decay (PyTorch's `optim.SGD`, dampening 0).
 *
 * g ← gradient + weightDecay·w;  v ← momentum·v + g;  w ← w − lr·v, or with Nesterov w ← w − lr·(g + momentum·v).
 * PyTorch starts with v = g; starting from v = 0, as here, is the same step. Arrays are flat; a packed layer passes its
 * kept entries.
 */
import { type Floats, requireLength } from "./floats.ts";

/** Settings of a step. `lr` is the learning rate. */
export interface SgdOptions {
  readonly lr: number;
  readonly momentum?: number;
  readonly nesterov?: boolean;
  readonly weightDecay?: number;
}

/**
 * One step: updates `weights` and `velocity` (zeros before the first step) in place.
 * @throws {RangeError} if the lengths differ.
 */
export function sgdStep<T extends Floats>(weights: T, gradient: T, velocity: T, options: SgdOptions): void {
  requireLength("gradient", gradient, weights.length);
  requireLength("velocity", velocity, weights.length);
  const { lr, momentum = 0, nesterov = false, weightDecay = 0 } = options;
  for (let k = 0; k < weights.length; k++) {
    const g = gradient[k] + weightDecay * weights[k];
    const v = momentum * velocity[k] + g;
    velocity[k] = v;
    weights[k] -= lr * (nesterov ? g + momentum * v : v);
  }
}
