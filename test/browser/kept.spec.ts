import { expect, test } from "@playwright/test";
import { open, run } from "./page.ts";

test("kept texts last beyond the page, and its workers share them", async ({ page }) => {
  await open(page);
  expect(await run(page, "readKept", "tuning/a.json")).toEqual({
    text: undefined,
    place: "the browser's storage, tuning/a.json",
  });
  await run(page, "writeKept", { name: "tuning/a.json", text: "first" });
  await run(page, "writeKept", { name: "tuning/a.json", text: "second ü" });
  await open(page);
  expect((await run(page, "readKept", "tuning/a.json")).text).toBe("second ü");
  expect((await run(page, "readKept", "tuning/b.json")).text).toBeUndefined();
});
