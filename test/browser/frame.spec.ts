/** The frame of the page, as built: tabs, keys, themes, widths, links. */
import AxeBuilder from "@axe-core/playwright";
import { expect, openView, test, VIEWS } from "./site.ts";

test("tabs and number keys lead to the views, and the address goes with them", async ({ site }) => {
  await site.open();
  const { page } = site;
  await page.getByRole("link", { name: "Density", exact: true }).click();
  await expect(page).toHaveURL(/#\/density$/);
  await page.keyboard.press("8");
  await expect(page).toHaveURL(/#\/results$/);
  await expect(page).toHaveTitle("Results · startsparse");
  await expect(page.getByRole("link", { name: "Results", exact: true })).toHaveAttribute("aria-current", "page");
  await page.goBack();
  await expect(page).toHaveURL(/#\/density$/);
});

test("keyboard alone: skip link, help, the off switch, focus in sight", async ({ site }) => {
  await site.open("#/theory");
  const { page } = site;
  await page.keyboard.press("Tab");
  await expect(page.getByText("Skip to the view")).toBeFocused();
  await expect(page.getByText("Skip to the view")).toBeInViewport();
  await page.keyboard.press("Enter");
  await expect(page.locator("main")).toBeFocused();
  await expect(page).toHaveURL(/#\/theory$/);

  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Help" });
  await expect(help).toBeVisible();
  await page.keyboard.press("4");
  await expect(page, "keys are silent under a dialog").toHaveURL(/#\/theory$/);
  await help.getByRole("checkbox", { name: /Single keys/ }).uncheck();
  await page.keyboard.press("Escape");
  await expect(help).toBeHidden();
  await expect(page.locator("main")).toBeFocused();
  await page.keyboard.press("4");
  await expect(page).toHaveURL(/#\/theory$/);
  await page.reload();
  await page.keyboard.press("4");
  await expect(page, "it is remembered").toHaveURL(/#\/theory$/);
});

test("the theme follows the system until it is chosen, and is remembered", async ({ site }) => {
  const { page } = site;
  await page.emulateMedia({ colorScheme: "dark" });
  await site.open("#/theory");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.keyboard.press("t");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
});

test("a link is copied, and what cannot be copied says why", async ({ site, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const { page } = site;
  await site.open("#/theory?claim=2");
  await page.getByRole("button", { name: "Copy link" }).click();
  await expect(page.getByText("Link copied.").first()).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/#\/theory\?claim=2$/);
  await expect(page.getByRole("status").first()).toContainText("Link copied.");
});

test("a narrow page has a bar of its own, and nothing scrolls sideways", async ({ site }) => {
  const { page } = site;
  await page.setViewportSize({ width: 320, height: 640 });
  const wide: string[] = [];
  for (const view of VIEWS) {
    await openView(site, view);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    if (width > 320) wide.push(`${view}: ${width}`);
  }
  expect(wide).toEqual([]);
  const more = page.getByRole("navigation", { name: "Views" }).getByRole("button");
  await expect(more).toHaveText("Results");
  await more.click();
  await page.getByRole("link", { name: "Speed", exact: true }).click();
  await expect(page).toHaveURL(/#\/speed/);
  await page.getByRole("button", { name: "Menu" }).click();
  await page.getByRole("button", { name: "Help" }).click();
  await expect(page.getByRole("dialog", { name: "Help" })).toBeVisible();
});

test("nothing moves for those who want less motion", async ({ site }) => {
  const { page } = site;
  await page.emulateMedia({ reducedMotion: "reduce" });
  for (const view of ["train", "density"] as const) {
    await openView(site, view);
    const moving = await page.evaluate(() =>
      [...document.querySelectorAll("*")].filter((element) => {
        const { animationDuration, transitionDuration } = getComputedStyle(element);
        return `${animationDuration}, ${transitionDuration}`.split(", ").some((time) => parseFloat(time) > 0.001);
      }).map((element) => element.outerHTML.slice(0, 80))
    );
    expect(moving, view).toEqual([]);
  }
});

const FAST = ["train-light", "theory-dark"];
for (const view of VIEWS) {
  for (const theme of ["light", "dark"] as const) {
    const tag = FAST.includes(`${view}-${theme}`) ? "" : " @full";
    test(`no axe violation: ${view}, ${theme}${tag}`, async ({ site }) => {
      await site.page.emulateMedia({ colorScheme: theme });
      await openView(site, view);
      const { violations } = await new AxeBuilder({ page: site.page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`)).toEqual([]);
    });
  }
}
