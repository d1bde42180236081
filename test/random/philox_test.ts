import { strict as assert } from "node:assert";
import fc from "fast-check";
import { UserError } from "../../src/errors.ts";
import { fillU32, multiplyHigh, philox4x32, randomU32, seedKey, STREAM, U32Reader } from "../../src/random/philox.ts";
import { KNOWN_ANSWERS } from "./known_answers.ts";

Deno.test("philox4x32 gives Random123's known answers", () => {
  for (const { counter, key, answer } of KNOWN_ANSWERS) assert.deepEqual(philox4x32(counter, key), answer);
});

Deno.test("multiplyHigh is the high word of the 64-bit product", () => {
  fc.assert(fc.property(fc.nat(0xffffffff), fc.nat(0xffffffff), (a, b) => {
    assert.equal(multiplyHigh(a, b), Number((BigInt(a) * BigInt(b)) >> 32n));
  }));
  assert.equal(multiplyHigh(0xffffffff, 0xffffffff), 0xfffffffe);
});

Deno.test("element i of a stream is lane i mod 4 of block floor(i / 4)", () => {
  const seed = 7 * 2 ** 32 + 12345, layer = 3, step = 9;
  const words = randomU32(seed, STREAM.augment, layer, step, 103);
  for (let i = 0; i < words.length; i++) {
    assert.equal(words[i], philox4x32([i >>> 2, step, layer, STREAM.augment], [12345, 7])[i & 3]);
  }
});

Deno.test("fillU32 from a block on continues the stream; U32Reader walks it", () => {
  const whole = randomU32(1, STREAM.mask, 2, 0, 400);
  const piece = new Uint32Array(100);
  fillU32(piece, 1, STREAM.mask, 2, 0, 25);
  assert.deepEqual(piece, whole.slice(100, 200));
  const reader = new U32Reader(1, STREAM.mask, 2, 0, 16);
  assert.deepEqual(Uint32Array.from({ length: 400 }, () => reader.next()), whole);
});

Deno.test("streams, layers, steps and seeds give different words", () => {
  const first = (seed: number, stream: 1 | 2 | 3 | 4, layer: number, step: number) =>
    randomU32(seed, stream, layer, step, 2).join();
  const all = [first(1, 1, 0, 0), first(1, 2, 0, 0), first(1, 1, 1, 0), first(1, 1, 0, 1), first(2, 1, 0, 0)];
  assert.equal(new Set(all).size, all.length);
});

Deno.test("below is uniform and in range", () => {
  const reader = new U32Reader(5, STREAM.order, 0, 0);
  const counts = new Float64Array(7);
  for (let i = 0; i < 70_000; i++) counts[reader.below(7)]++;
  // Chi-square with 6 degrees of freedom: 22.5 is the 0.999 quantile.
  const chi2 = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
  assert.ok(chi2 < 22.5, `chi-square ${chi2}`);
  assert.equal(reader.below(1), 0);
  assert.ok(reader.below(2 ** 32) < 2 ** 32);
});

Deno.test("a seed must be a whole number that a double holds exactly", () => {
  assert.deepEqual(seedKey(2 ** 53 - 1), [0xffffffff, 0x1fffff]);
  for (const seed of [-1, 0.5, 2 ** 53, NaN]) assert.throws(() => seedKey(seed), UserError);
});
