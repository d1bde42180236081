import { strict as assert } from "node:assert";
import fc from "fast-check";
import { UserError } from "../../src/errors.ts";
import { drawMask, drawMasks, keepSmallest } from "../../src/masks/draw.ts";
import { degrees } from "../../src/masks/degrees.ts";
import { layerSize } from "../../src/masks/layer.ts";
import { keeps, maskDensity, sameMask, toIndices } from "../../src/masks/mask.ts";
import { expectedDead } from "../../src/masks/report.ts";
import { ruleDensities, type RuleName } from "../../src/masks/rules/registry.ts";
import { randomU32, STREAM } from "../../src/random/philox.ts";
import { sha256 } from "../random/sha256.ts";
import { RESNET18_C10, VGG16_C10 } from "./shapes.ts";

const small = fc.record({
  shape: fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 }), fc.constantFrom(1, 3))
    .map(([o, i, k]) => [o, i, k, k]),
  p: fc.double({ min: 0, max: 1, noNaN: true }),
  seed: fc.nat(1000),
  index: fc.nat(20),
});

Deno.test("bernoulli keeps i iff its key is below p 2^32", () => {
  fc.assert(fc.property(small, ({ shape, p, seed, index }) => {
    const layer = { name: "w", shape, positions: 1 };
    const mask = drawMask(layer, p, seed, index);
    const keys = randomU32(seed, STREAM.mask, index, 0, layerSize(layer));
    keys.forEach((key, i) => assert.equal(keeps(mask, i), key < p * 2 ** 32));
    assert.equal(mask.nnz, toIndices(mask).length);
  }));
});

Deno.test("exact keeps the round(p N) smallest keys", () => {
  fc.assert(fc.property(small, ({ shape, p, seed, index }) => {
    const layer = { name: "w", shape, positions: 1 };
    const size = layerSize(layer);
    const keys = randomU32(seed, STREAM.mask, index, 0, size);
    const order = [...keys.keys()].sort((a, b) => keys[a] - keys[b] || a - b);
    const wanted = order.slice(0, Math.floor(p * size + 0.5)).sort((a, b) => a - b);
    assert.deepEqual([...toIndices(drawMask(layer, p, seed, index, "exact"))], wanted);
  }));
});

Deno.test("keepSmallest: ties go to the lower index", () => {
  const someKeys = fc.array(fc.constantFrom(0, 1, 65535, 65536, 65537, 0x80000000, 0xffffffff), { maxLength: 80 });
  fc.assert(fc.property(someKeys, fc.double({ min: 0, max: 1, noNaN: true }), (keys, part) => {
    const count = Math.floor(part * keys.length);
    const order = keys.map((_, i) => i).sort((a, b) => keys[a] - keys[b] || a - b);
    const bits = keepSmallest(Uint32Array.from(keys), count);
    assert.deepEqual(
      keys.map((_, i) => i).filter((i) => bits[i >>> 5] >>> (i & 31) & 1),
      order.slice(0, count).sort((a, b) => a - b),
    );
  }));
});

Deno.test("layers longer than a chunk of keys: bits, seams and counts", () => {
  const layer = { name: "w", shape: [101, 301], positions: 1 };
  const mask = drawMask(layer, 0.3, 4, 7);
  const keys = randomU32(4, STREAM.mask, 7, 0, layerSize(layer));
  keys.forEach((key, i) => assert.equal(keeps(mask, i), key < 0.3 * 2 ** 32));
  assert.equal(drawMask(layer, 0.3, 4, 7, "exact").nnz, Math.floor(0.3 * layerSize(layer) + 0.5));
});

Deno.test("density 1 (and the double below it) keeps all, 0 none; others are refused", () => {
  const layer = { name: "w", shape: [100, 100], positions: 1 };
  for (const method of ["bernoulli", "exact"] as const) {
    assert.equal(drawMask(layer, 1, 1, 0, method).nnz, 10_000);
    assert.equal(drawMask(layer, 1 - 2 ** -53, 1, 0, method).nnz, 10_000);
    assert.equal(drawMask(layer, 0, 1, 0, method).nnz, 0);
    for (const p of [-0.1, 1.1, NaN]) assert.throws(() => drawMask(layer, p, 1, 0, method), UserError);
  }
});

Deno.test("bernoulli counts have the binomial's mean and variance", () => {
  const layer = { name: "w", shape: [64, 16, 3, 3], positions: 1 };
  const runs = 400, p = 0.1, size = layerSize(layer);
  const counts = Array.from({ length: runs }, (_, seed) => drawMask(layer, p, seed, 0).nnz);
  const mean = counts.reduce((sum, n) => sum + n, 0) / runs;
  const variance = counts.reduce((sum, n) => sum + (n - mean) ** 2, 0) / (runs - 1);
  const expected = size * p * (1 - p);
  assert.ok(Math.abs(mean - size * p) < 4 * Math.sqrt(expected / runs), `mean ${mean}`);
  assert.ok(Math.abs(variance / expected - 1) < 4 * Math.sqrt(2 / runs), `variance ${variance} / ${expected}`);
});

