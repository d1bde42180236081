/**
 * What every reference shares: the number types it works on and the meaning of a batch.
 *
 * A reference is the readable definition of an operation; kernels are tested against it and it is tested against
 * PyTorch. It accumulates in double precision and returns the kind of array it was given, so that the same code runs on
 * float32 data and, for finite differences, in double precision.
 *
 * A tensor (C, H, W, N) has `columns` = N values in its innermost rows, of which the first `count` ≤ N belong to
 * samples. The rest is padding: it is never read, and stays 0 in what is returned.
 */
export type Floats = Float32Array | Float64Array;

/** Zeros of the same kind as `example`. */
export function zerosLike<T extends Floats>(example: T, length: number): T {
  const zeros: Floats = example instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
  return zeros as T;
}

/**
 * Checks that an array has the length its sizes say.
 * @throws {RangeError} naming the array, the expected and the actual length.
 */
export function requireLength(name: string, values: ArrayLike<unknown>, expected: number): void {
  if (values.length !== expected) throw new RangeError(`${name} has ${values.length} values, expected ${expected}`);
}
