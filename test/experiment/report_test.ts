import { strict as assert } from "node:assert";
import { readFile } from "node:fs/promises";
import { inMillimetres, PRINT } from "../../src/experiment/chart_layout.ts";
import { renderSvg } from "../../src/experiment/chart_render.ts";
import { seriesSets } from "../../src/experiment/chart_series.ts";
import { parseConfig } from "../../src/experiment/config.ts";
import { startProvenance } from "../../src/experiment/provenance.ts";
import { reportFigures } from "../../src/experiment/report_figures.ts";
import { writeReport } from "../../src/experiment/report_files.ts";
import { groupCollected } from "../../src/experiment/results_keys.ts";
import type { RunResult } from "../../src/experiment/run_result.ts";
import { createDenoHost } from "../../src/host/deno.ts";
import { createPageHost } from "../../src/host/page.ts";
import { madeUpQuickstart, madeUpResult, madeUpRuns } from "./made_up.ts";

/** gmp and rigl, dense start and two sparse ones, and a dense network. */
function madeUpMethods(sources: readonly RunResult["rule"][]): RunResult[] {
  const method = (name: string): RunResult["method"] => ({
    name,
    target: 0.05,
    sourceDensity: 0.3,
    realisedDensity: 0.05,
    computeDensity: 0.08,
    kept: 50,
    inSource: 1,
    explored: 0.4,
    changes: 4,
    denseEpochs: 3,
    scoringSeconds: 0,
    trainingSeconds: 30,
  });
  return [1, 2, 3].flatMap((seed) => [
    madeUpResult({ seed, method: { ...method("fixed")!, target: null, sourceDensity: 1, realisedDensity: 1 } }),
    ...["gmp", "rigl"].flatMap((name) =>
      sources.map((rule) =>
        madeUpResult({ seed, rule, density: rule === "dense" ? 1 : 0.3, method: method(name), cell: `${name}-${rule}` })
      )
    ),
  ]);
}

