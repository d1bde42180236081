/** How much a visitor's browser loads: page.md §8, measured on what was built and on what a first visit asks for. */
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import process from "node:process";
import { gzipSync } from "node:zlib";
import { expect, test, VIEWS } from "./site.ts";

/** kB of gzip that JavaScript of a first visit may take, workers included. */
const FIRST_LOAD = 250;
/** The parts of the budget that the build's manifest names, in kB. */
const HTML_AND_STYLE = 14, SHELL_AND_TRAIN = 66, VIEW = 40;

interface Chunk {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
  readonly css?: readonly string[];
}

const kB = (files: Iterable<string>) => [...files].reduce((sum, file) => sum + gzipped(file), 0) / 1000;

function gzipped(file: string): number {
  return gzipSync(readFileSync(path.join(process.env.STARTSPARSE_SITE_FOLDER!, file)), { level: 9 }).length;
}

/** A chunk and all that it imports at once: scripts, styles. */
function closure(manifest: Readonly<Record<string, Chunk>>, key: string): { js: Set<string>; css: Set<string> } {
  const js = new Set<string>(), css = new Set<string>(), seen = new Set<string>();
  const walk = (key: string) => {
    if (seen.has(key)) return;
    seen.add(key);
    const { file, imports = [], css: styles = [] } = manifest[key];
    js.add(file);
    styles.forEach((style) => css.add(style));
    imports.forEach(walk);
  };
  walk(key);
  return { js, css };
}

test("each part of the page stays within its budget", () => {
  const folder = process.env.STARTSPARSE_SITE_FOLDER!;
  const manifest = JSON.parse(readFileSync(path.join(folder, ".vite/manifest.json"), "utf8")) as Record<string, Chunk>;
  const first = closure(manifest, "index.html");
  const sizes: Record<string, number> = {
    "HTML and styles": kB(["index.html", ...first.css]),
    "shell and Train": kB(first.js),
  };
  const limits: Record<string, number> = { "HTML and styles": HTML_AND_STYLE, "shell and Train": SHELL_AND_TRAIN };
  for (const view of VIEWS) {
    const key = `views/${view}/view.tsx`;
    if (view === "train" || !(key in manifest)) continue;
    const { js, css } = closure(manifest, key);
    sizes[view] = kB(
      [...js].filter((file) => !first.js.has(file)).concat([...css].filter((file) => !first.css.has(file))),
    );
    limits[view] = VIEW;
  }
  const table = Object.entries(sizes).map(([part, size]) => `${part}: ${size.toFixed(1)} of ${limits[part]} kB`);
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".js"))) {
    table.push(`${file}: ${kB([file]).toFixed(1)} kB`);
  }
  console.log(table.join("\n"));
  for (const [part, size] of Object.entries(sizes)) expect.soft(size, part).toBeLessThanOrEqual(limits[part]);
});

test("a first visit loads at most 250 kB of JavaScript before the first press, workers included", async ({ site }) => {
  const scripts = new Set<string>();
  // A worker's own requests are not the page's: its script is, and so are the modules that it loads.
  site.page.context().on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.endsWith(".js") && !pathname.endsWith("/sw.js") && !request.serviceWorker()) {
      scripts.add(pathname.slice(1));
    }
  });
  await site.open();
  // all that happens before the press: the device opens, the network gets a width that suits it, both lanes are prepared
  const { page } = site;
  await expect(page.getByRole("button", { name: /preparing/ })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("button", { name: /\(software\)/ })).toBeVisible({ timeout: 100_000 });
  await expect(page.getByRole("radio", { name: "8", exact: true })).toBeChecked();
  await site.page.waitForLoadState("networkidle");
  const size = kB(scripts);
  console.log([...scripts].map((file) => `${file}: ${kB([file]).toFixed(1)} kB`).join("\n"));
  expect(scripts.size).toBeGreaterThan(0);
  expect(size).toBeLessThanOrEqual(FIRST_LOAD);
});
