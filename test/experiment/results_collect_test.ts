import { strict as assert } from "node:assert";
import { parquetReadObjects } from "hyparquet";
import { UserError } from "../../src/errors.ts";
import { configHash, type ConfigInput, parseConfig } from "../../src/experiment/config.ts";
import { collectionWarnings, collectRuns } from "../../src/experiment/results_collect.ts";
import { rowsCsv } from "../../src/experiment/results_csv.ts";
import { groupCollected, mixedWarnings, parseKeys } from "../../src/experiment/results_keys.ts";
import { groupsLatex } from "../../src/experiment/results_markup.ts";
import { rowsParquet } from "../../src/experiment/results_parquet.ts";
import { groupRows, rowObjects, runRows } from "../../src/experiment/results_rows.ts";
import type { RunResult } from "../../src/experiment/run_result.ts";
import { createRunStore } from "../../src/experiment/run_store.ts";
import { parseCsv } from "../../src/formats/csv.ts";
import type { Host } from "../../src/host/host.ts";
import { createPageHost } from "../../src/host/page.ts";
import { madeUpResult } from "./made_up.ts";

const ACCURACIES = [0.8, 0.82, 0.87];

/** A run folder with a made-up result. */
async function writeRun(host: Host, folder: string, input: ConfigInput, changes: Partial<RunResult> = {}) {
  const config = parseConfig(input, "t"), store = await createRunStore(host, folder, config);
  const { rule, density } = config.mask, kept = rule === "dense" ? 1 : density;
  const testAccuracy = ACCURACIES[config.seed - 1] - (1 - kept) / 10;
  const result = madeUpResult({
    rule,
    seed: config.seed,
    density: kept,
    name: folder.split("/").at(-1),
    configHash: await configHash(config),
    best: { epoch: 5, validationAccuracy: 0.8, testAccuracy },
    neurons: { total: 100, dead: Math.round(20 * (1 - kept)) },
    memory: { device: 2 ** 20 * config.seed, resident: null },
    ...changes,
  });
  await store.writeResult(result);
}

async function writeSweep(): Promise<Host> {
  const host = createPageHost({ datasets: "http://localhost/datasets/" });
  for (const seed of [3, 1, 2]) {
    await writeRun(host, `sweep/a${seed}`, { seed, mask: { rule: "erk", density: 0.1 } });
    await writeRun(host, `sweep/deeper/b${seed}`, { seed, mask: { rule: "erk", density: 0.5 } });
    await writeRun(host, `sweep/c${seed}`, { seed, mask: { rule: "dense" } });
  }
  return host;
}

Deno.test("runs are found at any depth, sorted, and grouped over seeds alone", async () => {
  const host = await writeSweep();
  const { runs, ...others } = await collectRuns(host, ["sweep", "sweep/a1", "sweep/"]);
  assert.deepEqual(others, { unfinished: [], unreadable: [], repeated: [] });
  assert.deepEqual(runs.map(({ result }) => result.name), ["c1", "c2", "c3", "b1", "b2", "b3", "a1", "a2", "a3"]);
  const groups = groupCollected(runs);
  assert.deepEqual(groups.map(({ rule, nominal, runs }) => [rule, nominal, runs.length]), [
    ["dense", 1, 3],
    ["erk", 0.5, 3],
    ["erk", 0.1, 3],
  ]);
  // s of 0.80, 0.82, 0.87 is 0.0360555…; t at 2 degrees of freedom is 4.303
  const [dense] = groups, half = 4.303 * 0.0360555127546399 / Math.sqrt(3);
  assert(Math.abs(dense.best!.mean - 0.83) < 1e-12 && Math.abs(dense.best!.half! - half) < 1e-12);
  const [normal] = groupCollected(runs, { interval: "normal" });
  assert(Math.abs(normal.best!.half! - 1.96 * 0.0360555127546399 / Math.sqrt(3)) < 1e-12);
  assert.match(groupsLatex([normal]), /^% ±: 1\.96·s\/√n interval over n = 3 seeds\.$/m);
  assert.equal(dense.peakBytes, 2 ** 21);
});

