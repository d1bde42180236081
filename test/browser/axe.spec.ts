/** No view breaks a rule of axe while networks train, after they have failed, and in either theme. Empty views: frame.spec.ts. */
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test, VIEWS } from "./site.ts";

const TINY = "#/train?v=1&width=8&data.limit=288&data.testLimit=100&train.batch=32&mask.rule=erk";

/** Rules that axe leaves out by itself: experimental, or of a later WCAG. */
function extra(width: number) {
  return {
    "label-content-name-mismatch": { enabled: true },
    // the bar of a narrow page lies over what is scrolled under it, which axe takes for the size that it has
    "target-size": { enabled: width >= 960 },
  };
}

/** What breaks a rule in the view that is shown, in both themes. */
async function violations(page: Page, width: number): Promise<string[]> {
  const found: string[] = [];
  for (const theme of ["light", "dark"]) {
    if (await page.locator("html").getAttribute("data-theme") !== theme) await page.keyboard.press("t");
    const { violations } = await new AxeBuilder({ page }).options({ rules: extra(width) }).analyze();
    found.push(...violations.map(({ id, nodes }) => `${theme}: ${id}: ${nodes.map(({ html }) => html).join(" | ")}`));
  }
  return found;
}

/** Goes through views at a width without leaving the page. */
async function look(page: Page, width: number, views: readonly string[] = VIEWS): Promise<void> {
  await page.setViewportSize({ width, height: 900 });
  for (const view of views) {
    await page.evaluate((view) => (location.hash = `#/${view}`), view);
    await expect(page.locator("main h1").first()).toBeVisible();
    await page.waitForTimeout(500);
    expect.soft(await violations(page, width), `${view} at ${width}`).toEqual([]);
  }
}

test("no axe violation in any view while networks train @full", async ({ site }) => {
  test.setTimeout(400_000);
  const { page } = site;
  await page.setViewportSize({ width: 1280, height: 900 });
  await site.open(`${TINY}&vs=dense&train.epochs=500`);
  await page.getByRole("button", { name: "Train a small one" }).click();
  await expect(page.locator(".lane").getByText(/^epoch \d+ of 500/)).toHaveCount(2, { timeout: 120_000 });
  await look(page, 1280);
  // other layouts: two pictures and a rail beside them, a bar of tabs and one layer at a time
  await look(page, 1920, ["train", "network"]);
  await look(page, 360, ["train", "network"]);
});

test("no axe violation in any view after a network has failed @full", async ({ site }) => {
  test.setTimeout(400_000);
  const { page } = site;
  await page.setViewportSize({ width: 1280, height: 900 });
  await site.open(`${TINY}&train.lr=1e12`);
  await page.getByRole("button", { name: "Train a small one" }).click();
  await expect(page.locator(".lane").getByRole("alert")).toBeVisible({ timeout: 120_000 });
  await look(page, 1280);
});
