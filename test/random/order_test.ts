import { strict as assert } from "node:assert";
import fc from "fast-check";
import { UserError } from "../../src/errors.ts";
import { permutation, sampleClasses, splitIndices } from "../../src/random/order.ts";
import { sha256 } from "./sha256.ts";

Deno.test("permutation holds every index once", () => {
  fc.assert(fc.property(fc.nat(1000), fc.nat(50), fc.nat(500), (seed, epoch, count) => {
    assert.deepEqual(permutation(seed, epoch, count).sort(), Uint32Array.from({ length: count }, (_, i) => i));
  }));
});

Deno.test("permutation is a function of seed and epoch: exact bits", async () => {
  assert.deepEqual(permutation(1, 5, 100), permutation(1, 5, 100));
  assert.notDeepEqual(permutation(1, 5, 100), permutation(1, 6, 100));
  assert.notDeepEqual(permutation(1, 5, 100), permutation(2, 5, 100));
  assert.equal(
    await sha256(permutation(1, 0, 10_000)),
    "346cc7a9891ff01934308df8ba580f0335532761a00d54af9791ae56bba9f0ee",
  );
});

Deno.test("permutation is uniform over all orders of four", () => {
  const counts = new Map<string, number>();
  const runs = 24_000;
  for (let epoch = 0; epoch < runs; epoch++) {
    const order = permutation(3, epoch, 4).join();
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assert.equal(counts.size, 24);
  const chi2 = [...counts.values()].reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0);
  assert.ok(chi2 < 49.7, `chi-square ${chi2} beyond the 0.999 quantile`);
});

Deno.test("splitIndices parts the images and is stratified to within one image", () => {
  fc.assert(fc.property(
    fc.array(fc.nat(5), { maxLength: 200 }),
    fc.double({ min: 0, max: 0.99, noNaN: true }),
    fc.nat(1000),
    (labels, fraction, seed) => {
      const { train, validation } = splitIndices(labels, fraction, seed);
      const ascending = (a: Uint32Array) => a.every((value, i) => i === 0 || a[i - 1] < value);
      assert.ok(ascending(train) && ascending(validation));
      assert.deepEqual([...train, ...validation].sort((a, b) => a - b), labels.map((_, i) => i));
      assert.equal(validation.length, Math.floor(labels.length * fraction + 0.5));
      for (let c = 0; c <= 5; c++) {
        const share = labels.filter((label) => label === c).length * fraction;
        const got = [...validation].filter((i) => labels[i] === c).length;
        assert.ok(Math.abs(got - share) <= 1, `class ${c}: ${got} of ${share}`);
      }
    },
  ));
});

Deno.test("splitIndices: exact tenth of balanced classes, seeded; bad fractions refused", () => {
  const labels = Uint8Array.from({ length: 1000 }, (_, i) => i % 10);
  const { train, validation } = splitIndices(labels, 0.1, 1);
  assert.equal(train.length, 900);
  for (let c = 0; c < 10; c++) assert.equal(validation.filter((i) => labels[i] === c).length, 10);
  assert.deepEqual(splitIndices(labels, 0.1, 1).validation, validation);
  assert.notDeepEqual(splitIndices(labels, 0.1, 2).validation, validation);
  assert.equal(splitIndices(labels, 0, 1).train.length, 1000);
  for (const fraction of [-0.1, 1, NaN]) assert.throws(() => splitIndices(labels, fraction, 1), UserError);
});

Deno.test("sampleClasses takes so many of each class, the classes in turn, by the seed", () => {
  const labels = Array.from({ length: 103 }, (_, i) => i < 3 ? 2 : i % 2); // class 2 has three images
  const chosen = sampleClasses(labels, 5, 1);
  assert.deepEqual([...chosen].map((i) => labels[i]), [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 0, 1]);
  assert.equal(new Set(chosen).size, chosen.length);
  assert.deepEqual(chosen, sampleClasses(labels, 5, 1));
  assert.notDeepEqual(chosen, sampleClasses(labels, 5, 2));
  assert.deepEqual([...chosen.subarray(0, 3)], [...sampleClasses(labels, 1, 1)], "more images are the same and others");
});
