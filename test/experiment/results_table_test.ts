import { strict as assert } from "node:assert";
import { UserError } from "../../src/errors.ts";
import { estimate, groupRuns } from "../../src/experiment/results_groups.ts";
import {
  formatCount,
  formatDensity,
  formatPercent,
  formatPoints,
  formatRatio,
  formatSeconds,
} from "../../src/experiment/results_numbers.ts";
import { resultsMarkdown } from "../../src/experiment/results_markup.ts";
import { groupRows, showRows } from "../../src/experiment/results_rows.ts";
import { alignDecimal, groupsText, resultColumns, resultsText } from "../../src/experiment/results_table.ts";
import { variantSentences } from "../../src/experiment/results_variants.ts";
import { resultWarnings } from "../../src/experiment/results_warnings.ts";
import type { RunResult } from "../../src/experiment/run_result.ts";
import { madeUpQuickstart, madeUpResult } from "./made_up.ts";

Deno.test("numbers are written one way", () => {
  assert.deepEqual([1, 0.3, 0.19, 0.0904, 0.09996, 0.00012345, 0.00001].map(formatDensity), [
    "1.00",
    "0.300",
    "0.190",
    "0.0904",
    "0.100",
    "0.000123",
    "1.00e−5",
  ]);
  assert.deepEqual([null, NaN, 0].map(formatDensity), ["–", "–", "0"]);
  assert.equal(formatPercent(0.88154), "88.15");
  assert.equal(formatPoints(-0.0062), "−0.6\u2009points");
  assert.equal(formatPoints(0.00001), "0.0\u2009points");
  assert.deepEqual([12, 1234, 12345, 999_800, 1.472e6].map(formatCount), [
    "12",
    "1,234",
    "12.3\u2009k",
    "1.00\u2009M",
    "1.47\u2009M",
  ]);
  assert.deepEqual([0.84, 3.44, 12.3, 99.6, 1234].map(formatRatio), ["0.84×", "3.4×", "12×", "100×", "1,234×"]);
  assert.deepEqual([0.0041, 0.9999, 12.42, 80, 59.97, 7500].map(formatSeconds), [
    "4.10\u2009ms",
    "1.00\u2009s",
    "12.4\u2009s",
    "1\u2009min 20\u2009s",
    "1\u2009min 0\u2009s",
    "2\u2009h 05\u2009min",
  ]);
});

Deno.test("decimal points stand under each other", () => {
  assert.deepEqual(alignDecimal(["1.00", "0.0904", "12.5", "–"]), [" 1.00  ", " 0.0904", "12.5   ", " –     "]);
  assert.deepEqual(alignDecimal(["1,234", "56"]), ["1,234", "   56"]);
  assert.deepEqual(alignDecimal(["0.84×", "12×"]), [" 0.84×", "12×   "]);
});

Deno.test("the table of the quickstart, as printed", () => {
  const text = resultsText(madeUpQuickstart().slice(0, 4));
  assert.deepEqual(text.split("\n"), [
    "         ────────────────── density  ── test accuracy, %  ───────── training",
    "rule     nominal  realised  compute          best   last  images/s  speed-up",
    "────────────────────────────────────────────────────────────────────────────",
    "dense     1.00      1.00     1.00           88.15  88.05     1,234      1.0×",
    "uniform   0.100     0.0998   0.0997         86.23  86.13     2,345      1.9×",
    "uniform   0.0200    0.0201   0.0199         81.12  81.02     3,456      2.8×",
    "ERK       0.100     0.100    0.241          86.71  86.61     1,890      1.5×",
    "",
    "density: fraction kept of the maskable weights; compute: of their multiply-adds.",
    "best: at the epoch of best validation accuracy; last: after the last epoch.",
    "speed-up: images/s in training against dense.",
    "",
  ]);
});

Deno.test("a narrow terminal gets a block a row, and nothing is lost", () => {
  const text = resultsText(madeUpQuickstart().slice(0, 2), { columns: 40 });
  assert(text.split("\n").every((line) => line.length <= 40), text);
  assert.match(text, /^dense\n {2}nominal density {9}1\.00\n/);
  assert.match(text, /uniform\n(.*\n)* {2}speed-up {16}1\.9×/);
  assert.equal(resultsText([]), "No results.\n");
});

