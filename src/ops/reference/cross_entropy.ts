/**
 * Cross entropy from logits (C, N) with label smoothing (PyTorch's `cross_entropy`).
 *
 * The wanted distribution gives (1 − s) + s/C to the label and s/C to every other class, s being the smoothing.
 * loss = mean over the samples of −Σ_c wanted_c · log softmax(logits)_c; d loss/d logits = (softmax − wanted)/count.
 */
import { type Floats, requireLength, zerosLike } from "./floats.ts";

/** Mean loss in nats, the loss of each sample, and the gradient of the mean with respect to the logits (C, columns). */
export interface CrossEntropyResult<T extends Floats> {
  readonly loss: number;
  readonly losses: T;
  readonly gradient: T;
}

/**
 * Loss and gradient over the first `count` columns; `labels[n]` is the class of sample n.
 * @throws {RangeError} for a wrong length, a label outside the classes, or smoothing outside [0, 1].
 */
export function crossEntropy<T extends Floats>(
  classes: number,
  logits: T,
  labels: ArrayLike<number>,
  smoothing: number,
  columns: number,
  count: number = columns,
): CrossEntropyResult<T> {
  requireLength("logits", logits, classes * columns);
  if (!(smoothing >= 0 && smoothing <= 1)) throw new RangeError(`smoothing must lie in [0, 1], got ${smoothing}`);
  const gradient = zerosLike(logits, logits.length);
  const losses = zerosLike(logits, columns);
  let total = 0;
  for (let n = 0; n < count; n++) {
    const label = labels[n];
    if (!(label >= 0 && label < classes)) throw new RangeError(`label ${label} of sample ${n} is not below ${classes}`);
    let largest = -Infinity;
    for (let c = 0; c < classes; c++) largest = Math.max(largest, logits[c * columns + n]);
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += Math.exp(logits[c * columns + n] - largest);
    const logSum = largest + Math.log(sum);
    let loss = 0;
    for (let c = 0; c < classes; c++) {
      const wanted = smoothing / classes + (c === label ? 1 - smoothing : 0);
      const logProbability = logits[c * columns + n] - logSum;
      // A class that is not wanted at all must not turn −∞ into NaN.
      if (wanted > 0) loss -= wanted * logProbability;
      gradient[c * columns + n] = (Math.exp(logProbability) - wanted) / count;
    }
    losses[n] = loss;
    total += loss;
  }
  return { loss: total / count, losses, gradient };
}
