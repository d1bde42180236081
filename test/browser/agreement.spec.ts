/** One engine, two homes: what the page trains, the command line trains, and each goes on with what the other has begun. */
import { readdir, readFile } from "node:fs/promises";
import * as path from "node:path";
import type { Page } from "@playwright/test";
import { largestDifference, startsparse, swiftShader, unpacked, weightsOf } from "./runs.ts";
import { expect, type Site, test } from "./site.ts";

/** 18 steps of the narrowest network, alone in the view. */
const RUN = "#/train?v=1&width=8&data.limit=288&data.testLimit=100&train.batch=32&train.epochs=2&mask.rule=erk";

/**
 * Largest difference of two weights that is rounding, as a part of the largest weight of their tensor. Measured on
 * SwiftShader and on llvmpipe.
 */
const ROUNDING = 1e-4;

const lane = (page: Page) => page.getByRole("group", { name: "0.1 ERK", exact: true });

/** Trains what a link says to its end; the command that the page copies for it. */
async function train({ page, open }: Site, link: string): Promise<string> {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await open(link);
  await page.getByRole("button", { name: "Train a small one" }).click();
  await expect(lane(page).getByText(/^Finished · /)).toBeVisible({ timeout: 90_000 });
  await page.getByRole("button", { name: "Copy command" }).click();
  await expect(page.getByText("Copied. Same masks bit for bit; weights agree to rounding on another GPU.").first())
    .toBeVisible();
  return await page.evaluate(() => navigator.clipboard.readText());
}

async function exported(page: Page, folder: string): Promise<string> {
  const runs = await unpacked(page, () => page.getByRole("button", { name: "Export 0.1 ERK" }).click(), folder);
  expect(runs).toHaveLength(1);
  return path.join(folder, runs[0]);
}

const resultOf = async (folder: string) => JSON.parse(await readFile(path.join(folder, "result.json"), "utf8"));

test("the copied command under Deno: the same masks bit for bit, the same weights to rounding", async ({ site }, info) => {
  const command = await train(site, RUN);
  expect(command).toMatch(/^npx startsparse run \S/);
  const page = await exported(site.page, info.outputPath("page"));
  const deno = info.outputPath("deno");
  await startsparse(`${command} --out '${deno}'`, info.outputPath());
  const [here, there] = [await resultOf(page), await resultOf(deno)];
  expect(here.configHash).toBe(there.configHash);
  expect(await readFile(path.join(page, "masks.safetensors")))
    .toEqual(await readFile(path.join(deno, "masks.safetensors")));
  const difference = largestDifference(await weightsOf(page), await weightsOf(deno));
  info.annotations.push({ type: "largest difference", description: String(difference) });
  console.log(difference);
  expect(difference).toBeLessThan(ROUNDING);
  const driver = await swiftShader();
  if (driver) {
  const dawn = info.outputPath("dawn");
  await startsparse(`${command} --backend dawn --out '${dawn}'`, info.outputPath(), { VK_DRIVER_FILES: driver, LC_ALL: "C" });
  console.log("dawn", largestDifference(await weightsOf(page), await weightsOf(dawn)), (await readFile(path.join(page, "weights.safetensors"))).equals(await readFile(path.join(dawn, "weights.safetensors"))));
  }
  console.log(await readdir(page), await readdir(deno));
});
