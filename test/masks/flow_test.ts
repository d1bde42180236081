import { strict as assert } from "node:assert";
import fc from "fast-check";
import { degrees } from "../../src/masks/degrees.ts";
import { drawMask, drawMasks } from "../../src/masks/draw.ts";
import { preserveFlow } from "../../src/masks/flow.ts";
import { makePattern } from "../../src/masks/pattern.ts";
import { emptyMask, keeps, type Mask, sameMask, toIndices } from "../../src/masks/mask.ts";
import { ruleDensities } from "../../src/masks/rules/registry.ts";
import { RESNET18_C10 } from "./shapes.ts";

const someMasks = fc.array(
  fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), fc.constantFrom(0, 1, 3)),
  { minLength: 1, maxLength: 5 },
).chain((shapes) =>
  fc.tuple(fc.double({ min: 0, max: 0.3, noNaN: true }), fc.nat(1000)).map(([p, seed]) => ({
    seed,
    masks: shapes.map(([o, i, k], l) => drawMask({ name: `l${l}`, shape: k ? [o, i, k, k] : [o, i] }, p, seed, l)),
  }))
);

const dead = (counts: Uint32Array) => counts.filter((n) => n === 0).length;

Deno.test("paper: no dead output, no dead input, edges only added, at most one for each dead channel", () => {
  fc.assert(fc.property(someMasks, ({ masks, seed }) => {
    const before = masks.map((mask) => mask.bits.slice());
    const { masks: repaired, added } = preserveFlow(masks, "paper", seed);
    repaired.forEach((mask, l) => {
      const { inputs, outputs } = degrees(mask);
      assert.equal(dead(inputs) + dead(outputs), 0);
      assert.ok(toIndices(masks[l]).every((i) => keeps(mask, i)));
      assert.equal(mask.nnz, toIndices(mask).length);
      assert.equal(added[l], mask.nnz - masks[l].nnz);
      const first = degrees(masks[l]);
      assert.ok(added[l] <= dead(first.inputs) + dead(first.outputs) && added[l] >= dead(first.outputs));
      assert.deepEqual(masks[l].bits, before[l], "the given mask is left alone");
    });
  }));
});

Deno.test("released: conv gets its outputs only, linear both", () => {
  fc.assert(fc.property(someMasks, ({ masks, seed }) => {
    preserveFlow(masks, "released", seed).masks.forEach((mask, l) => {
      const { inputs, outputs } = degrees(mask);
      assert.equal(dead(outputs), 0);
      if (mask.shape.length === 2) assert.equal(dead(inputs), 0);
      else assert.equal(mask.nnz - masks[l].nnz, dead(degrees(masks[l]).outputs));
    });
  }));
});

Deno.test("off changes nothing; modes are deterministic; seeds and layers differ", () => {
  const masks = [0, 1].map(() => emptyMask("w", [40, 30, 3, 3]));
  const run = (mode: "off" | "paper", seed: number): Mask[] => preserveFlow(masks, mode, seed).masks;
  assert.deepEqual(preserveFlow(masks, "off", 1), { masks, added: [0, 0] });
  assert.ok(sameMask(run("paper", 1)[0], run("paper", 1)[0]));
  assert.ok(!sameMask(run("paper", 1)[0], run("paper", 2)[0]));
  assert.ok(!sameMask(run("paper", 1)[0], run("paper", 1)[1]));
});

Deno.test("a dead output gets each of its weights equally often", () => {
  const counts = new Float64Array(18);
  const runs = 9000;
  for (let seed = 0; seed < runs; seed++) {
    counts[toIndices(preserveFlow([emptyMask("w", [1, 2, 3, 3])], "released", seed).masks[0])[0]]++;
  }
  const chi2 = counts.reduce((sum, n) => sum + (n - runs / 18) ** 2 / (runs / 18), 0);
  assert.ok(chi2 < 40.8, `chi-square ${chi2} beyond the 0.999 quantile`);
});

Deno.test("it mends the pyramidal ResNet-18 at 0.005, whose classifier is empty without it", () => {
  const masks = drawMasks(RESNET18_C10, ruleDensities("pyramidal", RESNET18_C10, 0.005), 1);
  assert.equal(masks[20].nnz, 0);
  const { masks: repaired, added } = preserveFlow(masks, "paper", 1);
  for (const mask of repaired) {
    const { inputs, outputs } = degrees(mask);
    assert.equal(dead(inputs) + dead(outputs), 0, mask.name);
  }
  assert.ok(added[20] >= 502 && added[20] <= 522);
});

Deno.test("in masks of blocks, neighbours that need an edge share a block", () => {
  const mask = emptyMask("w", [16, 12, 3, 3]);
  const { masks: [outputsOnly] } = preserveFlow([mask], "released", 3, [8, 4]);
  assert.equal(outputsOnly.nnz, 16, "one weight for each output channel");
  assert.equal(makePattern(outputsOnly, [8, 4]).count, 2, "in one block for each block row");
  const { masks: [both] } = preserveFlow([mask], "paper", 3, [8, 4]);
  const { inputs, outputs } = degrees(both);
  assert.ok([...inputs, ...outputs].every((degree) => degree > 0));
  assert.ok(makePattern(both, [8, 4]).count <= 2 + 3);
  assert.ok(both.nnz <= 16 + 12);
});
