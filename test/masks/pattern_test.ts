import { strict as assert } from "node:assert";
import fc from "fast-check";
import { UserError } from "../../src/errors.ts";
import { emptyMask, fromDense, sameMask, toIndices } from "../../src/masks/mask.ts";
import { makePattern, packPlace, packValues, patternMask, unpackPlace, unpackValues } from "../../src/masks/pattern.ts";

const someMask = fc.tuple(
  fc.integer({ min: 1, max: 8 }),
  fc.integer({ min: 1, max: 8 }),
  fc.constantFrom([], [1, 1], [3, 3], [2, 5]),
).chain(([o, i, kernel]) => {
  const shape = [o, i, ...kernel];
  const size = shape.reduce((product, n) => product * n, 1);
  return fc.array(fc.nat(3), { minLength: size, maxLength: size }).map((v) =>
    fromDense("w", shape, v.map((x) => +(x === 0)))
  );
});

Deno.test("a pattern holds exactly the kept weights: round trip", () => {
  fc.assert(fc.property(someMask, (mask) => {
    const pattern = makePattern(mask);
    assert.equal(pattern.nnz, mask.nnz);
    assert.ok(sameMask(patternMask("w", pattern), mask));
  }));
});

Deno.test("rows: starts, channels and taps in row-major order", () => {
  fc.assert(fc.property(someMask, (mask) => {
    const [outputs, inputs, kh = 1, kw = 1] = mask.shape;
    const { rowStart, entries, rowOf } = makePattern(mask);
    assert.equal(rowStart.length, outputs + 1);
    assert.equal(rowStart[0], 0);
    assert.equal(rowStart[outputs], mask.nnz);
    const indices = toIndices(mask);
    for (let o = 0; o < outputs; o++) {
      for (let value = rowStart[o]; value < rowStart[o + 1]; value++) {
        const { channel, ky, kx } = unpackPlace(entries[value]);
        assert.ok(channel < inputs && ky < kh && kx < kw);
        assert.equal(rowOf[value], o);
        assert.equal(((o * inputs + channel) * kh + ky) * kw + kx, indices[value]);
      }
    }
  }));
});

Deno.test("columns: every value once, by input channel, then output channel, then tap", () => {
  fc.assert(fc.property(someMask, (mask) => {
    const inputs = mask.shape[1];
    const { colStart, transposed, entries, rowOf } = makePattern(mask);
    assert.equal(colStart.length, inputs + 1);
    assert.equal(colStart[inputs], mask.nnz);
    const seen = new Set<number>();
    for (let i = 0; i < inputs; i++) {
      for (let at = colStart[i]; at < colStart[i + 1]; at++) {
        const value = transposed[2 * at], place = transposed[2 * at + 1];
        assert.equal(entries[value] >>> 8, i);
        assert.equal(place, packPlace(rowOf[value], 0, 0) | entries[value] & 0xff);
        if (at > colStart[i]) assert.ok(transposed[2 * at - 1] < place, "ascending inside a column");
        seen.add(value);
      }
    }
    assert.equal(seen.size, mask.nnz);
  }));
});

Deno.test("places hold the largest channel and tap", () => {
  for (const place of [{ channel: 2 ** 24 - 1, ky: 15, kx: 15 }, { channel: 0, ky: 0, kx: 3 }]) {
    assert.deepEqual(unpackPlace(packPlace(place.channel, place.ky, place.kx)), place);
  }
  assert.throws(() => makePattern(emptyMask("w", [1, 1, 16, 3])), UserError);
});

Deno.test("values go into packed order and back", () => {
  fc.assert(fc.property(someMask, (mask) => {
    const size = mask.shape.reduce((product, n) => product * n, 1);
    const dense = Float32Array.from({ length: size }, (_, i) => i + 1);
    const packed = packValues(mask, dense);
    assert.deepEqual([...packed], [...toIndices(mask)].map((i) => i + 1));
    const kept = new Set(toIndices(mask));
    assert.deepEqual([...unpackValues(mask, packed)], [...dense].map((v, i) => kept.has(i) ? v : 0));
  }));
});
