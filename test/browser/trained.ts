/** A page in which every view has something to show: networks trained, a sweep done, steps measured, results open. */
import { expect, type Locator, type Page } from "@playwright/test";
import * as path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { openAt, test as base, troublesOf, VIEWS } from "./site.ts";

type View = typeof VIEWS[number];

/** As small as has something to draw: an emulated GPU trains it in seconds. */
const RACE =
  "#/train?v=1&width=8&data.limit=640&data.testLimit=200&train.batch=32&train.epochs=4&mask.rule=erk&vs=dense";
const RESULTS = path.join(path.dirname(fileURLToPath(import.meta.url)), "fixtures/er-ratios-small.zip");
const PATIENCE = 240_000;

/** The page, and what went wrong in it since it was last asked. */
export interface Trained {
  readonly page: Page;
  troubles(): readonly string[];
}

/** Playwright's `test` with one {@link Trained} page for all tests of a file. */
export const test = base.extend<object, { trained: Trained }>({
  trained: [async ({ browser }, use) => {
    const page = await (await browser.newContext()).newPage();
    const troubles = troublesOf(page, process.env.STARTSPARSE_SITE_URL!);
    await fill(page);
    await use({ page, troubles: () => troubles.splice(0) });
    await page.context().close();
  }, { scope: "worker", timeout: 900_000 }],
});

/** Another view of a page, by its address, and its content there. */
export async function show(page: Page, view: View): Promise<void> {
  await page.evaluate((view) => (location.hash = `#/${view}`), view);
  if (view === "train") await seeCurves(page);
  for (const content of contentOf(page, view)) await expect(content.first()).toBeVisible({ timeout: 30_000 });
  if (view === "density" || view === "theory") {
    await expect(page.locator("main").getByText(/^(waiting|drawing…)$|masks follow/)).toHaveCount(0, {
      timeout: 60_000,
    });
  }
  if (view === "network") {
    const picture = page.locator(".network-box canvas").first();
    await expect.poll(() => picture.evaluate(coloursOf), { timeout: 60_000 }).toBeGreaterThan(3);
  }
  if (view === "try") await expect(page.getByText(/^Looking for images/)).toHaveCount(0, { timeout: 60_000 });
}

/** Goes to the curves of the view Train, which are drawn where they are seen, and back. */
export async function seeCurves(page: Page): Promise<void> {
  const plots = page.locator(".curve-chart .plot").locator("visible=true");
  await expect(plots.first()).toBeVisible();
  for (const plot of await plots.all()) {
    await plot.scrollIntoViewIfNeeded();
    await expect(plot.locator("canvas")).toBeVisible({ timeout: 30_000 });
  }
  await page.evaluate(() => scrollTo(0, 0));
}

/** How many colours a picture has, by a small copy of it. */
function coloursOf(canvas: Element): number {
  const copy = new OffscreenCanvas(96, 96), context = copy.getContext("2d")!;
  context.drawImage(canvas as HTMLCanvasElement, 0, 0, copy.width, copy.height);
  return new Set(new Uint32Array(context.getImageData(0, 0, copy.width, copy.height).data.buffer)).size;
}

/** What a view is for: without it a picture of the view shows nothing. */
function contentOf(page: Page, view: View): Locator[] {
  const main = page.locator("main"), heading = main.getByRole("heading", { level: 1 });
  switch (view) {
    case "train":
      return [heading, main.locator(".lane-number .large", { hasText: /\d/ })];
    case "network":
      return [heading, main.locator(".network-box canvas"), main.locator(".network-inspector")];
    case "density":
      return [heading, main.locator(".rule-kept strong"), main.locator(".figure svg"), main.locator(".layer-table td")];
    case "sweep":
      return [heading, main.locator(".figure-drawing svg text"), main.locator(".sweep-cells td")];
    case "try":
      return [heading, main.locator(".answer li"), main.getByRole("region", { name: "Nearest training images" })];
    case "speed":
      return [heading, main.locator(".verdict"), main.locator(".figure svg text"), main.locator(".table td")];
    case "theory":
      return [heading, main.locator(".figure svg text"), main.locator(".formula")];
    case "results":
      return [heading, main.locator(".data-table td"), main.locator(".figure-drawing svg text")];
  }
}

async function fill(page: Page): Promise<void> {
  await page.setViewportSize({ width: 1280, height: 900 });
  await openAt(page, process.env.STARTSPARSE_SITE_URL! + RACE);
  await page.getByRole("button", { name: "Train a small one" }).click({ timeout: PATIENCE });
  // the recorded lanes, which have finished, make room for them
  await expect(page.locator(".recording-bar")).toHaveCount(0, { timeout: PATIENCE });
  const ended = page.locator(".lane").getByText(/^Finished/);
  await expect(ended).toHaveCount(2, { timeout: PATIENCE });
  await page.getByRole("button", { name: "Keep only 1 %" }).click();
  await expect(ended).toHaveCount(3, { timeout: PATIENCE });
  await sweep(page);
  await measure(page);
  await openResults(page);
  for (const view of VIEWS) await show(page, view);
}

async function sweep(page: Page): Promise<void> {
  await page.evaluate(() => (location.hash = "#/sweep"));
  for (const rule of ["balanced", "pyramidal"]) await page.getByRole("checkbox", { name: rule }).uncheck();
  await page.getByRole("group", { name: "Seeds" }).getByRole("radio").first().check({ force: true });
  for (const [name, value] of [["Epochs", "2"], ["Images", "200"]]) {
    await page.getByRole("textbox", { name }).fill(value);
    await page.getByRole("textbox", { name }).press("Enter");
  }
  await page.getByRole("button", { name: "Train 5 cells" }).click();
  await expect(page.getByRole("button", { name: "All cells are done" })).toBeVisible({ timeout: PATIENCE });
}

async function measure(page: Page): Promise<void> {
  await page.evaluate(() => (location.hash = "#/speed"));
  await page.getByRole("combobox", { name: /Network/ }).click();
  await page.getByRole("option", { name: /lab, width 8/ }).click();
  await page.getByRole("button", { name: "Measure" }).click();
  await expect(page.locator(".verdict")).toBeVisible({ timeout: PATIENCE });
}

async function openResults(page: Page): Promise<void> {
  await page.evaluate(() => (location.hash = "#/results"));
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose zip file" }).click();
  await (await chooser).setFiles(RESULTS);
  await expect(page.locator(".figure-drawing svg text").first()).toBeAttached({ timeout: PATIENCE });
}
