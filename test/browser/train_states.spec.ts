/** States of the view Train that a GPU, a browser or a disk would make: forced in the page's workers, by the platform's own means. */
import type { Page, Worker } from "@playwright/test";
import { expect, test, weightsOf } from "./site.ts";

/** Nine steps an epoch of the narrowest network, one lane. */
const LONG = "#/train?v=1&width=8&data.limit=288&data.testLimit=100&train.batch=32&train.epochs=30&mask.rule=erk";

const lane = (page: Page) => page.getByRole("group", { name: "0.1 ERK", exact: true });
const press = (page: Page) => page.getByRole("button", { name: "Train a small one" }).click();
const atWork = (page: Page) => expect(lane(page).getByText(/^epoch \d+ of \d+/)).toBeVisible({ timeout: 90_000 });

/** What the tests have put into the lab's worker. */
interface Forced {
  devices: GPUDevice[];
  full?: boolean;
  outOfMemory?: boolean;
}
declare const globalThis: { forced: Forced } & typeof window;

/** Lets tests reach the device and the files of the lab's worker; before the page is opened. */
async function reachLab(page: Page): Promise<void> {
  const force = () => {
    const forced: Forced = globalThis.forced = { devices: [] };
    const request = GPUAdapter.prototype.requestDevice;
    GPUAdapter.prototype.requestDevice = async function (descriptor) {
      const device = await request.call(this, descriptor);
      forced.devices.push(device);
      return device;
    };
    const pop = GPUDevice.prototype.popErrorScope;
    GPUDevice.prototype.popErrorScope = async function () {
      const error = await pop.call(this);
      return forced.outOfMemory ? new GPUOutOfMemoryError("forced") : error;
    };
    const files = (globalThis as unknown as { FileSystemSyncAccessHandle: { prototype: { write: unknown } } })
      .FileSystemSyncAccessHandle.prototype;
    const write = files.write as (...rest: unknown[]) => number;
    files.write = function (...rest: unknown[]) {
      if (forced.full) throw new DOMException("forced", "QuotaExceededError");
      return write.apply(this, rest);
    };
  };
  // a worker's script begins too early for anything that is said to it from here
  await page.route(/lab_worker[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `(${force})();\n${await response.text()}` });
  });
}

/** The worker that has the device. */
async function labOf(page: Page): Promise<Worker> {
  for (const worker of page.workers()) {
    if (await worker.evaluate(() => (globalThis.forced?.devices.length ?? 0) > 0)) return worker;
  }
  throw new Error("no worker has opened a device");
}

async function loseDevice(page: Page): Promise<void> {
  await (await labOf(page)).evaluate(() => globalThis.forced.devices.at(-1)!.destroy());
}

/** After a loss: said in passing, and nothing is asked. */
async function isBack(page: Page): Promise<void> {
  await expect(lane(page).getByText(/^Back at step \d+, \d+ steps? repeated\.$/)).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("alert")).toHaveCount(0);
}

test("a GPU that is reset comes back by itself; an error of the engine names its step, its reason and its details", async ({ site, context }) => {
  const { page } = site;
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await reachLab(page);
  await site.open(LONG);
  await press(page);
  await atWork(page);
  await loseDevice(page);
  await isBack(page);
  await page.getByText("Events").click();
  await expect(page.locator(".notes").getByText(/^the GPU was reset; \d+ steps are repeated$/).first()).toBeVisible();
  await atWork(page);
  await (await labOf(page)).evaluate(() => {
    const error = new GPUValidationError("conv2 forward: forced");
    globalThis.forced.devices.at(-1)!.dispatchEvent(new GPUUncapturedErrorEvent("uncapturederror", { error }));
  });
  const message = lane(page).getByRole("alert");
  await expect(message.getByRole("heading")).toHaveText(/^Stopped at step \d+$/, { timeout: 30_000 });
  await expect(message).toContainText(
    /The GPU refused work: conv2 forward: forced\. (Nothing was saved yet|The run is saved at step \d+)\./,
  );
  await message.getByRole("button", { name: "Copy details" }).click();
  const details = await page.evaluate(() => navigator.clipboard.readText());
  expect(details).toMatch(/^run: 0\.1 ERK \(0\.1-erk-s1-.+\)$/m);
  expect(details).toMatch(/^error: engine: The GPU refused work: conv2 forward: forced/m);
});

