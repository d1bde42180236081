import { strict as assert } from "node:assert";
import { createDenoHost } from "../../src/host/deno.ts";
import { PAGE_GRIDS } from "../../src/worker/page_grids.ts";
import { planSweep, type SweepChoice } from "../../src/worker/page_sweep.ts";

const SIZE = { seeds: [1, 2], width: 8, epochs: 2, images: 500 };

Deno.test("every grid that a page offers is the command line's, at the size that was chosen", async () => {
  for (const preset of PAGE_GRIDS) {
    const { name, cells, command, description } = await planSweep(createDenoHost(), { preset, ...SIZE });
    assert.equal(name, preset);
    assert.match(description, /illustrates, and reproduces nothing/);
    assert.equal(command, `npx startsparse sweep ${preset} grid.seed=1,2 model.width=8 train.epochs=2 data.limit=500`);
    assert(cells.length >= 4 && cells.length % 2 === 0, `${preset}: ${cells.length}`);
    assert.equal(new Set(cells.map(({ id }) => id)).size, cells.length);
    for (const { id, images } of cells) {
      assert.match(id, /^[\w-][\w.-]*$/);
      assert(images > 0);
    }
  }
});

Deno.test("axes of rules and densities take the place of the preset's; dense is one cell a seed", async () => {
  const choice: SweepChoice = { preset: "mini/er-ratios", rules: ["dense", "erk"], densities: [0.2, 0.1], ...SIZE };
  const { cells } = await planSweep(createDenoHost(), choice);
  assert.deepEqual(cells.map(({ name }) => name), [
    "dense-s1",
    "dense-s2",
    "erk-0.2-s1",
    "erk-0.2-s2",
    "erk-0.1-s1",
    "erk-0.1-s2",
  ]);
  // 500 images less those that are kept for validation, twice
  assert(cells[0].images > 800 && cells[0].images <= 1000);
});
