import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import * as path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Page } from "@playwright/test";
import type { ResultsTable } from "../../src/worker/figures_types.ts";
import { expect, test } from "./site.ts";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const SWEEP = path.join(HERE, "fixtures/er-ratios-small.zip");

/** What the same file gives under Deno, now. */
async function underDeno(): Promise<{ figures: Record<string, string>; table: ResultsTable; csv: string }> {
  const args = [path.join(HERE, "../../scripts/deno.mjs"), "run", "-A", "--no-prompt"];
  const call = [...args, path.join(HERE, "print_figures.ts"), SWEEP];
  const { stdout } = await promisify(execFile)(process.execPath, call, { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout);
}

/** Chooses a file as a visitor does, and waits for its table. */
async function choose(page: Page, file: string): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose zip file" }).click();
  await (await chooser).setFiles(file);
  await expect(page.getByRole("heading", { name: "Summary" })).toBeVisible({ timeout: 30_000 });
}

/** The bytes of what a button saves. */
async function saved(page: Page, press: () => Promise<void>): Promise<Buffer> {
  const download = page.waitForEvent("download");
  await press();
  return await readFile(await (await download).path());
}

const rows = (page: Page) => page.getByRole("region", { name: "Results table" }).locator("tbody tr");

test("a sweep's zip gives the table, figures and CSV of the command line, byte for byte", async ({ site }) => {
  const deno = underDeno();
  const { page } = site;
  await site.open("#/results");
  await expect(page.getByRole("heading", { name: "Drop a run or report folder here" })).toBeVisible();
  await expect(page.getByText("It is read in this browser and sent nowhere.")).toBeVisible();
  await choose(page, SWEEP);
  const { figures, table, csv } = await deno;
  // warnings stand before the numbers
  const page_ = await page.locator("main").innerText();
  expect(page_.indexOf("Before you read the numbers")).toBeLessThan(page_.indexOf("Summary"));
  for (const warning of table.warnings) expect(page_).toContain(warning);
  expect(page_).toContain(table.lead);
  await expect(rows(page)).toHaveCount(table.rows.length);
  for (const [i, { cells }] of table.rows.entries()) {
    const shown = await rows(page).nth(i).locator("th, td").allTextContents();
    expect(shown.map((text) => text.trim())).toEqual(cells.map((cell) => cell.trim()));
  }
  expect(Object.keys(figures)).toContain("accuracy");
  for (
    const [title, name] of [["Accuracy against density", "accuracy"], [
      "Density of each layer at 0.0200",
      "layers-0.02",
    ]]
  ) {
    const figure = page.getByRole("figure", { name: title });
    await expect(figure.locator("svg text").first()).toBeAttached({ timeout: 30_000 });
    const svg = await saved(page, () => figure.getByRole("button", { name: "SVG" }).click());
    expect(svg.toString() === figures[name], `${name} differs`).toBe(true);
  }
  const png = await saved(page, () => page.getByRole("figure").first().getByRole("button", { name: "PNG" }).click());
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  expect(png.readUInt32BE(16)).toBe(2 * Math.round(Number(/width="(\d+)"/.exec(figures.accuracy)![1])));
  await page.getByRole("button", { name: "Export" }).click();
  expect((await saved(page, () => page.getByRole("button", { name: "CSV, a row a group" }).click())).toString()).toBe(
    csv,
  );
});

test("hiding a run changes no other number", async ({ site }) => {
  const { page } = site;
  await site.open("#/results");
  await choose(page, SWEEP);
  const summary = await rows(page).allTextContents();
  const accuracy = page.getByRole("figure", { name: "Accuracy against density" });
  const dots = async () => await accuracy.locator("svg path").count();
  const labels = async () => await accuracy.locator("svg text").allTextContents();
  await expect.poll(dots, { timeout: 30_000 }).toBeGreaterThan(30);
  const before = { dots: await dots(), labels: await labels() };
  await page.getByRole("checkbox", { name: "Show uniform-0.05-s2" }).uncheck();
  await expect.poll(dots).toBe(before.dots - 1);
  expect(await labels()).toEqual(before.labels);
  expect(await rows(page).allTextContents()).toEqual(summary);
  // a row of hidden runs alone is left out, and the others stay as they are
  for (const seed of [1, 3]) await page.getByRole("checkbox", { name: `Show uniform-0.05-s${seed}` }).uncheck();
  await expect(rows(page)).toHaveCount(summary.length - 1);
  const left = await rows(page).allTextContents();
  expect(left).toEqual(summary.filter((text) => left.includes(text)));
});

