/** Comparing arrays of numbers with a tolerance that fits their size. */
import { AssertionError } from "node:assert";

/**
 * Largest |actual − expected| as a share of the largest |expected| (of 1 if that is 0); NaN anywhere gives Infinity.
 * @throws {RangeError} if the lengths differ.
 */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) {
    throw new RangeError(`${actual.length} values compared with ${expected.length}`);
  }
  let scale = 0;
  let difference = 0;
  for (let k = 0; k < expected.length; k++) {
    const d = Math.abs(actual[k] - expected[k]);
    if (Number.isNaN(d)) return Infinity;
    difference = Math.max(difference, d);
    scale = Math.max(scale, Math.abs(expected[k]));
  }
  return difference / (scale || 1);
}

/**
 * Asserts that no value differs by more than `tolerance` times the largest expected one.
 * @throws {AssertionError} naming `what` and the error found.
 */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  const error = relativeError(actual, expected);
  if (!(error <= tolerance)) {
    throw new AssertionError({ message: `${what}: differs by ${error} of its largest value, allowed ${tolerance}` });
  }
}