Deno.test("settings that differ part groups and are seen; chosen keys bring them together, with a warning", async () => {
  const host = await writeSweep();
  for (const seed of [1, 2]) {
    await writeRun(host, `sweep/d${seed}`, { seed, mask: { rule: "erk", density: 0.5 }, train: { lr: 0.02 } });
  }
  const { runs } = await collectRuns(host, ["sweep"]);
  const groups = groupCollected(runs);
  assert.deepEqual(groups.map(({ runs, labels }) => [runs.length, labels["train.lr"]]), [
    [3, "0.1"],
    [2, "0.02"],
    [3, "0.1"],
    [3, "0.1"],
  ]);
  assert.deepEqual(mixedWarnings(groups, runs), []);
  const by = groupCollected(runs, { by: parseKeys("rule, lr") });
  assert.deepEqual(by.map(({ labels, runs, nominal }) => [Object.values(labels).join(), runs.length, nominal]), [
    ["dense,0.1", 3, 1],
    ["erk,0.02", 2, 0.5],
    ["erk,0.1", 6, null],
  ]);
  assert.deepEqual(mixedWarnings(by, runs), [
    "Rows are means over runs that differ in more than their seeds: in mask.density.",
  ]);
  assert.throws(
    () => parseKeys("metod"),
    (error) => error instanceof UserError && /unknown key metod/.test(error.message),
  );
  assert.throws(() => parseKeys("train"), /cannot group by train/);
  assert.throws(() => parseKeys(","), /no key/);
});

Deno.test("what is damaged, unfinished, interrupted or there twice is told and takes nothing from the others", async () => {
  const host = await writeSweep();
  await writeRun(host, "sweep/again", { seed: 2, mask: { rule: "dense" } });
  await createRunStore(host, "sweep/begun", parseConfig({ seed: 9 }, "t"));
  await writeRun(host, "sweep/short", { seed: 1, train: { epochs: 77 } }, { interrupted: true });
  await writeRun(host, "sweep/torn", { seed: 2, train: { epochs: 78 } });
  await host.writeFile("sweep/torn/result.json", "{");
  const found = await collectRuns(host, ["sweep"]);
  assert.equal(found.runs.length, 10);
  assert.equal(groupCollected(found.runs).reduce((sum, { runs }) => sum + runs.length, 0), 9);
  const warnings = collectionWarnings(found).join("\n");
  assert.match(warnings, /Not readable.*sweep\/torn\/result\.json is not JSON/);
  assert.match(warnings, /Not finished, and left out: sweep\/begun\./);
  assert.match(warnings, /Interrupted before the end, and left out of means: sweep\/short\./);
  assert.match(warnings, /again, and left out: sweep\/c2 \(as sweep\/again\)\./);
  await assert.rejects(collectRuns(host, ["nowhere"]), /there is no folder nowhere/);
  await host.makeDirectory("empty");
  await assert.rejects(collectRuns(host, ["empty"]), /no run in empty/);
});

Deno.test("records are the same in CSV and Parquet, one a run", async () => {
  const host = await writeSweep();
  const { runs } = await collectRuns(host, ["sweep"]);
  const rows = runRows(runs), objects = rowObjects(rows);
  assert.equal(objects.length, 9);
  assert.deepEqual(
    Object.keys(objects[0]).filter((name) => name.startsWith("config.")),
    ["config.mask.rule", "config.mask.density"],
  );
  const csv = parseCsv(rowsCsv(rows), "t");
  assert.deepEqual(csv.header, rows.columns.map(({ name }) => name));
  assert.deepEqual(
    csv.rows.map((row) => row[csv.header.indexOf("best_test_accuracy")]).map(Number),
    runs.map(
      ({ result }) => result.best!.testAccuracy,
    ),
  );
  const file = rowsParquet(rows).buffer;
  const read = await parquetReadObjects({ file });
  const plain = read.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, typeof value === "bigint" ? Number(value) : value ?? null]),
    )
  );
  assert.deepEqual(plain, objects);
  const groups = rowObjects(groupRows(groupCollected(runs)));
  assert.deepEqual(groups.map(({ n, dead_share }) => [n, Number(Number(dead_share).toFixed(9))]), [[3, 0], [3, 0.1], [
    3,
    0.18,
  ]]);
});
