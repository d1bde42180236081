import { strict as assert } from "node:assert";
import { startsparse, TINY, withFolder } from "./command.ts";

Deno.test("the quickstart ends in a table, a report and JSON of its cells, and can be started again", async () => {
  await withFolder(async (folder) => {
    const [, ...settings] = TINY;
    const tiny = ["model.name=mlp", ...settings];
    const { code, stdout, stderr } = await startsparse(["quickstart", ...tiny, "--json"], folder);
    assert.equal(code, 0, stderr);
    const data = JSON.parse(stdout);
    assert.match(data.folder, /^runs\/quickstart-\d{4}-\d\d-\d\d-\d{6}$/);
    assert.equal(data.interrupted, false);
    assert.equal(data.cells[0].rule, "dense");
    assert.equal(data.cells[0].speedup, 1);
    assert(data.cells.length >= 9);
    for (const cell of data.cells) {
      assert(cell.mask.realisedDensity > 0);
      assert(cell.last.testAccuracy >= 0);
      assert((await Deno.stat(`${folder}/${cell.folder}/result.json`)).isFile);
    }
    assert.match(stderr, /rule +nominal +realised +compute +best +last +images\/s +speed-up/);
    assert.match(stderr, /reproduce\s+no result of the paper/);
    assert(stderr.includes(data.report.page));
    assert.match(await Deno.readTextFile(`${folder}/${data.report.page}`), /^<!doctype html>/i);
    assert.match(await Deno.readTextFile(`${folder}/${data.report.accuracy}`), /^<svg/);
  });
});