Deno.test("Markdown has the whole headings", () => {
  const lines = resultsMarkdown(madeUpQuickstart().slice(0, 2)).split("\n");
  assert.equal(
    lines[0],
    "| rule | nominal density | realised density | compute density | test accuracy, best, % | test accuracy, last, % | images/s | speed-up |",
  );
  assert.equal(lines[1], "|---|---:|---:|---:|---:|---:|---:|---:|");
  assert.equal(lines[3], "| uniform | 0.100 | 0.0998 | 0.0997 | 86.23 | 86.13 | 2,345 | 1.9× |");
});

Deno.test("seeds are grouped, with t intervals", () => {
  const groups = groupRuns(madeUpQuickstart([1, 2, 3]));
  assert.equal(groups.length, 9);
  assert.equal(groups[1].runs.length, 3);
  // s = 0.004, so t·s/√3 = 4.303·0.004/1.732
  assert(Math.abs((groups[1].best?.half ?? 0) - 4.303 * 0.004 / Math.sqrt(3)) < 1e-9);
  assert.match(resultsText(madeUpQuickstart([1, 2, 3]), { columns: 100 }), /86\.23 ±0\.99/);
  assert.deepEqual(estimate([2]), { mean: 2, half: null, n: 1 });
  // 40 degrees of freedom: t = 2.0211; the sample's s²/n follows from its values.
  const many = Array.from({ length: 41 }, (_, i) => i % 2 ? 1 : -1);
  const s = Math.sqrt(many.reduce((sum, x) => sum + (x + 1 / 41) ** 2, 0) / 40);
  assert(Math.abs((estimate(many).half ?? 0) / (s / Math.sqrt(41)) - 2.0211) < 1e-3);
});

Deno.test("without a dense run, or without validation, what is missing is a dash", () => {
  const text = resultsText([madeUpResult({ rule: "erk", density: 0.1, best: null, last: null })]);
  assert.match(text, /ERK .* – +– +1,200 +–/);
});

Deno.test("warnings say what weakens the numbers", () => {
  const runs = madeUpQuickstart();
  runs[2].interrupted = true;
  runs[2].name = "uniform-0.02";
  runs[3].warnings = ["layer fc is empty", "trained on a software adapter: times say nothing about GPUs"];
  const warnings = resultWarnings(groupRuns(runs));
  assert.deepEqual(warnings, [
    "Interrupted before the end: uniform-0.02.",
    "made-up: layer fc is empty",
    "Realised density differs from the asked one by more than 1 %: balanced 0.100 asked → 0.0904 kept, by the rule; " +
    "balanced 0.0200 asked → 0.0182 kept, by the rule; pyramidal 0.0200 asked → 0.0197 kept, by the draw.",
    "A single seed (n = 1): differences between rules may be chance, and no interval can be given.",
    "Software adapter (made-up adapter): training is real, but speeds say nothing about GPUs.",
  ]);
  const clean = [1, 2, 3].map((seed) => madeUpResult({ seed, adapter: { name: "a GPU", software: false } }));
  assert.deepEqual(resultWarnings(groupRuns(clean)), []);
});

/** A run of a method, of a cell of a grid. */
function madeUpMethod(cell: string, seed: number, seconds: number, name = "gmp"): RunResult {
  return madeUpResult({
    name: `${cell}-s${seed}`,
    cell,
    variant: cell.replace(/.*-/, ""),
    seed,
    rule: cell.endsWith("er") ? "erk" : "dense",
    density: cell.endsWith("er") ? 0.3 : 1,
    method: {
      name,
      target: name === "str" ? null : 0.05,
      sourceDensity: cell.endsWith("er") ? 0.3 : 1,
      realisedDensity: name === "str" ? 0.061 : 0.05,
      computeDensity: 0.12,
      kept: 50,
      inSource: 1,
      explored: 0.3,
      changes: 4,
      denseEpochs: 1.5,
      scoringSeconds: 0.5,
      trainingSeconds: seconds,
    },
  });
}

