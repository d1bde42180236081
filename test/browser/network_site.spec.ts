/** The Network view of a run that the page has trained, beside what the Train view says of it. */
import type { Page } from "@playwright/test";
import { expect, test } from "./site.ts";

/** Eight steps an epoch of the narrowest network, whose mask is chosen by scores with every step. */
const POPUP = "#/train?v=1&width=8&data.limit=288&data.testLimit=100&train.batch=32&train.epochs=2" +
  "&mask.rule=uniform&mask.density=0.9&method=edge-popup&method.density=0.2&method.levels=1";

/** A sum over the picture as it is shown. */
async function pictureSum(page: Page): Promise<number> {
  return await page.locator(".network-box canvas").evaluate((canvas: HTMLCanvasElement) => {
    const { clientWidth: width, clientHeight: height } = canvas;
    const context = new OffscreenCanvas(width, height).getContext("2d")!;
    context.drawImage(canvas, 0, 0, width, height);
    return new Uint32Array(context.getImageData(0, 0, width, height).data.buffer)
      .reduce((sum, pixel) => (31 * sum + pixel) >>> 0, 0);
  });
}

/** The sum of a picture that does not change any more. */
async function stillPicture(page: Page): Promise<number> {
  let last = 0;
  await expect.poll(async () => {
    const now = await pictureSum(page), isStill = now !== 0 && now === last;
    last = now;
    return isStill;
  }, { timeout: 60_000, intervals: [1000] }).toBe(true);
  return last;
}

test("what a method keeps is the same in both views, after a reload too; activations come between the planes @full", async ({ site }) => {
  test.slow();
  const { page } = site;
  await page.setViewportSize({ width: 1280, height: 900 });
  await site.open(POPUP);
  await page.getByRole("button", { name: /^Train/ }).first().click();
  const picture = page.locator(".mask-picture");
  // the recording's lanes go when it begins
  await expect(picture.getByRole("img", { name: /, at step 18$/ })).toBeVisible({ timeout: 120_000 });
  await expect(page.getByText(/^Finished · /)).toBeVisible();
  // a fifth of 1,152 weights; the source keeps nine tenths
  await expect(picture.getByText("conv2: 230 of 1,152 kept")).toBeVisible();
  await page.reload();
  await expect(picture.getByText("conv2: 230 of 1,152 kept")).toBeVisible();

  await page.getByRole("link", { name: "Network", exact: true }).click();
  const rail = page.getByRole("group", { name: "Layers" });
  await expect(rail.getByRole("button", { name: /^conv2 230 · 0\.200/ })).toBeVisible({ timeout: 60_000 });
  const sum = await stillPicture(page), button = page.getByRole("button", { name: "Activations" });
  await button.click();
  await expect(page.getByText(/^Activations of test image \d+\. /)).toBeVisible();
  await expect.poll(() => pictureSum(page), { timeout: 30_000 }).not.toBe(sum);
  await expect.poll(() => page.url()).toContain("#/network?activations=on");
  await button.click();
  await expect.poll(() => pictureSum(page), { timeout: 30_000 }).toBe(sum);
  await expect.poll(() => new URL(page.url()).hash).toBe("#/network");
});