Deno.test("the densities of a drawn ResNet-18 are within 4 standard deviations of the rule's", () => {
  for (const rule of ["uniform", "erk", "balanced", "pyramidal"] as const) {
    const densities = ruleDensities(rule, RESNET18_C10, 0.05);
    drawMasks(RESNET18_C10, densities, 3).forEach((mask, l) => {
      const p = densities[l];
      const sd = Math.sqrt(p * (1 - p) / layerSize(RESNET18_C10[l]));
      assert.ok(Math.abs(maskDensity(mask) - p) <= 4 * sd, `${rule}, layer ${l}`);
    });
  }
});

Deno.test("different layers, seeds and streams give different masks; same ones the same", () => {
  const layer = { name: "w", shape: [50, 50], positions: 1 };
  const mask = drawMask(layer, 0.5, 1, 0);
  assert.ok(sameMask(mask, drawMask(layer, 0.5, 1, 0)));
  assert.ok(!sameMask(mask, drawMask(layer, 0.5, 1, 1)));
  assert.ok(!sameMask(mask, drawMask(layer, 0.5, 2, 0)));
});

Deno.test("masks nest: a higher density keeps all that a lower one keeps", () => {
  fc.assert(fc.property(small, fc.double({ min: 0, max: 1, noNaN: true }), ({ shape, p, seed, index }, q) => {
    for (const method of ["bernoulli", "exact"] as const) {
      const [low, high] = [Math.min(p, q), Math.max(p, q)]
        .map((density) => drawMask({ name: "w", shape }, density, seed, index, method));
      assert.ok(toIndices(low).every((i) => keeps(high, i)));
    }
  }));
});

Deno.test("exact bits of drawn masks, so that a change of engine is noticed", async () => {
  const layer = { name: "w", shape: [128, 64, 3, 3], positions: 1 };
  assert.equal(
    await sha256(drawMask(layer, 0.1, 1, 2).bits),
    "6f6954ed593db88e16851458880bc32f90a0c941faa1d5e2f15be0094dace843",
  );
  assert.equal(
    await sha256(drawMask(layer, 0.1, 1, 2, "exact").bits),
    "b68d9bba74716e7b69fe601eaa9f4384c17eae8c17e9a9fc05f107694579a072",
  );
});

Deno.test("expected dead channels, summed over layers", () => {
  // Outputs / inputs, summed over layers, before flow preservation.
  const rules: RuleName[] = ["uniform", "erk", "balanced", "pyramidal"];
  const table: [typeof VGG16_C10, number, string[]][] = [
    [VGG16_C10, .1, ["3.7/178.5", "0/0", "0/0", "0/366"]],
    [VGG16_C10, .01, ["49.4/463", "0/0", "0/0", "23.7/525"]],
    [VGG16_C10, .005, ["68.6/491", "0/0", ".1/.1", "396/898"]],
    [VGG16_C10, .001, ["425/697", "174/177", "407/393", "2633/2928"]],
    [RESNET18_C10, .1, ["3.9/178.5", "0/0", "0/0", "0/326"]],
    [RESNET18_C10, .01, ["227/493", "0/0", ".1/0", "449/654"]],
    [RESNET18_C10, .005, ["450/592", ".2/.1", "14/9", "1570/1559"]],
    [RESNET18_C10, .001, ["1371/1210", "560/418", "1075/885", "4177/3837"]],
  ];
  for (const [layers, p, cells] of table) {
    cells.forEach((cell, r) => {
      const densities = ruleDensities(rules[r], layers, p);
      const dead = layers.map((layer, l) => expectedDead(layer, densities[l]));
      const sums = [dead.reduce((s, d) => s + d.deadOutputs, 0), dead.reduce((s, d) => s + d.deadInputs, 0)];
      cell.split("/").forEach((text, side) => {
        const digits = text.includes(".") ? 1 : 0;
        // Small cells were rounded to whole numbers where they print as 0.
        assert.ok(Math.abs(sums[side] - Number(text)) <= 0.51 * 10 ** -digits, `${rules[r]} ${p}: ${sums} for ${cell}`);
      });
    });
  }
});

Deno.test("dead channels of drawn masks come as often as expected", () => {
  const layer = { name: "w", shape: [64, 3, 3, 3], positions: 1 };
  const runs = 300;
  let inputs = 0, outputs = 0;
  for (let seed = 0; seed < runs; seed++) {
    const found = degrees(drawMask(layer, 0.1, seed, 0));
    inputs += found.inputs.filter((n) => n === 0).length;
    outputs += found.outputs.filter((n) => n === 0).length;
  }
  const expected = expectedDead(layer, 0.1);
  assert.ok(Math.abs(outputs - runs * expected.deadOutputs) < 4 * Math.sqrt(runs * expected.deadOutputs));
  assert.equal(inputs, 0);
});
