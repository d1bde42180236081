/** The whole way without a pointer: start, change the density, pause, look into a unit, take the run away. */
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./site.ts";

const RUN = "#/train?v=1&width=8&data.limit=288&data.testLimit=100&train.batch=32&train.epochs=400&mask.rule=erk";

/** More stops than any view has before what is looked for. */
const MOST_STOPS = 80;

/** What is wrong with the focus as it is: nothing shows it, or something lies over it. Undefined where all is well. */
async function focusFault(page: Page): Promise<string | undefined> {
  return await page.evaluate(async () => {
    // a page that scrolls to what has the focus is there in the next frame
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const at = document.activeElement;
    // the browser's own controls follow after the last stop
    if (!at || at === document.body) return undefined;
    const name = at.getAttribute("aria-label") ?? at.textContent?.trim().slice(0, 40) ?? "";
    const what = `${at.tagName.toLowerCase()} "${name}"`;
    // an input without a look of its own shows its focus at its label
    const shown = [at, at.nextElementSibling, at.closest("label")].filter((element) => element !== null);
    const ringed = shown.filter((element) => {
      const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
      return outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2 && !/, 0\)$/.test(outlineColor);
    });
    if (ringed.length === 0) return `${what}: nothing shows the focus`;
    const { left, right, top, bottom } = ringed[0].getBoundingClientRect();
    const [x, y] = [
      (Math.max(0, left) + Math.min(innerWidth, right)) / 2,
      (Math.max(0, top) + Math.min(innerHeight, bottom)) / 2,
    ];
    if (bottom <= 0 || top >= innerHeight) return `${what}: out of sight`;
    const hit = document.elementFromPoint(x, y);
    const seen = hit !== null &&
      shown.some((element) => element.contains(hit) || hit.contains(element) && hit !== document.body);
    return seen ? undefined : `${what}: covered by ${hit?.tagName.toLowerCase()}.${hit?.className}`;
  });
}

/** Goes on by Tab until something has the focus; every stop on the way shows its focus, uncovered. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible({ timeout: 60_000 });
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    await page.keyboard.press("Tab");
    expect(await focusFault(page)).toBeUndefined();
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`Tab does not lead to ${target}`);
}

test("by keyboard alone: start, density, pause, a unit, export; the focus is seen at every stop", async ({ site }) => {
  const { page } = site;
  await site.open(RUN);
  await tabTo(page, page.getByRole("button", { name: "Train a small one" }));
  await page.keyboard.press("Enter");
  const lane = page.getByRole("group", { name: "0.1 ERK", exact: true });
  await expect(lane.getByText(/^epoch \d+ of 400/)).toBeVisible({ timeout: 90_000 });
  const density = page.getByRole("group", { name: "Density" });
  await tabTo(page, density.getByRole("slider"));
  await page.keyboard.press("ArrowLeft");
  await expect(density.getByText(/^0\.0500 asked → 0\.0\d+ kept, c 0\.\d+$/)).toBeVisible();
  await expect(lane.getByText("changed; Restart applies")).toBeVisible();
  await tabTo(page, page.getByRole("region", { name: "Parameters" }).getByRole("button", { name: "Pause" }));
  await page.keyboard.press("Space");
  await expect(lane.getByText(/^Paused at step/)).toBeVisible({ timeout: 20_000 });

  await page.keyboard.press("2");
  const picture = page.locator(".network-box");
  await expect(picture).toBeVisible({ timeout: 60_000 });
  await tabTo(page, picture);
  await page.keyboard.press("Enter");
  const inspector = page.getByRole("region", { name: "Layer of 0.1 ERK" });
  await expect(inspector.getByText(/^unit \d+: \d+ in, \d+ out/)).toBeVisible({ timeout: 30_000 });
  await expect(inspector.getByRole("img", { name: /^Taps, row by row: / })).toBeVisible();

  await page.keyboard.press("1");
  await tabTo(page, lane.getByRole("button", { name: "Export 0.1 ERK" }));
  const download = page.waitForEvent("download");
  await page.keyboard.press("Enter");
  expect((await download).suggestedFilename()).toMatch(/^0\.1-erk-s1-\w+\.zip$/);
});

test("lanes are one stop, and arrows move among them and among their buttons", async ({ site }) => {
  const { page } = site;
  await site.open(`${RUN}&vs=dense`);
  const dense = page.getByRole("group", { name: "dense", exact: true });
  const sparse = page.getByRole("group", { name: "0.1 ERK", exact: true });
  await tabTo(page, dense);
  await page.keyboard.press("ArrowRight");
  await expect(sparse).toBeFocused();
  expect(await focusFault(page)).toBeUndefined();
  await page.keyboard.press("ArrowRight");
  await expect(sparse).toBeFocused();
  await page.keyboard.press("Home");
  await expect(dense).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(sparse).toBeFocused();
  // the way back leads to the lane that was left, and no other is on it
  await page.keyboard.press("Tab");
  await expect(page.getByRole("group", { name: "Lanes" }).locator(":focus")).toHaveCount(0);
  await page.keyboard.press("Shift+Tab");
  await expect(sparse).toBeFocused();

  await page.getByRole("button", { name: "Train a small one" }).click();
  await tabTo(page, dense.getByRole("button", { name: "Pause: dense" }));
  await page.keyboard.press("ArrowRight");
  await expect(sparse.getByRole("button", { name: "Pause: 0.1 ERK" })).toBeFocused();
  await page.keyboard.press("Space");
  await expect(sparse.getByText(/^Paused at step/)).toBeVisible({ timeout: 20_000 });
  await expect(dense.getByText(/^epoch \d+ of 400/)).toBeVisible({ timeout: 60_000 });
  // a card stands for the button that only its neighbour has
  await sparse.getByRole("button", { name: "One step: 0.1 ERK" }).focus();
  await page.keyboard.press("ArrowLeft");
  await expect(dense).toBeFocused();
});
