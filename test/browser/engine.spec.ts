import { expect, test } from "@playwright/test";
import { open, run } from "./page.ts";

const STEPS = { dense: 10, packed: 10 };

for (const storage of ["dense", "packed"] as const) {
  const steps = STEPS[storage];
  test(`the engine in a Web Worker trains lab, ${storage}, ${steps} steps, as PyTorch does`, async ({ page }) => {
    await open(page);
    const { adapter, plan, losses, milliseconds } = await run(page, "trainAsPyTorch", { storage, steps });
    expect(adapter.software).toBe(true);
    expect(new Set(plan.layers.map((layer) => layer.storage))).toEqual(new Set([storage]));
    expect(losses).toHaveLength(steps);
    const seconds = Object.entries(milliseconds).map(([what, ms]) => `${what} ${(ms / 1000).toFixed(1)} s`).join(", ");
    test.info().annotations.push({ type: "time", description: seconds });
    console.log("TIME", seconds);
  });
}

test("a mistake of the user reaches the page whole", async ({ page }) => {
  await open(page);
  const error = await run(page, "refusal", null);
  expect(error).toMatchObject({ isUserError: true, name: "UserError" });
  expect(error!.message).toMatch(/^A GPU is required, but the adapter ".*swiftshader.*" computes on the CPU\.$/i);
  expect(error!.hint).toMatch(/leave out --require-gpu/);
});
