/** The sum that ends a residual block. Its backward is the identity: the gradient of the sum goes to both addends. */
import { type Floats, requireLength, zerosLike } from "./floats.ts";

/**
 * a + b, element by element; also how gradients meet where an activation is used twice.
 * @throws {RangeError} if the lengths differ.
 */
export function add<T extends Floats>(a: T, b: T): T {
  requireLength("b", b, a.length);
  const sum = zerosLike(a, a.length);
  for (let k = 0; k < a.length; k++) sum[k] = a[k] + b[k];
  return sum;
}
