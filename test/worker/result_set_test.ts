import { strict as assert } from "node:assert";
import { ResultSet } from "../../src/worker/result_set.ts";
import { openDropped } from "../../src/worker/opened_results.ts";
import type { ResultsQuery } from "../../src/worker/figures_types.ts";

const ZIP = new URL("../browser/fixtures/er-ratios-small.zip", import.meta.url);

async function open(): Promise<ResultSet> {
  const file = new File([await Deno.readFile(ZIP)], "sweep.zip");
  return await ResultSet.open("id", "sweep.zip", await openDropped([{ path: "sweep.zip", file }]), [""]);
}

Deno.test("a dropped archive is read as its folder is, and nothing that is hidden changes a mean", async () => {
  const set = await open(), about = set.about();
  assert.equal(about.runs.length, 39);
  assert.deepEqual(about.warnings, []);
  assert.deepEqual(
    about.keys,
    ["seed", "mask.rule", "mask.density"].toSorted((a, b) => about.keys.indexOf(a) - about.keys.indexOf(b)),
  );
  const query: ResultsQuery = { interval: "t", hidden: [] };
  const folder = about.runs.find(({ name }) => name === "erk-0.05-s1")!.folder;
  const hidden: ResultsQuery = { ...query, hidden: [folder] };
  assert.deepEqual(set.table(hidden), set.table(query));
  const [all, some] = [await set.draw(query, "0/accuracy", "page"), await set.draw(hidden, "0/accuracy", "page")];
  const count = (svg: string, what: RegExp) => [...svg.matchAll(what)].length;
  assert.equal(count(some, /<path/g), count(all, /<path/g) - 1);
  const texts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)/g)].map(([, text]) => text);
  assert.deepEqual(texts(some), texts(all));
});

Deno.test("the interval and the keys to group by are the reader's choice, and named", async () => {
  const set = await open();
  const t = set.table({ interval: "t", hidden: [] }), normal = set.table({ interval: "normal", hidden: [] });
  assert.notDeepEqual(t.rows[1].cells, normal.rows[1].cells);
  assert(normal.notes.some((note) => note.includes("1.96")));
  const byRule = set.table({ interval: "t", by: ["mask.rule"], hidden: [] });
  assert.equal(byRule.rows.length, 5);
  assert(byRule.warnings.some((text) => /differ in more than their seeds: in mask\.density/.test(text)));
});

Deno.test("a figure's numbers are those that it is drawn from", async () => {
  const set = await open(), query: ResultsQuery = { interval: "t", hidden: [] };
  const { rows, csv } = await set.numbers(query, "0/accuracy");
  // four rules at three densities
  assert.equal(rows.rows.length, 12);
  assert.equal(csv.split("\n").length, 14);
  assert.match(csv, /^series,"?realised density/);
});

Deno.test("a run is told in full, and two are compared by what differs and by one number for their masks", async () => {
  const set = await open(), { runs } = set.about();
  const folder = (name: string) => runs.find((run) => run.name === name)!.folder;
  const details = await set.details(folder("erk-0.05-s1"));
  assert.equal(details.provenance?.preset, "mini/er-ratios");
  assert(details.layers.length > 0 && details.curves.length === 2);
  // what its pictures are of: the masks of its file, in the order of its network
  const masks = await set.masks(folder("erk-0.05-s1"));
  const counted = masks.map(({ name, shape, bits }) => {
    const size = shape.reduce((a, b) => a * b),
      kept = Array.from({ length: size }, (_, i) => bits[i >> 5] >> (i & 31) & 1);
    return { name, size, kept: kept.reduce((a, b) => a + b) };
  });
  assert.deepEqual(counted, details.layers);
  const same = await set.compare(folder("erk-0.05-s1"), folder("erk-0.05-s2"));
  assert.deepEqual(same.config.map(({ key }) => key), ["seed"]);
  assert(same.overlap! > 0 && same.overlap! < 0.5);
  assert.equal((await set.compare(folder("erk-0.05-s1"), folder("erk-0.05-s1"))).overlap, 1);
});
