import { expect, test } from "@playwright/test";
import { open, run } from "./page.ts";

test("the embedded data set reaches a page whole, though its server unpacks .gz on the way", async ({ page }) => {
  await open(page);
  expect(await run(page, "loadDataset", "fashion-mnist-10k")).toEqual({ train: 10_000, test: 2_000 });
});
