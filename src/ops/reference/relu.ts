/** Rectifier y = max(x, 0), element by element over tensors of any shape. */
import { type Floats, requireLength, zerosLike } from "./floats.ts";

/** y = max(x, 0); a NaN stays NaN, as in PyTorch. */
export function reluForward<T extends Floats>(x: T): T {
  const y = zerosLike(x, x.length);
  for (let k = 0; k < x.length; k++) y[k] = x[k] <= 0 ? 0 : x[k];
  return y;
}

/**
 * dx = dy where the output was positive, else 0: the derivative at 0 is 0, as in PyTorch.
 * @throws {RangeError} if the lengths differ.
 */
export function reluBackward<T extends Floats>(y: T, dy: T): T {
  requireLength("dy", dy, y.length);
  const dx = zerosLike(y, y.length);
  for (let k = 0; k < y.length; k++) dx[k] = y[k] > 0 ? dy[k] : 0;
  return dx;
}
