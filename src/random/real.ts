/**
 * Uniform and normal real numbers that are the same bit for bit in every engine.
 *
 * IEEE 754 fixes the result of + - * / and the square root, but not of log, exp, sin or pow, and engines do differ in
 * the last bits of Math.log. So the normals come from the inverse distribution function (Wichura's AS 241, a ratio of
 * polynomials, relative error about 1e-16), and the logarithm that its tails need is built here from the four
 * operations.
 */
import { fillU32, type Stream } from "./philox.ts";

const TWO_POW_26 = 67_108_864;
const TWO_POW_MINUS_52 = 1 / 4_503_599_627_370_496;
/** Words are made this many at a time: 32 KiB, which stays in the cache. Must be even and a multiple of 4. */
const CHUNK_WORDS = 8192;

/**
 * A real number in the open interval (0, 1) from two random words: (k + 1/2) / 2^52 with the 52 bits k taken from the
 * top of each word (26 + 26). Never 0 or 1; 1 - u is exact and has the same law.
 */
export function uniform01(high: number, low: number): number {
  return ((high >>> 6) * TWO_POW_26 + (low >>> 6) + 0.5) * TWO_POW_MINUS_52;
}

/** `count` numbers in (0, 1): element i is {@link uniform01} of elements 2i and 2i+1 of (seed, stream, layer, step 0). */
export function uniform(seed: number, stream: Stream, layer: number, count: number): Float64Array {
  const out = new Float64Array(count);
  const words = new Uint32Array(Math.min(CHUNK_WORDS, Math.ceil(count / 2) * 4));
  for (let start = 0; start < count; start += CHUNK_WORDS / 2) {
    fillU32(words, seed, stream, layer, 0, start / 2);
    const end = Math.min(count, start + CHUNK_WORDS / 2);
    for (let i = start, at = 0; i < end; i++, at += 2) out[i] = uniform01(words[at], words[at + 1]);
  }
  return out;
}

/**
 * `count` independent standard normal numbers: element i is {@link normalQuantile} of element i of {@link uniform}.
 * The largest magnitude that can occur is about 8.2.
 */
export function normal(seed: number, stream: Stream, layer: number, count: number): Float64Array {
  const out = uniform(seed, stream, layer, count);
  for (let i = 0; i < count; i++) out[i] = normalQuantile(out[i]);
  return out;
}

const SQRT_2 = Math.sqrt(2);
const SQRT_HALF = Math.sqrt(0.5);
// ln 2 in two parts: the high one has 32 bits, so its product with an exponent is exact.
const LN2_HIGH = 0.693147180369123816490;
const LN2_LOW = 1.90821492927058770002e-10;
/** Terms of the series of log: the first one left out is below 1e-19 of the sum. */
const LOG_TERMS = 12;

/** The natural logarithm of a positive finite number, to about 1e-16 relative, from + - * / alone. */
export function portableLog(x: number): number {
  let exponent = 0;
  while (x < SQRT_HALF) {
    x *= 2;
    exponent--;
  }
  while (x > SQRT_2) {
    x *= 0.5;
    exponent++;
  }
  // log x = 2 artanh(s) with |s| <= 0.172: s + s^3/3 + s^5/5 + ...
  const s = (x - 1) / (x + 1);
  const s2 = s * s;
  let tail = 0;
  for (let k = LOG_TERMS; k >= 1; k--) tail = s2 * (tail + 1 / (2 * k + 1));
  return exponent * LN2_HIGH + (exponent * LN2_LOW + 2 * (s + s * tail));
}

// Coefficients of PPND16, lowest degree first: M. J. Wichura, "Algorithm AS 241: the percentage points of the normal
// distribution", Applied Statistics 37 (1988) 477-484.
const CENTRE_NUMERATOR = [
  3.3871328727963666080,
  1.3314166789178437745e2,
  1.9715909503065514427e3,
  1.3731693765509461125e4,
  4.5921953931549871457e4,
  6.7265770927008700853e4,
  3.3430575583588128105e4,
  2.5090809287301226727e3,
];
const CENTRE_DENOMINATOR = [
  1,
  4.2313330701600911252e1,
  6.8718700749205790830e2,
  5.3941960214247511077e3,
  2.1213794301586595867e4,
  3.9307895800092710610e4,
  2.8729085735721942674e4,
  5.2264952788528545610e3,
];
const TAIL_NUMERATOR = [
  1.42343711074968357734,
  4.63033784615654529590,
  5.76949722146069140550,
  3.64784832476320460504,
  1.27045825245236838258,
  2.41780725177450611770e-1,
  2.27238449892691845833e-2,
  7.74545014278341407640e-4,
];
const TAIL_DENOMINATOR = [
  1,
  2.05319162663775882187,
  1.67638483018380384940,
  6.89767334985100004550e-1,
  1.48103976427480074590e-1,
  1.51986665636164571966e-2,
  5.47593808499534494600e-4,
  1.05075007164441684324e-9,
];
const FAR_NUMERATOR = [
  6.65790464350110377720,
  5.46378491116411436990,
  1.78482653991729133580,
  2.96560571828504891230e-1,
  2.65321895265761230930e-2,
  1.24266094738807843860e-3,
  2.71155556874348757815e-5,
  2.01033439929228813265e-7,
];
const FAR_DENOMINATOR = [
  1,
  5.99832206555887937690e-1,
  1.36929880922735805310e-1,
  1.48753612908506148525e-2,
  7.86869131145613259100e-4,
  1.84631831751005468180e-5,
  1.42151175831644588870e-7,
  2.04426310338993978564e-15,
];

/** A polynomial of degree 7 by Horner's rule; written out since every weight of a network passes here twice. */
function degree7(c: readonly number[], x: number): number {
  return ((((((c[7] * x + c[6]) * x + c[5]) * x + c[4]) * x + c[3]) * x + c[2]) * x + c[1]) * x + c[0];
}

/** The standard normal quantile: z with P(Z <= z) = u, for 0 < u < 1 (AS 241, routine PPND16). */
export function normalQuantile(u: number): number {
  const q = u - 0.5;
  if (q >= -0.425 && q <= 0.425) {
    const r = 0.180625 - q * q;
    return q * degree7(CENTRE_NUMERATOR, r) / degree7(CENTRE_DENOMINATOR, r);
  }
  const r = Math.sqrt(-portableLog(q < 0 ? u : 1 - u));
  const z = r <= 5
    ? degree7(TAIL_NUMERATOR, r - 1.6) / degree7(TAIL_DENOMINATOR, r - 1.6)
    : degree7(FAR_NUMERATOR, r - 5) / degree7(FAR_DENOMINATOR, r - 5);
  return q < 0 ? -z : z;
}
