import { expect, test } from "@playwright/test";
import { open, run } from "./page.ts";

const STEPS = 10;

for (const storage of ["dense", "packed"] as const) {
  test(`the engine in a Web Worker trains lab, ${storage}, ${STEPS} steps, as PyTorch does`, async ({ page }) => {
    test.slow(); // nearly all of it is SwiftShader compiling the unrolled kernels, once
    await open(page);
    const { adapter, plan, losses, milliseconds } = await run(page, "trainAsPyTorch", { storage, steps: STEPS });
    expect(adapter.description).toMatch(/swiftshader/i);
    expect(adapter.software).toBe(true);
    expect(new Set(plan.layers.map((layer) => layer.storage))).toEqual(new Set([storage]));
    expect(losses).toHaveLength(STEPS);
    const seconds = Object.entries(milliseconds).map(([what, ms]) => `${what} ${(ms / 1000).toFixed(1)} s`).join(", ");
    test.info().annotations.push({ type: "time", description: seconds });
  });
}

test("a mistake of the user reaches the page whole", async ({ page }) => {
  await open(page);
  const error = await run(page, "refusal", null);
  expect(error).toMatchObject({ isUserError: true, name: "UserError" });
  expect(error!.message).toMatch(/^A GPU is required, but the adapter ".*swiftshader.*" computes on the CPU\.$/i);
  expect(error!.hint).toMatch(/leave out --require-gpu/);
});
