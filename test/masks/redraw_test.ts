/** Random masks with the densities of given ones: counts, the source's bounds, independence of the drawing. */
import { strict as assert } from "node:assert";
import { drawMasks } from "../../src/masks/draw.ts";
import { countBits, emptyMask, fullMask, intersect, type Mask, sameMask } from "../../src/masks/mask.ts";
import { redrawMasks } from "../../src/masks/redraw.ts";
import { hasWholeBlocks } from "./whole_blocks.ts";

const LAYERS = [[16, 8, 3, 3], [20, 50], [4, 4]].map((shape, i) => ({ name: `l${i}`, shape, positions: 1 }));
const source = drawMasks(LAYERS, [0.5, 0.3, 1], 1);
const masks = drawMasks(LAYERS, [0.2, 0.1, 0.5], 2).map((mask, i) => intersect(mask, source[i]));

Deno.test("exact: the same counts inside the source, other weights, the same for the same seed", () => {
  const redrawn = redrawMasks(masks, source, 1, "exact");
  redrawn.forEach((mask, i) => {
    assert.equal(mask.nnz, masks[i].nnz);
    assert.equal(countBits(mask.bits), mask.nnz);
    assert.ok(sameMask(intersect(mask, source[i]), mask), "inside the source");
  });
  assert.ok(!sameMask(redrawn[0], masks[0]));
  assert.deepEqual(redrawn, redrawMasks(masks, source, 1, "exact"));
  assert.notDeepEqual(redrawn, redrawMasks(masks, source, 3, "exact"));
});

Deno.test("bernoulli: each weight of the source with the same probability", () => {
  const size = 40_000, shape = [200, 200];
  const [wide] = drawMasks([{ name: "w", shape, positions: 1 }], [0.5], 1);
  const [narrow] = drawMasks([{ name: "w", shape, positions: 1 }], [0.3], 1); // nested in it: the same seed
  const [redrawn] = redrawMasks([narrow], [wide], 1, "bernoulli");
  const expected = narrow.nnz, p = narrow.nnz / wide.nnz, deviation = Math.sqrt(wide.nnz * p * (1 - p));
  assert.ok(Math.abs(redrawn.nnz - expected) < 4 * deviation, `${redrawn.nnz} of ${expected} ± ${deviation}`);
  assert.notEqual(redrawn.nnz, expected);
  assert.ok(sameMask(intersect(redrawn, wide), redrawn));
  // were it the drawing's own numbers again, the two would be the same weights; independent ones share p of theirs
  const shared = intersect(redrawn, narrow).nnz / redrawn.nnz;
  assert.ok(Math.abs(shared - p) < 0.02, `${shared} of them are shared, expected ${p}`);
  assert.equal(fullMask("w", shape).nnz, size);
});

Deno.test("blocks are redrawn as a whole, inside what the source has of them", () => {
  const layers = LAYERS.slice(0, 2), block = [3, 2] as const;
  const wide = drawMasks(layers, [0.6, 0.5], 1, "bernoulli", block),
    narrow = drawMasks(layers, [0.3, 0.2], 1, "bernoulli", block);
  for (const method of ["exact", "bernoulli"] as const) {
    redrawMasks(narrow, wide, 4, method, block).forEach((mask, l) => {
      assert.ok(hasWholeBlocks(mask, block));
      assert.ok(sameMask(intersect(mask, wide[l]), mask), "inside the source");
      assert.ok(!sameMask(mask, narrow[l]));
      assert.ok(Math.abs(mask.nnz - narrow[l].nnz) <= 0.25 * narrow[l].nnz, `${mask.nnz} of ${narrow[l].nnz}`);
    });
  }
});

Deno.test("what is full stays full, what is empty stays empty", () => {
  const full = fullMask("w", [5, 7]), none = emptyMask("w", [5, 7]);
  for (const method of ["exact", "bernoulli"] as const) {
    const redraw = (mask: Mask, inside: Mask) => redrawMasks([mask], [inside], 1, method)[0];
    assert.ok(sameMask(redraw(full, full), full));
    assert.ok(sameMask(redraw(none, full), none));
    assert.ok(sameMask(redraw(none, none), none));
  }
});
