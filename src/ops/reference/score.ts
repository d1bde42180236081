/** What scores need beside a model's own operations, the plain way (src/ops/score.ts, src/ops/rescale.ts). */

/** x, or |x|, where `kept(i)`, else 0. */
export function effective(x: Float32Array, kept: (i: number) => boolean, absolute: boolean): Float32Array {
  return x.map((value, i) => kept(i) ? (absolute ? Math.abs(value) : value) : 0);
}

/** The gradient of x from that of {@link effective}: dy, or sign(x)·dy, where `kept(i)`, else 0. */
export function effectiveBackward(
  x: Float32Array,
  dy: Float32Array,
  kept: (i: number) => boolean,
  absolute: boolean,
): Float32Array {
  return dy.map((value, i) => kept(i) ? (absolute ? Math.sign(x[i]) * value : value) : 0);
}

/** sums + x · count / images: a batch's share of the gradient of the mean loss over all images. */
export function accumulate(sums: Float32Array, x: Float32Array, count: number, images: number): Float32Array {
  return sums.map((sum, i) => sum + x[i] * count / images);
}

/** a · b, or |a · b|. */
export function saliency(a: Float32Array, b: Float32Array, absolute: boolean): Float32Array {
  return a.map((value, i) => absolute ? Math.abs(value * b[i]) : value * b[i]);
}

/**
 * The k with which x · 2^k lies in [1, 2) for the largest |x|, but not below −126 nor above 100; 0 where all are 0, or the
 * largest is no finite number.
 */
export function balancingExponent(x: Float32Array): number {
  const highest = x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (highest === 0 || !Number.isFinite(highest)) return 0;
  return Math.min(100, Math.max(-126, -Math.floor(Math.log2(highest))));
}

/** x · 2^exponent for what is added behind a join: 0 from 2^−127 on down, and at most times 2^100. */
export function addend(x: Float32Array, exponent: number): Float32Array {
  return x.map((value) => exponent < -126 ? 0 : value * 2 ** Math.min(exponent, 100));
}
