import { expect, test } from "@playwright/test";
import { open, run } from "./page.ts";

test("Chromium compiles every WGSL module without a warning", async ({ page }) => {
  await open(page);
  const { modules, complaints } = await run(page, "compileShaders", null);
  expect(modules).toBeGreaterThan(0);
  expect(complaints).toEqual([]);
});
