/** The view Speed: it measures here, can be ended, keeps what it found, and says what that means. */
import { expect, test } from "./site.ts";

test("nothing is shown before something was measured", async ({ site }) => {
  await site.open("#/speed");
  await expect(site.page.getByRole("heading", { name: "Nothing measured yet" })).toBeVisible();
  await expect(site.page.getByRole("button", { name: "Measure" })).toBeEnabled();
});

test("a measurement that is ended early says so or leaves nothing @full", async ({ site }) => {
  const { page } = site;
  await site.open("#/speed");
  await expect(page.getByRole("heading", { name: "Nothing measured yet" })).toBeVisible();
  await page.getByRole("combobox", { name: /Network/ }).click();
  await page.getByRole("option", { name: /lab, width 8/ }).click();
  await page.getByRole("button", { name: "Measure" }).click();
  await expect(page.getByRole("progressbar", { name: "Measuring" })).toBeVisible();
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("button", { name: "Measure" })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText(/Nothing measured yet|ended early/).first()).toBeVisible();
});

test("step times of the lab network are measured, drawn, explained layer by layer, and kept @full", async ({ site }) => {
  const { page } = site;
  await page.setViewportSize({ width: 1280, height: 900 });
  await site.open("#/speed");
  await page.getByRole("combobox", { name: /Network/ }).click();
  await page.getByRole("option", { name: /lab, width 8/ }).click();
  await page.getByRole("button", { name: "Measure" }).click();
  const chart = page.getByRole("img", { name: /^Step time of lab on .*: dense .*; density / });
  await expect(chart).toBeVisible({ timeout: 110_000 });
  await expect(page.getByRole("main").getByText("Speed results say nothing about GPUs")).toBeVisible();
  await expect(page.getByRole("region", { name: "Table: times and memory" }).getByRole("row")).toHaveCount(1 + 4);
  await expect(page.getByRole("region", { name: "Table: layers" }).getByRole("row")).toHaveCount(1 + 5);
  await expect(page.locator(".verdict")).toHaveText(/densit|measurable/);
  // the CSV has what the chart shows
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("group", { name: "Chart: Step time against density" }).getByRole("button", { name: "CSV" }).click(),
  ]);
  expect(file.suggestedFilename()).toBe("speed-lab-uniform.csv");
  await page.reload();
  await expect(chart).toBeVisible();
});
