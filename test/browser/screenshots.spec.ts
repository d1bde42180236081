/**
 * Pictures of every view, to be looked at, and what can be told of them without eyes: each shows its content, nothing is
 * cut off, lies over something else or scrolls sideways. They go to test-results/screenshots.
 */
import type { Page } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { layoutFaults } from "./layout.ts";
import { type ChartLooks, looksOf, sameLooks } from "./series_looks.ts";
import { expect, openView, VIEWS } from "./site.ts";
import { seeCurves, show, test } from "./trained.ts";

const SIZES = [
  // those of 1280 at a zoom of 400 and 200 %
  { name: "320", width: 320, height: 640 },
  { name: "360", width: 360, height: 780 },
  { name: "1280-zoomed-200", width: 640, height: 400 },
  { name: "1280", width: 1280, height: 800 },
  { name: "1920", width: 1920, height: 1080 },
  { name: "3840", width: 3840, height: 2160 },
];
const USUAL = { width: 1280, height: 800 };
const THEMES = ["light", "dark"] as const;
const FOLDER = "test-results/screenshots";

interface Size {
  readonly width: number;
  readonly height: number;
}

async function setTheme(page: Page, theme: typeof THEMES[number]): Promise<void> {
  if (await page.locator("html").getAttribute("data-theme") !== theme) await page.keyboard.press("t");
  await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
}

/** Takes the whole view at a size, and says what is wrong with it. */
async function take(page: Page, name: string, size: Size): Promise<void> {
  // the bar at the bottom of a narrow page belongs under all of it
  const narrow = size.width < 960;
  if (narrow) {
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewportSize({ ...size, height });
  }
  // charts follow the width of their columns, four times a second at most
  await page.waitForTimeout(600);
  await page.screenshot({ path: `${FOLDER}/${name}.png`, fullPage: true });
  expect.soft(await layoutFaults(page), name).toEqual([]);
  if (narrow) await page.setViewportSize(size);
}

for (const { name, ...size } of SIZES) {
  for (const theme of THEMES) {
    test(`pictures of trained networks at ${name}, ${theme} @full`, async ({ trained: { page, troubles } }) => {
      await page.setViewportSize(size);
      await setTheme(page, theme);
      for (const view of VIEWS) {
        await show(page, view);
        await take(page, `${view}-${name}-${theme}`, size);
      }
      expect(troubles()).toEqual([]);
    });
  }

  test(`pictures of a first visit at ${name} @full`, async ({ site }) => {
    await site.page.setViewportSize(size);
    for (const view of VIEWS) {
      await openView(site, view);
      await site.page.waitForLoadState("networkidle");
      if (view === "train") await seeCurves(site.page);
      await take(site.page, `${view}-first-${name}`, size);
    }
  });
}

for (const colorScheme of THEMES) {
  test(`pictures in forced colours, ${colorScheme} @full`, async ({ trained: { page, troubles } }) => {
    await page.setViewportSize(USUAL);
    await page.emulateMedia({ forcedColors: "active", colorScheme });
    for (const view of VIEWS) {
      await show(page, view);
      await take(page, `${view}-forced-${colorScheme}`, USUAL);
    }
    await page.emulateMedia({ forcedColors: "none", colorScheme: null });
    expect(troubles()).toEqual([]);
  });
}

/** The curves of the view Train as files: on the page they are a canvas. */
async function curveFiles(page: Page): Promise<string[]> {
  const files: string[] = [];
  for (const name of ["Accuracy", "Loss"]) {
    const chart = page.getByRole("figure", { name: new RegExp(`^${name} against`) });
    await chart.getByRole("button", { name: "Save" }).click();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "SVG", exact: true }).locator("visible=true").click(),
    ]);
    files.push(await readFile(await file.path(), "utf8"));
    await page.keyboard.press("Escape");
  }
  return files;
}

test("without hues lines of charts are told apart @full", async ({ trained: { page } }) => {
  await page.setViewportSize(USUAL);
  await setTheme(page, "light");
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setEmulatedVisionDeficiency", { type: "achromatopsia" });
  const charts: ChartLooks[] = [];
  for (const view of VIEWS) {
    await show(page, view);
    await take(page, `${view}-grey`, USUAL);
    charts.push(...await looksOf(page, view === "train" ? await curveFiles(page) : []));
  }
  await session.send("Emulation.setEmulatedVisionDeficiency", { type: "none" });
  // of Train, Density, Sweep, Theory and Results at least
  expect(charts.filter(({ looks }) => looks.length > 1).length).toBeGreaterThanOrEqual(6);
  expect(sameLooks(charts)).toEqual([]);
});
