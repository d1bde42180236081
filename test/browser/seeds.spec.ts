import { expect, test } from "@playwright/test";
import { execFile } from "node:child_process";
import * as path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { open, run } from "./page.ts";

const HERE = path.dirname(fileURLToPath(import.meta.url));

/** The hashes as Deno computes them, now: nothing is stored that could be out of date. */
async function hashesUnderDeno(): Promise<Record<string, string>> {
  const deno = path.join(HERE, "../../scripts/deno.mjs");
  const script = path.join(HERE, "print_seed_hashes.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [deno, "run", "--no-prompt", script]);
  return JSON.parse(stdout);
}

test("masks and initial weights of a seed are bit-identical under Deno and in Chromium", async ({ page }) => {
  await open(page);
  const here = await run(page, "seedHashes", null);
  const there = await hashesUnderDeno();
  // 7 rules, 2 densities, 2 ways of drawing, 3 flow modes, 2 seeds; 3 networks, 2 seeds.
  expect(Object.keys(there)).toHaveLength(7 * 2 * 2 * 3 * 2 + 3 * 2);
  expect(here).toEqual(there);
});
