import { strict as assert } from "node:assert";
import fc from "fast-check";
import { UserError } from "../../src/errors.ts";
import * as m from "../../src/masks/mask.ts";

/** Shapes with dense 0/1 contents. */
const someValues = fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 9 }), fc.constantFrom(1, 2, 3))
  .chain(([o, i, k]) =>
    fc.tuple(
      fc.constant([o, i, k, k]),
      fc.array(fc.nat(1), { minLength: o * i * k * k, maxLength: o * i * k * k }),
      fc.array(fc.nat(1), { minLength: o * i * k * k, maxLength: o * i * k * k }),
    )
  );

/** nnz is the number of ones, and no bit is set after the last weight. */
function assertSound(mask: m.Mask) {
  assert.equal(mask.nnz, m.countBits(mask.bits));
  assert.doesNotThrow(() => m.maskFromBits(mask.name, mask.shape, mask.bits));
}

Deno.test("dense values, indices and bits are the same mask", () => {
  fc.assert(fc.property(someValues, ([shape, values]) => {
    const mask = m.fromDense("w", shape, values);
    assertSound(mask);
    assert.deepEqual([...m.toDense(mask)], values);
    const indices = m.toIndices(mask);
    assert.deepEqual([...indices], values.map((_, i) => i).filter((i) => values[i] === 1));
    assert.ok(m.sameMask(m.fromIndices("v", shape, indices), mask));
    assert.ok(m.sameMask(m.maskFromBits("v", shape, mask.bits.slice()), mask));
    values.forEach((value, i) => {
      assert.equal(m.keeps(mask, i), value === 1);
      assert.equal(mask.bits[i >>> 5] >>> (i & 31) & 1, value);
    });
  }));
});

Deno.test("set operations act weight by weight", () => {
  fc.assert(fc.property(someValues, ([shape, x, y]) => {
    const a = m.fromDense("a", shape, x), b = m.fromDense("b", shape, y);
    const check = (mask: m.Mask, law: (i: number) => boolean) => {
      assertSound(mask);
      assert.deepEqual([...m.toDense(mask)], x.map((_, i) => +law(i)));
    };
    check(m.intersect(a, b), (i) => !!x[i] && !!y[i]);
    check(m.union(a, b), (i) => !!x[i] || !!y[i]);
    check(m.difference(a, b), (i) => !!x[i] && !y[i]);
    check(m.difference(m.fullMask("f", shape), a), (i) => !x[i]);
  }));
});

Deno.test("setKept keeps the count", () => {
  const mask = m.emptyMask("w", [5, 7]);
  m.setKept(mask, 31, true);
  m.setKept(mask, 31, true);
  m.setKept(mask, 34, true);
  assertSound(mask);
  assert.deepEqual([...m.toIndices(mask)], [31, 34]);
  const copy = m.copyMask(mask);
  m.setKept(mask, 31, false);
  assertSound(mask);
  assert.equal(mask.nnz, 1);
  assert.equal(copy.nnz, 2);
  assert.equal(m.maskDensity(copy), 2 / 35);
});

Deno.test("a full mask has no bits after the last weight", () => {
  for (const shape of [[4, 8], [5, 7], [1, 1], [3, 31]]) assertSound(m.fullMask("w", shape));
});

Deno.test("wrong sizes are refused", () => {
  assert.throws(() => m.maskFromBits("w", [5, 7], new Uint32Array(1)), UserError);
  assert.throws(() => m.maskFromBits("w", [5, 7], Uint32Array.of(0, 8)), UserError);
  assert.throws(() => m.fromIndices("w", [5, 7], [35]), UserError);
  assert.throws(() => m.fromDense("w", [5, 7], [1]), UserError);
  assert.throws(() => m.intersect(m.emptyMask("a", [5, 7]), m.emptyMask("b", [7, 5])), UserError);
});
