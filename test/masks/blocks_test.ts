import { strict as assert } from "node:assert";
import * as fc from "fast-check";
import { sha256 } from "../random/sha256.ts";
import { UserError } from "../../src/errors.ts";
import { blockGrid, type BlockSize, countWeights } from "../../src/masks/blocks.ts";
import { drawMask, type DrawMethod } from "../../src/masks/draw.ts";
import { makeMasks } from "../../src/masks/make.ts";
import { randomU32, STREAM } from "../../src/random/philox.ts";
import { sizeOfShape, tapsOf } from "../../src/masks/layer.ts";
import { fromIndices, fullMask, keeps, type Mask, maskDensity, toIndices } from "../../src/masks/mask.ts";

const layer = (shape: number[]) => ({ name: "l", shape });
const draw = (shape: number[], density: number, block: BlockSize, method: DrawMethod = "bernoulli", seed = 7) =>
  drawMask(layer(shape), density, seed, 3, method, block);

/** Kept weights of each block, beside its size. */
function blocksOf(mask: Mask, block: BlockSize): { kept: number; size: number }[] {
  const [outputs, inputs] = mask.shape, taps = tapsOf(mask.shape), found: { kept: number; size: number }[] = [];
  for (let o = 0; o < outputs; o += block[0]) {
    for (let i = 0; i < inputs; i += block[1]) {
      for (let t = 0; t < taps; t++) {
        let kept = 0, size = 0;
        for (let a = o; a < Math.min(outputs, o + block[0]); a++) {
          for (let b = i; b < Math.min(inputs, i + block[1]); b++) {
            kept += Number(keeps(mask, (a * inputs + b) * taps + t));
            size++;
          }
        }
        found.push({ kept, size });
      }
    }
  }
  return found;
}

Deno.test("blocks of one weight are what masks always were, bit for bit", () => {
  for (const method of ["bernoulli", "exact"] as const) {
    const before = drawMask(layer([12, 7, 3, 3]), 0.3, 5, 1, method);
    assert.deepEqual(drawMask(layer([12, 7, 3, 3]), 0.3, 5, 1, method, [1, 1]), before);
  }
});

Deno.test("every block is kept or pruned as a whole, also at a layer's edges and in layers smaller than a block", () => {
  const shape = fc.oneof(
    fc.tuple(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 20 }),
      fc.constantFrom(1, 3),
      fc.constantFrom(1, 3),
    ),
    fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 })),
  );
  const block = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }));
  const density = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(shape, block, density, fc.constantFrom("bernoulli" as const, "exact" as const), (s, b, p, method) => {
      const mask = draw([...s], p, b, method);
      const blocks = blocksOf(mask, b);
      assert(blocks.every(({ kept, size }) => kept === 0 || kept === size));
      assert.equal(blocks.reduce((sum, { kept }) => sum + kept, 0), mask.nnz);
      assert.deepEqual(draw([...s], p, b, method), mask, "a seed is a mask");
      const grid = blockGrid([...s], b), all = fullMask("blocks", grid.blocks).bits;
      assert.equal(countWeights(grid, all), sizeOfShape([...s]), "blocks cover the layer once");
    }),
    { seed: 1, numRuns: 200 },
  );
});

Deno.test("blocks follow Bernoulli's law: the density within four deviations of the block count", () => {
  const shape = [128, 96, 3, 3], block: BlockSize = [4, 8], blocks = 32 * 12 * 9;
  for (const density of [0.5, 0.1, 0.02]) {
    const deviation = Math.sqrt(density * (1 - density) / blocks);
    const found = maskDensity(draw(shape, density, block));
    assert(Math.abs(found - density) < 4 * deviation, `${found} for ${density}`);
    // and they scatter as blocks do, not as weights
    const many = Array.from(
      { length: 40 },
      (_, seed) => maskDensity(draw([32, 32], density, block, "bernoulli", seed)),
    );
    const spread = Math.sqrt(many.reduce((sum, p) => sum + (p - density) ** 2, 0) / many.length);
    const expected = Math.sqrt(density * (1 - density) / 32);
    assert(spread > 0.6 * expected && spread < 1.5 * expected, `${spread} for ${expected}`);
  }
});

Deno.test("the exact law keeps the number of weights that whole blocks come nearest to", () => {
  assert.equal(draw([64, 64, 3, 3], 0.1, [4, 4], "exact").nnz, 16 * Math.round(0.1 * 64 * 64 * 9 / 16));
  // blocks of 4 and, at the edge, of 2: never further off than half a block
  for (let seed = 0; seed < 20; seed++) {
    assert(Math.abs(draw([5, 4], 0.4, [2, 2], "exact", seed).nnz - 8) <= 2);
  }
  const shape = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), fc.constantFrom(1, 2));
  const block = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }));
  fc.assert(
    fc.property(shape, block, fc.double({ min: 0, max: 0.99, noNaN: true }), fc.nat(99), (s, b, p, seed) => {
      // by hand: blocks in the order of their keys, as many as come nearest
      const grid = blockGrid(s, b), keys = randomU32(seed, STREAM.mask, 3, 0, sizeOfShape(grid.blocks));
      const order = [...keys.keys()].sort((x, y) => keys[x] - keys[y]);
      const sums = [0];
      for (const index of order) {
        sums.push(sums.at(-1)! + countWeights(grid, fromIndices("b", grid.blocks, [index]).bits));
      }
      const wanted = Math.floor(p * sizeOfShape(s) + 0.5);
      const nearest = sums.reduce((best, sum) => Math.abs(sum - wanted) < Math.abs(best - wanted) ? sum : best);
      assert.equal(draw(s, p, b, "exact", seed).nnz, nearest);
    }),
    { seed: 2, numRuns: 200 },
  );
  assert.equal(draw([5, 4], 0, [2, 2], "exact").nnz, 0);
  assert.equal(draw([5, 4], 1, [2, 2], "exact").nnz, 20);
});

Deno.test("a block that is none is refused", () => {
  for (const block of [[0, 1], [1.5, 2], [2, NaN]] as const) {
    assert.throws(
      () => draw([8, 8], 0.5, block),
      (error) => error instanceof UserError && /at least 1/.test(error.message),
    );
  }
});

Deno.test("masks of blocks nest, and the report says what was drawn together", () => {
  for (const method of ["bernoulli", "exact"] as const) {
    const low = draw([13, 9, 3, 3], 0.2, [4, 2], method), high = draw([13, 9, 3, 3], 0.6, [4, 2], method);
    assert(toIndices(low).every((index) => keeps(high, index)));
  }
  const layers = [{ name: "conv", shape: [16, 3, 3, 3], positions: 4 }, { name: "fc", shape: [10, 16], positions: 1 }];
  const choice = { rule: "uniform", density: 0.3, flow: "off" } as const;
  assert.deepEqual(makeMasks(layers, { ...choice, block: [8, 4] }, 1).report.block, [8, 4]);
  assert.deepEqual(makeMasks(layers, choice, 1).report.block, [1, 1]);
});

Deno.test("exact bits of a mask of blocks, so that a change of engine is noticed", async () => {
  const bits = drawMask(layer([128, 64, 3, 3]), 0.1, 1, 2, "bernoulli", [8, 4]).bits;
  assert.equal(await sha256(bits), "8f6964138144ac04851cef27c7b20bd7c2c061dc7e97de35b3a2cfd80f43e320");
});
