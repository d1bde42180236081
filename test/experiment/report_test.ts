import { strict as assert } from "node:assert";
import { readFile } from "node:fs/promises";
import { parseConfig } from "../../src/experiment/config.ts";
import { startProvenance } from "../../src/experiment/provenance.ts";
import { writeReport } from "../../src/experiment/report_files.ts";
import { resultsPage } from "../../src/experiment/report_page.ts";
import { groupRuns } from "../../src/experiment/results_groups.ts";
import { createDenoHost } from "../../src/host/deno.ts";
import { createPageHost } from "../../src/host/page.ts";
import { madeUpQuickstart, madeUpResult } from "./made_up.ts";

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
      runs: madeUpQuickstart(),
      provenance,
      folders: ["dense", "uniform-0.1"],
    });
    assert.equal(files.page, `${folder}/quickstart.html`);
    const page = await readFile(files.page, "utf8");
    assert.doesNotMatch(page, /<script|<link|@import|url\(/);
    const addresses = Array.from(page.matchAll(/https?:\/\/[^"'\s<]*/g), (match) => match[0]);
    assert(addresses.every((address) => address.startsWith("http://www.w3.org/")), addresses.join());
    assert.equal(page.match(/<svg /g)?.length, 2);
    assert(page.indexOf("Before you read") < page.indexOf("<table>"), "warnings come first");
    assert(page.includes("<h1>A title with &lt;angles&gt; &amp; &quot;quotes&quot;</h1>"));
    assert(page.includes('<a href="uniform-0.1/">uniform-0.1</a>'));
    assert(page.includes("<code>startsparse quickstart</code>"));
    assert.match(page, /At realised density 0\.0199 ERK reached 84\.3\u2009% test accuracy against 88\.1\u2009% dense/);
    for (const path of [files.accuracy, files.speed]) {
      assert(path);
      const svg = await readFile(path, "utf8");
      assert.match(svg, /^<svg [^>]*width="\d+"/);
      assert.match(svg, /<rect [^>]*fill="#FFFFFF"/, "a file has ground of its own");
      assert(page.includes(path.slice(folder.length + 1)));
    }
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
    runs,
    provenance: null,
  });
  assert.deepEqual(files, { page: "out/dense.html", accuracy: null, speed: null });
  const page = await host.readText("out/dense.html");
  assert.doesNotMatch(page, /Before you read|<svg|class="lead"/);
});

Deno.test("tags are closed", () => {
  const page = resultsPage({
    title: "T",
    description: "D",
    groups: groupRuns(madeUpQuickstart([1, 2])),
    charts: [{ svg: '<svg class="marks" width="1" height="2"><g></g></svg>', summary: 'says "so"' }],
    provenance: null,
  });
  const open: string[] = [];
  for (const [, slash, name, rest] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)\b([^>]*)>/g)) {
    if (name === "meta" || rest.endsWith("/")) continue;
    if (slash) assert.equal(open.pop(), name);
    else open.push(name);
  }
  assert.deepEqual(open, []);
  assert(page.includes('<svg class="marks" role="img" aria-label="says &quot;so&quot;">'));
});
