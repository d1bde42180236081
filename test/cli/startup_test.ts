/** What a command waits for before it answers: modules that only others need must not be among its imports. */
import { strict as assert } from "node:assert";

const ROOT = new URL("../../src/cli/", import.meta.url);
/** Static imports that run: `import type` and `export type` are gone when the code runs. */
const IMPORT = /^(?:import|export)\s+(?!type\b)(?:[^;"']*?\sfrom\s+)?["']([^"']+)["']/gm;

/** The packages that a file imports, through all the files that it imports. */
function packagesOf(url: URL, seen = new Set<string>()): Set<string> {
  const packages = new Set<string>();
  if (seen.has(url.href) || !url.pathname.endsWith(".ts")) return packages;
  seen.add(url.href);
  for (const [, name] of Deno.readTextFileSync(url).matchAll(IMPORT)) {
    if (!name.startsWith(".")) packages.add(name);
    else for (const one of packagesOf(new URL(name, url), seen)) packages.add(one);
  }
  return packages;
}

Deno.test("starting and `density` load no schema, YAML, engine or charts", () => {
  const light = ["commander", "fastest-levenshtein", "picocolors"];
  for (const file of ["main.ts", "density_view.ts"]) {
    const packages = packagesOf(new URL(file, ROOT));
    assert.deepEqual([...packages].filter((name) => !light.includes(name)), [], file);
  }
  assert(packagesOf(new URL("plan.ts", ROOT)).has("zod"), "the search finds what is there");
});
