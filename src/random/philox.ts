/**
 * Philox4x32-10, the counter-based generator behind every random choice of the project.
 *
 * A counter-based generator has no state: number i is a pure function of (seed, stream, layer, step, i). That is why a
 * mask, an epoch's order or an image's crop can be made anywhere (any engine, any GPU, any order of work) and be the same
 * bit for bit. Only 32-bit integer operations are used, so every JavaScript engine agrees.
 *
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011 (library Random123). The
 * GPU twin is `shaders/random/philox.wgsl`.
 */
import { UserError } from "../errors.ts";

/** The independent streams of a seed. The value is the last word of the counter; never renumber. */
export const STREAM = { init: 1, mask: 2, order: 3, augment: 4, score: 5 } as const;

/** One of the values of {@link STREAM}. */
export type Stream = (typeof STREAM)[keyof typeof STREAM];

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;
const ROUNDS = 10;

// The multipliers in 16-bit halves: JavaScript has no 32x32 -> 64 product, so the high word is put together from four
// 16x16 products, none of which can leave 32 bits.
const M0_HIGH = MULTIPLIER_0 >>> 16;
const M0_LOW = MULTIPLIER_0 & 0xffff;
const M1_HIGH = MULTIPLIER_1 >>> 16;
const M1_LOW = MULTIPLIER_1 & 0xffff;

/** The high 32 bits of the unsigned product of two 32-bit integers. */
export function multiplyHigh(a: number, b: number): number {
  return multiplyHighHalves(a >>> 16, a & 0xffff, b) >>> 0;
}

/** {@link multiplyHigh} with the first factor already in halves; the result may be negative (same 32 bits). */
function multiplyHighHalves(aHigh: number, aLow: number, b: number): number {
  const bHigh = b >>> 16;
  const bLow = b & 0xffff;
  const middle = Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16) | 0;
  const carry = (Math.imul(aLow, bHigh) + (middle & 0xffff)) >>> 16;
  return Math.imul(aHigh, bHigh) + (middle >>> 16) + carry | 0;
}

/**
 * One block of Philox4x32-10: four 32-bit words from a counter of four words and a key of two (all unsigned).
 *
 * @example
 * ```ts
 * philox4x32([0, 0, 0, 0], [0, 0]); // [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]
 * ```
 */
export function philox4x32(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): [number, number, number, number] {
  const out = new Uint32Array(4);
  fillBlocks(out, counter[0], counter[1], counter[2], counter[3], key[0], key[1]);
  return [out[0], out[1], out[2], out[3]];
}

/** The key of a seed: [low word, high word]. Throws a {@link UserError} unless it is an integer in 0 .. 2^53 - 1. */
export function seedKey(seed: number): [number, number] {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new UserError(`seed ${seed}: expected a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`);
  }
  return [seed >>> 0, Math.floor(seed / 0x100000000)];
}

/**
 * Elements 0 .. count-1 of a stream: element i is lane i mod 4 of the block with counter
 * [floor(i / 4), step, layer, stream] under the seed's key.
 */
export function randomU32(seed: number, stream: Stream, layer: number, step: number, count: number): Uint32Array {
  const out = new Uint32Array(count);
  fillU32(out, seed, stream, layer, step);
  return out;
}

/**
 * As {@link randomU32}, into an array that is there already and from block `firstBlock` on (element 4 * firstBlock):
 * lets long streams be walked in pieces that stay in the cache.
 */
export function fillU32(
  out: Uint32Array,
  seed: number,
  stream: Stream,
  layer: number,
  step: number,
  firstBlock = 0,
): void {
  const [keyLow, keyHigh] = seedKey(seed);
  fillBlocks(out, firstBlock, step, layer, stream, keyLow, keyHigh);
}

/** Fills `out` with the blocks whose first counter word is index, index + 1, ...; a last block may be cut short. */
function fillBlocks(
  out: Uint32Array,
  index: number,
  word1: number,
  word2: number,
  word3: number,
  key0: number,
  key1: number,
): void {
  for (let at = 0; at < out.length; at += 4, index++) {
    let c0 = index | 0, c1 = word1 | 0, c2 = word2 | 0, c3 = word3 | 0;
    let k0 = key0 | 0, k1 = key1 | 0;
    for (let round = 0; round < ROUNDS; round++) {
      const high0 = multiplyHighHalves(M0_HIGH, M0_LOW, c0);
      const high1 = multiplyHighHalves(M1_HIGH, M1_LOW, c2);
      const low0 = Math.imul(MULTIPLIER_0, c0);
      const low1 = Math.imul(MULTIPLIER_1, c2);
      c0 = high1 ^ c1 ^ k0;
      c1 = low1;
      c2 = high0 ^ c3 ^ k1;
      c3 = low0;
      k0 = k0 + WEYL_0 | 0;
      k1 = k1 + WEYL_1 | 0;
    }
    // Writes past the end of a typed array are ignored: that cuts the last block.
    out[at] = c0;
    out[at + 1] = c1;
    out[at + 2] = c2;
    out[at + 3] = c3;
  }
}

/** A reader over one (seed, stream, layer, step) for choices whose number of draws is not known beforehand. */
export class U32Reader {
  readonly #buffer: Uint32Array;
  #at: number;
  #nextBlock = 0;

  constructor(
    readonly seed: number,
    readonly stream: Stream,
    readonly layer: number,
    readonly step: number,
    bufferLength = 1024,
  ) {
    this.#buffer = new Uint32Array(Math.ceil(bufferLength / 4) * 4);
    this.#at = this.#buffer.length;
  }

  /** The next 32-bit word of the stream. */
  next(): number {
    if (this.#at === this.#buffer.length) {
      fillU32(this.#buffer, this.seed, this.stream, this.layer, this.step, this.#nextBlock);
      this.#nextBlock += this.#buffer.length / 4;
      this.#at = 0;
    }
    return this.#buffer[this.#at++];
  }

  /** An integer of 0 .. bound-1 (1 <= bound <= 2^32), without bias: words beyond the last whole multiple are skipped. */
  below(bound: number): number {
    const limit = 0x100000000 - 0x100000000 % bound;
    let word = this.next();
    while (word >= limit) word = this.next();
    return word % bound;
  }
}