test("rows are sorted by any column and back, grouped by chosen keys, and two runs compared", async ({ site }) => {
  const { page } = site;
  await site.open("#/results");
  await choose(page, SWEEP);
  const names = () => rows(page).locator("th").allTextContents();
  const before = await names(), column = page.getByRole("button", { name: "last", exact: true });
  const values = async () => {
    const texts = await rows(page).locator("td:nth-child(6)").allTextContents();
    return texts.map((text) => Number.parseFloat(text.replace(/^\u2007+/, "")));
  };
  await column.click();
  const up = await values();
  expect(up).toEqual(up.toSorted((a, b) => a - b));
  await column.click();
  expect(await values()).toEqual(up.toReversed());
  await column.click();
  expect(await names()).toEqual(before);
  await page.getByRole("button", { name: /^Group by/ }).click();
  await page.getByRole("checkbox", { name: "mask.rule" }).check();
  await expect(rows(page)).toHaveCount(5);
  await expect(page.getByText(/Rows are means over runs that differ in more than their seeds: in mask.density/))
    .toBeVisible();
  await page.getByRole("checkbox", { name: "mask.rule" }).uncheck();
  await page.keyboard.press("Escape");
  await expect(rows(page)).toHaveCount(before.length);
  for (const name of ["uniform-0.2-s1", "erk-0.2-s1"]) {
    await page.getByRole("checkbox", { name: `Compare ${name}` }).check();
  }
  const comparison = page.getByRole("group", { name: "uniform-0.2-s1 and erk-0.2-s1" });
  await expect(comparison.getByText(/^0\.\d{3}$/).first()).toBeVisible();
  expect(await comparison.locator("table").nth(-2).locator("tbody th").allTextContents()).toEqual(["mask.rule"]);
  await page.getByRole("button", { name: "erk-0.2-s1" }).click();
  const dialog = page.getByRole("dialog", { name: "erk-0.2-s1" });
  await expect(dialog.locator("svg.marks")).toHaveCount(2);

  // its masks, a layer at a time: as many pixels are kept as the file keeps weights
  await dialog.getByText("Masks", { exact: true }).click();
  const address = page.url();
  for (const layer of ["conv1", "conv2"]) {
    const tile = dialog.getByRole("img", { name: new RegExp(`^${layer}, `) });
    const [, kept, size] = /([\d,]+) of ([\d,]+) kept/.exec((await tile.getAttribute("aria-label"))!)!;
    const counts = await tile.evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
      const counts: Record<number, number> = {};
      for (const pixel of new Uint32Array(data.buffer)) counts[pixel] = (counts[pixel] ?? 0) + 1;
      return Object.values(counts);
    });
    const number = (text: string) => Number(text.replaceAll(",", ""));
    expect(counts.toSorted((a, b) => a - b)).toEqual(
      [number(kept), number(size) - number(kept)].filter((count) => count > 0).toSorted((a, b) => a - b),
    );
    await dialog.getByRole("button", { name: "Next layer" }).click();
  }
  await dialog.getByRole("group", { name: "Layers" }).getByRole("button").last().click();
  await expect(dialog.getByRole("button", { name: "Next layer" })).toBeVisible();
  expect(page.url()).toBe(address);
});

test("a report leaves as a zip, and opens again without its runs", async ({ site }, info) => {
  const { page } = site;
  await site.open("#/results");
  await choose(page, SWEEP);
  await page.getByRole("button", { name: "Export" }).click();
  const zip = await saved(page, () => page.getByRole("button", { name: /^Report/ }).click());
  const file = info.outputPath("report.zip");
  await (await import("node:fs/promises")).writeFile(file, zip);
  const summary = await rows(page).count();
  await page.getByRole("button", { name: "Close", exact: true }).click();
  await choose(page, file);
  await expect(page.getByText("A report without its run folders")).toBeVisible();
  await expect(rows(page)).toHaveCount(summary);
  expect(await page.locator(".figure-drawing svg").count()).toBeGreaterThan(5);
});

test("what holds no run says so, and nothing is changed", async ({ site }) => {
  const { page } = site;
  await site.open("#/results");
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose zip file" }).click();
  await (await chooser).setFiles({ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("no run") });
  await expect(page.getByRole("alert")).toContainText(/No run in/);
  await expect(page.getByRole("heading", { name: "Drop a run or report folder here" })).toBeVisible();
});