test("no room on the GPU says what the run needs and offers a smaller one; a full storage says how full", async ({ site }) => {
  const { page } = site;
  await reachLab(page);
  await site.open(LONG.replace("width=8", "width=16").replace("train.batch=32", "train.batch=64"));
  await expect(page.getByText(/^Software adapter/)).toBeVisible({ timeout: 30_000 });
  const lab = await labOf(page);
  await lab.evaluate(() => void (globalThis.forced.outOfMemory = true));
  await press(page);
  const message = lane(page).getByRole("alert");
  await expect(message.getByRole("heading")).toHaveText(/^Needs about [\d.]+ MiB, this adapter has less\.$/, {
    timeout: 60_000,
  });
  await expect(message.getByRole("button", { name: "Use batch 32" })).toBeVisible();
  await lab.evaluate(() => void (globalThis.forced.outOfMemory = false));
  await message.getByRole("button", { name: "Use width 8" }).click();
  await atWork(page);
  const fill = async () => {
    await lab.evaluate(() => void (globalThis.forced.full = true));
    await expect(message.getByRole("heading")).toHaveText(
      /^Not saved: browser storage is full \([\d.]+ \w+ of [\d.]+ \w+\)\.$/,
      { timeout: 30_000 },
    );
    await lab.evaluate(() => void (globalThis.forced.full = false));
  };
  await fill();
  await message.getByRole("button", { name: "Resume" }).click();
  await atWork(page);
  await fill();
  const download = page.waitForEvent("download");
  await message.getByRole("button", { name: "Export and free" }).click();
  const file = (await download).suggestedFilename();
  expect(file).toMatch(/\.zip$/);

  // what has left is removed when the visitor says so, and nothing before
  const kept = page.getByRole("dialog", { name: "Kept in this browser" });
  await expect(kept.getByRole("heading", { name: `Saved as ${file}` })).toBeVisible();
  const runs = page.getByRole("region", { name: "Runs" });
  await expect(runs).toBeVisible();
  await kept.getByRole("button", { name: /^Remove what was saved \(.+\)$/ }).click();
  await expect(kept.getByText(/^[\d.]+ \w+ freed\.$/)).toBeVisible();
  // the run that found no room was never written: it is of this visit only
  await expect(kept.getByRole("listitem")).toHaveCount(1);
  await kept.getByRole("button", { name: /^Remove / }).click();
  await kept.getByRole("button", { name: "Remove for good" }).click();
  await expect(kept.getByText("Nothing yet.")).toBeVisible();
  await kept.getByRole("button", { name: "Close" }).click();
  await expect(runs).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.keyboard.press("8");
  await page.getByRole("button", { name: "What this browser keeps" }).click();
  await expect(kept.getByText("Nothing yet.")).toBeVisible();
});

test("a GPU that is reset three times makes the page ask; all runs are kept @full", async ({ site }) => {
  const { page } = site;
  await reachLab(page);
  await site.open(LONG);
  await press(page);
  await atWork(page);
  for (let loss = 1; loss <= 2; loss++) {
    await loseDevice(page);
    await isBack(page);
    await atWork(page);
  }
  await loseDevice(page);
  const message = page.getByRole("alert").filter({ hasText: "The GPU keeps resetting" });
  await expect(message).toContainText("Another program may need it, or a step takes too long.");
  await expect(message.getByRole("button", { name: "Continue with small submits" })).toBeVisible();
  await message.getByRole("button", { name: "Stop, keep runs" }).click();
  await expect(message).toBeHidden();
  await expect(lane(page).getByText(/^Stopped/)).toBeVisible();
  await page.getByRole("button", { name: "Go on: 0.1 ERK" }).click();
  await atWork(page);
});

test("lost in a hidden tab: it waits, comes back in silence, and ends with the bits of an undisturbed run @full", async ({ site }) => {
  const { page } = site;
  await reachLab(page);
  await site.open(LONG);
  await press(page);
  await atWork(page);
  const setHidden = (hidden: boolean) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
  await setHidden(true);
  await loseDevice(page);
  await expect(lane(page).getByText("The GPU was reset · recovering from step 0…")).toBeVisible();
  await page.waitForTimeout(1500);
  const opened = async () => await (await labOf(page)).evaluate(() => globalThis.forced.devices.length);
  expect(await opened(), "no device is opened for a page that nobody sees").toBe(1);
  await setHidden(false);
  await atWork(page);
  expect(await opened()).toBe(2);
  await expect(page.getByRole("alert")).toHaveCount(0);
  await expect(lane(page).getByText(/^Finished/)).toBeVisible({ timeout: 60_000 });
  await page.getByRole("button", { name: "Reset" }).click();
  await expect(lane(page).getByText("Ready")).toBeVisible({ timeout: 20_000 });
  await page.getByRole("region", { name: "Parameters" }).getByRole("button", { name: "Train", exact: true }).click();
  await expect(lane(page).getByText(/^Finished/)).toBeVisible({ timeout: 60_000 });
  const [first, second] = await weightsOf(page);
  expect(second).toBe(first);
});
