/** The view "Try it": networks in training answer about test images, silhouettes, strokes and photographs. */
import { type Locator, type Page } from "@playwright/test";
import { expect, test } from "./site.ts";

test("without a network the view says so", async ({ site }) => {
  await site.open("#/try");
  await expect(site.page.getByRole("heading", { name: "No network yet" })).toBeVisible();
  await expect(site.page.getByText("Train one, or open a run.")).toBeVisible();
  await expect(site.page.getByRole("link", { name: "Open a run" })).toHaveAttribute("href", "#/results");
});

/** Names and percentages of one run's answer. */
const lines = (page: Page, run: Locator = page.locator(".answer").first()) => run.locator("li");

test("networks in training answer about silhouettes, strokes, test images and photographs", async ({ site }) => {
  const { page } = site;
  await page.setViewportSize({ width: 1280, height: 900 });
  await site.open("#/train");
  await page.getByRole("button", { name: /^Train (both|a small one)/ }).first().click();
  await page.getByRole("link", { name: "Try it" }).click();
  await expect(page.getByText("A wrong answer here is expected.")).toBeVisible({ timeout: 30_000 });
  // nobody has to draw first: a test image is there, and answers to it
  await expect(page.getByText(/^Test image \d+: .+\. Erase, or paint on it\.$/)).toBeVisible({ timeout: 30_000 });
  await page.getByRole("button", { name: "trouser", exact: true }).click();
  await expect(lines(page)).toHaveCount(3, { timeout: 60_000 });
  for (const text of await lines(page).allTextContents()) expect(text).toMatch(/\d\.\d\u2009%$/);
  await expect(page.locator(".answer")).toHaveCount(2, { timeout: 60_000 });

  // what the network sees is the pad by area, and strokes change it
  const before = await lines(page).allTextContents();
  await page.getByRole("radio", { name: "Erase" }).check({ force: true });
  const pad = page.locator(".pad canvas"), box = (await pad.boundingBox())!;
  await page.mouse.move(box.x + 20, box.y + 20);
  await page.mouse.down();
  for (let i = 1; i <= 12; i++) {
    await page.mouse.move(box.x + 20 + i * box.width / 14, box.y + 20 + i * box.height / 14);
  }
  await page.mouse.up();
  await expect.poll(() => lines(page).allTextContents()).not.toEqual(before);

  // a test image, found by what the networks say of it
  const thumbs = page.getByRole("region", { name: "Test images" }).getByRole("listitem").getByRole("button");
  await expect(thumbs).toHaveCount(12, { timeout: 60_000 });
  await thumbs.first().click();
  await expect(page.getByText(/^Test image \d+: .+\. Erase, or paint on it\.$/)).toBeVisible();
  const nearest = page.getByRole("region", { name: "Nearest training images" });
  await expect(nearest.getByRole("img")).toHaveCount(6);
  await expect(page.getByText(/^(The networks disagree about the first \d+|The networks agree about all of these)\.$/))
    .toBeVisible({ timeout: 60_000 });

  // a photograph on a light ground is inverted
  const png = await page.evaluate(() => {
    const canvas = document.createElement("canvas");
    canvas.width = 200;
    canvas.height = 160;
    const context = canvas.getContext("2d")!;
    context.fillStyle = "#f4f4f4";
    context.fillRect(0, 0, 200, 160);
    context.fillStyle = "#404040";
    context.fillRect(60, 20, 80, 120);
    return canvas.toDataURL("image/png").split(",")[1];
  });
  const buffer = Buffer.from(png, "base64");
  await page.getByLabel("Choose a photograph").setInputFiles({ name: "dress.png", mimeType: "image/png", buffer });
  await expect(page.getByText("dress.png: grey, trimmed, inverted since its background is light.")).toBeVisible();
  await page.getByLabel("Choose a photograph").setInputFiles({
    name: "notes.png",
    mimeType: "image/png",
    buffer: Buffer.from("no picture"),
  });
  await expect(page.getByText("This file is no picture that this browser can read")).toBeVisible();
});
