/** One tab trains: what two tabs of the built page do with the same runs. */
import type { Page } from "@playwright/test";
import { expect, openAt, test, troublesOf, weightsOf } from "./site.ts";

/** Nine steps an epoch of the narrowest network. */
const LONG = "#/train?v=1&width=8&data.limit=288&data.testLimit=100&train.batch=32&train.epochs=30&mask.rule=erk";

test("a second tab watches, takes over, and ends with the bits of a run that nobody disturbed @full", async ({ site, context }) => {
  const { page } = site;
  await site.open(LONG);
  await page.getByRole("button", { name: "Train a small one" }).click();
  const lane = (tab: Page) => tab.getByRole("group", { name: "0.1 ERK", exact: true });
  await expect(lane(page).getByText(/^epoch \d+ of 30/)).toBeVisible({ timeout: 90_000 });
  const other = await context.newPage(), troubles = troublesOf(other, page.url());
  await openAt(other, page.url());
  const says = (tab: Page) => tab.getByText("Training in another tab.");
  await expect(says(other)).toBeVisible();
  await other.getByRole("button", { name: "Watch" }).click();
  await expect(lane(other).getByText(/^epoch \d+ of 30/)).toBeVisible();
  await expect(lane(other).getByRole("button")).toHaveCount(0);
  await other.getByRole("button", { name: "Take over" }).click();
  await expect(lane(page).getByText(/^Stopped, saved at step \d+$/)).toBeVisible({ timeout: 20_000 });
  await expect(says(page)).toBeVisible();
  await expect(lane(other).getByText(/^Finished/)).toBeVisible({ timeout: 60_000 });
  await expect(says(other)).toHaveCount(0);
  await expect(says(page)).toHaveCount(0, { timeout: 15_000 });
  // the same once more, from its first step to its last in one tab
  await other.getByRole("button", { name: "Reset" }).click();
  await expect(lane(other).getByText("Ready")).toBeVisible({ timeout: 20_000 });
  await other.getByRole("region", { name: "Parameters" }).getByRole("button", { name: "Train", exact: true }).click();
  await expect(lane(other).getByText(/^Finished/)).toBeVisible({ timeout: 60_000 });
  const [first, second, ...more] = await weightsOf(other);
  expect(more).toEqual([]);
  expect(second).toBe(first);
  expect(troubles).toEqual([]);
});
