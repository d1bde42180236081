import { Uint8ArrayReader, Uint8ArrayWriter, ZipReader } from "@zip.js/zip.js";
import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Page } from "@playwright/test";
import { expect, test } from "./site.ts";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const states = (page: Page) => page.locator(".cell-state");

/** Dense and uniform at one density, one seed, as small as can be. */
async function chooseTwoCells(page: Page): Promise<void> {
  for (const rule of ["ERK", "balanced", "pyramidal"]) await page.getByRole("checkbox", { name: rule }).uncheck();
  await page.getByRole("checkbox", { name: "0.05" }).uncheck();
  await page.getByRole("group", { name: "Seeds" }).getByRole("radio").first().check({ force: true });
  for (const [name, value] of [["Epochs", "2"], ["Images", "200"]]) {
    await page.getByRole("textbox", { name }).fill(value);
    await page.getByRole("textbox", { name }).press("Enter");
  }
  await expect(states(page)).toHaveCount(2);
}

async function unpack(zip: string, folder: string): Promise<void> {
  const reader = new ZipReader(new Uint8ArrayReader(await readFile(zip)), { useWebWorkers: false });
  for (const entry of await reader.getEntries()) {
    if (entry.directory) continue;
    const file = path.join(folder, entry.filename);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, await entry.getData(new Uint8ArrayWriter()));
  }
  await reader.close();
}

test("a sweep says its cells, images and time before anything is trained, and its command", async ({ site }) => {
  const { page } = site;
  await site.open("#/sweep");
  await expect(states(page)).toHaveCount(27, { timeout: 30_000 });
  await expect(page.getByText("not measured yet")).toBeVisible();
  await expect(page.getByRole("button", { name: "Train 27 cells" })).toBeEnabled();
  await chooseTwoCells(page);
  // two cells, two epochs, and a tenth of 200 images kept for validation
  await expect(page.getByText("720", { exact: true })).toBeVisible();
  await page.getByText("The same on the command line").click();
  await expect(page.getByText(
    "npx startsparse sweep mini/er-ratios grid.mask.rule=dense,uniform grid.mask.density=0.2 grid.seed=1 " +
      "model.width=8 train.epochs=2 data.limit=200",
  )).toBeVisible();
  // the choice outlasts the page
  await page.reload();
  await expect(states(page)).toHaveCount(2, { timeout: 30_000 });
});

test(
  "cells are trained, outlast a reload, and leave as a folder that the command line reads @full",
  async ({ site }, info) => {
    test.setTimeout(400_000);
    const { page } = site;
    await site.open("#/sweep");
    await chooseTwoCells(page);
    await page.getByRole("button", { name: "Train 2 cells" }).click();
    await expect(states(page).first()).toHaveText(/done/, { timeout: 180_000 });
    await page.reload();
    await expect(states(page).first()).toHaveText(/done/, { timeout: 30_000 });
    await page.getByRole("button", { name: "Go on with 1 cells" }).click();
    await expect(states(page).nth(1)).toHaveText(/done/, { timeout: 180_000 });
    await expect(page.getByRole("figure", { name: "Accuracy against density" }).locator("svg text").first())
      .toBeAttached();
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: /Sweep folder/ }).click();
    const zip = info.outputPath("sweep.zip"), folder = info.outputPath("unpacked");
    await (await download).saveAs(zip);
    const run = promisify(execFile);
    await unpack(zip, folder);
    const { stdout } = await run(process.execPath, [
      path.join(ROOT, "bin/startsparse.mjs"),
      "results",
      folder,
      "--json",
    ]);
    const { runs } = JSON.parse(stdout) as { runs: { name: string; best_test_accuracy: number | null }[] };
    expect(runs.map(({ name }) => name)).toEqual(["dense-s1", "uniform-0.2-s1"]);
    const shown = await page.locator(".sweep-cells tbody tr").allTextContents();
    for (const [i, { best_test_accuracy }] of runs.entries()) {
      expect(shown[i]).toContain((100 * best_test_accuracy!).toFixed(2));
    }

    // the sweep is kept as a whole, and removed as one; what shows it sees that
    await page.getByRole("button", { name: "Help" }).click();
    await page.getByRole("button", { name: "What this browser keeps" }).click();
    const kept = page.getByRole("dialog", { name: "Kept in this browser" });
    await kept.getByRole("button", { name: "Remove mini/er-ratios, 2 runs" }).click();
    await kept.getByRole("button", { name: "Remove for good" }).click();
    await expect(kept.getByText("Nothing yet.")).toBeVisible();
    await kept.getByRole("button", { name: "Close" }).click();
    await expect(page.getByRole("button", { name: "Train 2 cells" })).toBeVisible();
  },
);