Deno.test("a report is one page that needs nothing else, with its charts beside it", async () => {
  const host = createDenoHost();
  const folder = await Deno.makeTempDir();
  try {
    const config = parseConfig({}, "t");
    const provenance = await startProvenance(host, config, { command: "startsparse quickstart" });
    const files = await writeReport(host, folder, {
      name: "quickstart",
      title: 'A title with <angles> & "quotes"',
      description: "Made up.",
      runs: madeUpRuns(madeUpQuickstart(), provenance),
      linkOf: ({ folder }) => folder,
      warnings: ["Said first."],
    });
    assert.equal(files.page, `${folder}/quickstart.html`);
    const page = await readFile(files.page, "utf8");
    assert.doesNotMatch(page, /<script|<link|@import|url\(/);
    const addresses = Array.from(page.matchAll(/https?:\/\/[^"'\s<]*/g), (match) => match[0]);
    assert(addresses.every((address) => address.startsWith("http://www.w3.org/")), addresses.join());
    assert.equal(page.match(/<svg /g)?.length, files.charts.length);
    assert(page.indexOf("Before you read") < page.indexOf("<table>"), "warnings come first");
    assert(page.indexOf("Said first.") < page.indexOf("Realised density differs"));
    assert(page.includes("<h1>A title with &lt;angles&gt; &amp; &quot;quotes&quot;</h1>"));
    assert.match(page, /<a href="runs\/made-up-1\/">runs\/made-up-1<\/a>/);
    assert(page.includes("<code>startsparse quickstart</code>"));
    assert(page.includes("startsparse run runs/made-up-0/config.yaml --out runs/made-up-0-again"));
    assert.match(page, /At realised density 0\.0199 ERK reached 84\.3\u2009% test accuracy against 88\.1\u2009% dense/);
    assert.match(page, /<a download="runs\.csv" href="data:text\/csv;base64,/);
    for (const id of ["table", "runs", "parameters", "origin", "guide"]) assert(page.includes(`<h2 id="${id}">`), id);
    const kinds = files.charts.map((path) => path.slice(`${folder}/quickstart-`.length, -".svg".length));
    assert.deepEqual(kinds, ["accuracy", "curves-accuracy", "curves-loss", "speed"]);
    for (const path of files.charts) {
      const svg = await readFile(path, "utf8");
      assert.match(svg, /^<svg [^>]*width="\d+"/);
      assert.match(svg, /<rect [^>]*fill="#FFFFFF"/, "a file has ground of its own");
      assert(page.includes(path.slice(folder.length + 1)));
    }
    assert.deepEqual(files.print, files.charts.map((path) => path.replace(".svg", "-84mm.svg")));
    for (const path of files.print) assert.match(await readFile(path, "utf8"), /^<svg [^>]*width="84mm"/);
    assertClosed(page);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a page needs neither charts nor provenance, and files go through the host", async () => {
  const host = createPageHost({ datasets: "http://localhost/datasets/" });
  const runs = [1, 2, 3].map((seed) => madeUpResult({ seed, adapter: { name: "a GPU", software: false } }));
  const files = await writeReport(host, "out", {
    name: "dense",
    title: "T",
    description: "D.",
    runs: madeUpRuns(runs),
  });
  assert.deepEqual(files, { page: "out/dense.html", accuracy: null, speed: null, charts: [], print: [] });
  const page = await host.readText("out/dense.html");
  assert.doesNotMatch(page, /Before you read|<svg|class="lead"/);
  assertClosed(page);
});

Deno.test("methods are lines of their own, hollow where they start dense; by source a method has its own charts", async () => {
  const together = madeUpRuns(madeUpMethods(["dense", "erk"])), groups = groupCollected(together);
  const [set, ...others] = seriesSets(groups);
  assert.deepEqual(others, []);
  assert.equal(set.colour, "method");
  assert.deepEqual(set.series.map(({ name, hollow }) => [name, hollow]), [
    ["gmp, dense start", true],
    ["gmp, ERK 0.3", false],
    ["rigl, dense start", true],
    ["rigl, ERK 0.3", false],
  ]);
  const byResult = new Map(together.map((run) => [run.result, run]));
  const layers = [{ name: "conv1.weight", size: 72, kept: 9 }, { name: "classifier.weight", size: 320, kept: 0 }];
  const figures = reportFigures({ groups, runOf: (result) => byResult.get(result), layersOf: () => layers });
  assert.deepEqual(figures.map(({ name }) => name), [
    ...["accuracy", "cost-dense-epochs", "cost-seconds", "layers-0.05", "curves-accuracy", "curves-loss"],
    ...["overlap", "in-source", "explored"],
  ]);
  for (const { name, spec, summary } of figures) {
    const warnings: string[] = [];
    const svg = await renderSvg(spec, { warn: (message) => warnings.push(`${name}: ${message}`) });
    assert.deepEqual(warnings, []);
    assert.doesNotMatch(svg + summary, /NaN|undefined|Infinity/, name);
    assert(svg.length < 150_000, `${name} has ${svg.length} characters`);
  }
  // the same for a column of print: 357 pixels are 84 mm, 12 of them 8 points
  const input = { groups, runOf: (result: RunResult) => byResult.get(result), layersOf: () => layers };
  const printed = reportFigures({ ...input, layout: PRINT });
  assert.deepEqual(printed.map(({ name }) => name), figures.map(({ name }) => name));
  for (const { name, spec } of printed) {
    const warnings: string[] = [], svg = await renderSvg(spec, { warn: (message) => warnings.push(message) });
    assert.deepEqual(warnings, []);
    // what Vega guesses text to need beyond the column is cut off
    const width = Number(/^<svg [^>]*width="(\d+)"/.exec(svg)![1]);
    assert(width <= 420, `${name} is ${width} pixels wide`);
    const sizes = Array.from(svg.matchAll(/font-size="([\d.]+)px"/g), ([, size]) => Number(size));
    assert(sizes.length > 5 && sizes.every((size) => size >= 12), `${name}: ${Math.min(...sizes)}`);
    assert.match(inMillimetres(svg), /^<svg [^>]*width="84mm" height="[\d.]+mm" viewBox="0 0 357 \d+"/);
  }
  const sets = seriesSets(groupCollected(madeUpRuns(madeUpMethods(["dense", "erk", "uniform"]))));
  assert.deepEqual(sets.map(({ title, colour, series }) => [title, colour, series.map(({ name }) => name)]), [
    ["gmp", "rule of the source", ["dense start", "ERK 0.3", "uniform 0.3"]],
    ["rigl", "rule of the source", ["dense start", "ERK 0.3", "uniform 0.3"]],
  ]);
});

/** Every element that is opened is closed. */
function assertClosed(page: string): void {
  const open: string[] = [];
  for (const [, slash, name, rest] of page.matchAll(/<(\/?)([a-zA-Z][a-zA-Z0-9]*)\b([^>]*)>/g)) {
    if (name === "meta" || name === "br" || rest.endsWith("/")) continue;
    if (slash) assert.equal(open.pop(), name);
    else open.push(name);
  }
  assert.deepEqual(open, []);
}
