import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import { createDenoHost } from "../../src/host/deno.ts";
import { isGrid, loadGrid } from "../../src/experiment/grid.ts";
import { loadConfig } from "../../src/experiment/presets.ts";
import { runScript } from "./script.ts";

const ROOT = new URL("../../", import.meta.url);
const README = fs.readFileSync(new URL("README.md", ROOT), "utf8");

function blocks(language: string): string[] {
  return [...README.matchAll(new RegExp("^```" + language + "\\n([\\s\\S]*?)^```", "gm"))].map((match) => match[1]);
}

Deno.test("README: the library's example is type-correct, runs, and prints what it says", async () => {
  const [snippet, ...others] = blocks("ts");
  assert.equal(others.length, 0, "a second snippet needs a test of its own");
  const folder = await Deno.makeTempDir({ prefix: "startsparse-readme-" });
  try {
    // Outside of the checkout the package has no name; a reader there writes the path of its src/mod.ts.
    const library = JSON.stringify(new URL("src/mod.ts", ROOT).href);
    await Deno.writeTextFile(`${folder}/script.ts`, snippet.replace('"startsparse"', library));
    const { code, output } = await runScript(`${folder}/script.ts`, [], folder);
    assert.equal(code, 0, output);
    assert.match(output, /^epoch 3: loss \d\.\d{3}$/m);
    assert.match(output, /^kept 0\.1000, test accuracy 0\.\d{3}$/m);
    assert(fs.existsSync(`${folder}/runs/mine/result.json`));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("README: presets and settings of every command that trains exist", async () => {
  const host = createDenoHost();
  const commands = blocks("sh").flatMap((block) => block.split("\n")).map((line) => line.replace(/\s#.*/, "").trim())
    .map((line) => line.split(/\s+/)).filter(([npx, name]) => npx === "npx" && name === "startsparse");
  const training = commands.filter(([, , command]) => command === "run" || command === "quickstart");
  assert(training.length >= 8);
  for (const [, , command, ...words] of training) {
    const preset = command === "run" ? words[0] : command;
    const settings = words.filter((word) => /^[a-z][\w.]*=/.test(word));
    if (await isGrid(host, preset)) await loadGrid(host, preset, settings);
    else await loadConfig(host, preset, settings);
  }
});

Deno.test("README and its neighbours: linked files exist", () => {
  for (const file of ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"]) {
    const text = fs.readFileSync(new URL(file, ROOT), "utf8");
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) => match[1]);
    assert.deepEqual(
      links.filter((link) => !fs.existsSync(new URL(link, ROOT))),
      [],
      `${file} links to what is not there`,
    );
  }
});