Deno.test("methods are compared by cell, with their sources, final densities and costs", () => {
  const runs = [1, 2, 3].flatMap((seed) => [
    madeUpMethod("gmp-dense", seed, 10 + seed),
    madeUpMethod("gmp-er", seed, 5 + seed),
    madeUpMethod("str-er", seed, 7, "str"),
  ]);
  const groups = groupRuns(runs);
  assert.deepEqual(groups.map(({ cell, nominal, speedup }) => [cell, nominal, speedup]), [
    ["gmp-dense", 0.05, null],
    ["gmp-er", 0.05, null],
    ["str-er", null, null],
  ]);
  const markdown = resultsMarkdown(runs).split("\n");
  assert.match(markdown[0], /^\| run \| source \| nominal density .* n \| cost, dense epochs \| cost, seconds \|$/);
  assert.match(markdown[2], /^\| gmp-dense \| dense \| 0\.0500 \| 0\.0500 \| 0\.120 \|.*\| 3 \| 1\.50 \| 13 ±2\.5 \|$/);
  assert.match(markdown[3], /^\| gmp-er \| ERK 0\.300 \|/);
  assert.match(markdown[4], /^\| str-er \| ERK 0\.300 \| – \| 0\.0610 \|/);
  assert.match(resultsText(runs), /adapter: made-up adapter\./);
  assert.deepEqual(variantSentences(groups), [
    "Wall time from er over that from dense (dense epochs in brackets): less in gmp 0.60× (1.0×).",
  ]);
  assert.match(
    variantSentences(groupRuns(runs.slice(0, 3)))[0],
    /brackets\): not told apart in gmp 0\.57× \(1\.0×\)\.$/,
  );
  assert.deepEqual(variantSentences(groupRuns(madeUpQuickstart())), []);
  const off = madeUpMethod("gmp-er", 1, 5);
  off.method!.realisedDensity = 0.06;
  assert.match(resultWarnings(groupRuns([off])).join("\n"), /gmp-er 0\.0500 asked → 0\.0600 kept, by the method/);
});

Deno.test("a warning of many runs is said once, with the range of its numbers", () => {
  const runs = [1, 2, 3].map((seed) =>
    madeUpResult({
      name: `s${seed}`,
      seed,
      warnings: [`${seed}.5 % of the weights are idle, and ${10 - seed} of 20 dead`],
    })
  );
  const [first, ...others] = resultWarnings(groupRuns([...runs, madeUpResult({ name: "clean", rule: "erk" })]));
  assert.equal(first, "s1, s2, s3: 1.5 to 3.5 % of the weights are idle, and 7 to 9 of 20 dead");
  assert(others.every((text) => !text.includes("idle")));
});

Deno.test("columns are shown by name, behind what tells rows apart, and change no number; a wrong name lists them", () => {
  const groups = groupRuns(madeUpQuickstart()), all = resultColumns(groups, true);
  const shown = resultColumns(groups, ["peak_bytes", "best_test_accuracy"]);
  assert.deepEqual(shown.map(({ title }) => title), ["rule", "peak MiB", "best"]);
  for (const column of shown) assert.deepEqual(column, all.find(({ title }) => title === column.title));
  assert.match(groupsText(groups, { shown: ["speedup"] }), /^rule +speed-up$/m);
  assert.throws(() => resultColumns(groups, ["speed"]), (error) => {
    assert(error instanceof UserError);
    assert.match(
      `${error.message}\n${error.hint}`,
      /no column is called speed\nThere are nominal_density, .*peak_bytes\.$/,
    );
    return true;
  });
  const records = groupRows(groups),
    [speed, data] = ["speedup", "data"].map((name) => {
      return records.columns.findIndex((column) => column.name === name);
    });
  const few = showRows(records, ["speedup", "data"]);
  assert.deepEqual(few.columns.map(({ name }) => name), ["speedup", "data"]);
  assert.deepEqual(few.rows, records.rows.map((row) => [row[speed], row[data]]));
  // every number of the table goes by its record's name
  const names = new Set(records.columns.map(({ name }) => name));
  assert.deepEqual(all.filter(({ name }) => name !== "" && !names.has(name)), []);
});
