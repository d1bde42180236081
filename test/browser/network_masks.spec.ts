import { expect, test } from "./site.ts";

test("without WebGPU the address names run and layer of the recording", async ({ site }) => {
  const { page } = site;
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, "gpu", { get: () => undefined }));
  await site.open("#/network?layer=conv3&zoom=2&colour=size");
  await expect(page.getByRole("img", { name: /^conv3, / })).toBeVisible();
  await expect(page.getByText("Ignored in this link: zoom")).toBeVisible();
  await expect(page.getByText("colour size is not one of weight, gradient, survival; using weight")).toBeVisible();
  await expect.poll(() => new URL(page.url()).hash).toBe("#/network?layer=conv3");
  await page.getByRole("button", { name: "Layer before" }).click();
  await page.getByRole("group", { name: "Run" }).getByRole("button").first().click();
  await expect.poll(() => new URL(page.url()).hash).toBe("#/network?run=recorded-0&layer=conv2");
  // and back again out of it
  await page.reload();
  await expect(page.getByRole("img", { name: /^conv2, / })).toBeVisible();
  await expect(page.getByRole("group", { name: "Run" }).getByRole("button").first())
    .toHaveAttribute("aria-pressed", "true");
});

test("without WebGPU the Network view shows the recording's masks, a layer at a time", async ({ site }) => {
  const { page } = site;
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, "gpu", { get: () => undefined }));
  await site.open("#/network");
  await expect(page.getByText(/^Recording, .+, \d{4}-\d\d-\d\d$/)).toBeVisible();
  const tile = page.getByRole("img", { name: /^conv1, \d+ outputs by 1 input, [\d,]+ of [\d,]+ kept, density / });
  await expect(tile).toBeVisible();
  // something is kept, and something is not: at least two colours
  const colours = await tile.evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
  });
  expect(colours).toBe(2);
  await page.getByRole("button", { name: "Next layer" }).click();
  await expect(page.getByRole("img", { name: /^conv2, / })).toBeVisible();
  await page.getByRole("group", { name: "Layers" }).getByRole("button", { name: /^conv4 / }).click();
  await expect(page.getByRole("img", { name: /^conv4, / })).toBeVisible();
});
