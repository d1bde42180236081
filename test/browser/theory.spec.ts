/** The view Theory: exact curves follow the sliders, random masks follow them. */
import { expect, test } from "./site.ts";

test("exact curves and random masks follow the density", async ({ site }) => {
  const { page } = site;
  await page.setViewportSize({ width: 1280, height: 900 });
  await site.open("#/theory");
  // the table of the formulas: 10 inputs, p = 0.5, δ = 0.1 → bound 6.576, 16 needed; copies 15, 15, 9
  const density = page.getByRole("textbox", { name: "Density p of the source, number" });
  await density.fill("0.5");
  await density.press("Enter");
  await expect(page.getByText("all 10 inputs keep an edge with chance 1 − δ only from 6.58 units on")).toBeVisible();
  await expect(page.getByText(/for a path to the output it takes 16\./)).toBeVisible();
  await expect(page.getByText(/needs 15, 15, 9 copies of its units layer by layer at p = 0\.5/)).toBeVisible();
  await expect(page.getByText(/Points: 200 random masks each/)).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(/Points: 40 random masks each, searched for the target/)).toBeVisible();
  await expect(page.getByText("derived here", { exact: true })).toHaveCount(2);
});
