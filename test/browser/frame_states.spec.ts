/** States of the frame that an engine, a storage or another tab would make: set through the modules of the sources. */
import AxeBuilder from "@axe-core/playwright";
import { expect, openSources, secondTab, test } from "./site.ts";
import type { Page } from "@playwright/test";

/** Two runs as the engine would have told of them. */
async function addRuns(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const module = "/web/state/lanes.ts";
    const { lanes, newLane } = await import(module) as typeof import("../../web/state/lanes.ts");
    const { DEFAULT_CONFIG } = await import("/test/browser/pages/default_config.ts" as string) as {
      DEFAULT_CONFIG: { mask: object };
    };
    const config = DEFAULT_CONFIG;
    const dense = newLane({
      id: "dense",
      title: "dense",
      settings: {},
      config: { ...config, mask: { ...config.mask, rule: "dense", density: 1 } },
      rule: "dense",
    });
    const sparse = newLane({ id: "sparse", title: "0.1 uniform", settings: {}, config, rule: "uniform" });
    for (const [lane, secondsLeft] of [[dense, 82], [sparse, 41]] as const) {
      lane.phase.value = "running";
      const step = { median: 4, low: 3.9, high: 4.1, n: 40 };
      lane.time.value = { kind: "time", lane: lane.id, step, images: 5120, gpuSeconds: 1, done: 0.4, secondsLeft };
    }
    lanes.value = [dense, sparse];
  });
}

test("the run strip shows each run, pauses it, and compares two", async ({ page }) => {
  await openSources(page, "#/theory");
  await expect(page.getByRole("region", { name: "Runs" })).toBeHidden();
  await addRuns(page);
  const strip = page.getByRole("region", { name: "Runs" });
  await expect(strip.getByRole("listitem")).toHaveCount(2);
  await expect(strip).toContainText("1\u2009min 20\u2009s left");
  await page.evaluate(async () => {
    const module = "/web/state/actions.ts";
    const { offer } = await import(module) as typeof import("../../web/state/actions.ts");
    const paused: string[] = [];
    Object.assign(globalThis, { paused });
    offer({ pause: (lane) => paused.push(lane), overlap: () => Promise.resolve(0.1) });
  });
  await strip.getByRole("button", { name: "Pause 0.1 uniform" }).click();
  expect(await page.evaluate(() => (globalThis as unknown as { paused: string[] }).paused)).toEqual(["sparse"]);

  await strip.getByRole("checkbox", { name: "Compare dense" }).check();
  await strip.getByRole("checkbox", { name: "Compare 0.1 uniform" }).check();
  const comparison = page.getByRole("group", { name: "dense compared with 0.1 uniform" });
  await expect(comparison.getByRole("row", { name: "mask.rule dense uniform" })).toBeVisible();
  await expect(comparison.getByRole("row")).toHaveCount(3);
  await expect(comparison).toContainText("Mask overlap 0.100");
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await comparison.getByRole("button", { name: "Stop comparing" }).click();
  await expect(comparison).toBeHidden();
});

test("at most one sentence in 15 s besides what must be said at once", async ({ page }) => {
  await page.clock.install();
  await openSources(page, "#/theory");
  const said = await page.evaluate(async () => {
    const module = "/web/state/announce.ts";
    const { announce, announceSoon, spoken } = await import(module) as typeof import("../../web/state/announce.ts");
    const said: string[] = [];
    spoken.subscribe((text) => text && said.push(text));
    Object.assign(globalThis, { said, announceSoon });
    announce("Training starts.");
    return said;
  });
  expect(said).toEqual(["Training starts."]);
  for (let second = 0; second < 60; second++) {
    await page.evaluate((second) => {
      const { announceSoon } = globalThis as unknown as { announceSoon: (text: string) => void };
      announceSoon(`Dense 86 per cent, ${60 - second} seconds left.`);
    }, second);
    await page.clock.runFor(1000);
  }
  const all = await page.evaluate(() => (globalThis as unknown as { said: string[] }).said);
  expect(all.length).toBeGreaterThanOrEqual(4);
  expect(all.length, all.join("\n")).toBeLessThanOrEqual(5);
  await expect(page.getByRole("status").first()).toContainText("per cent");
});

test("lanes of one tab that ask to train at once are all let", async ({ page }) => {
  await openSources(page, "#/theory");
  const claims = await page.evaluate(async () => {
    const module = "/web/state/training_lock.ts";
    const { claimTraining } = await import(module) as typeof import("../../web/state/training_lock.ts");
    return await Promise.all([claimTraining(), claimTraining(), claimTraining()]);
  });
  expect(claims).toEqual([true, true, true]);
  await expect(page.getByText("Training in another tab.")).toHaveCount(0);
});

test("one tab trains; another one says so, watches, and takes over", async ({ page, context }) => {
  await openSources(page, "#/theory");
  await addRuns(page);
  const claim = (tab: Page) =>
    tab.evaluate(async () => {
      const module = "/web/state/training_lock.ts";
      const { claimTraining, onTrainingMoves } = await import(
        module
      ) as typeof import("../../web/state/training_lock.ts");
      const moves: string[] = [];
      Object.assign(globalThis, { moves });
      const stop = () => Promise.resolve(void moves.push("stop"));
      onTrainingMoves({ stop, goOn: () => moves.push("go on"), comeBack: () => moves.push("come back") });
      return await claimTraining();
    });
  const moves = (tab: Page) => tab.evaluate(() => (globalThis as unknown as { moves: string[] }).moves);
  expect(await claim(page)).toBe(true);
  const other = await secondTab(context);
  await expect(other.getByText("Training in another tab.")).toBeVisible();
  expect(await claim(other)).toBe(false);
  await other.getByRole("button", { name: "Watch" }).click();
  await expect(other.getByRole("region", { name: "Runs" })).toContainText("0.1 uniform");
  await expect(other.getByRole("region", { name: "Runs" })).toContainText("40\u2009s left");
  await other.getByRole("button", { name: "Take over" }).click();
  await expect(other.getByText("Training in another tab.")).toBeHidden();
  await expect(page.getByText("Training in another tab.")).toBeVisible();
  expect(await moves(page)).toEqual(["stop"]);
  expect(await moves(other)).toEqual(["stop", "go on"]);
  await other.close();
  await expect(page.getByText("Training in another tab."), "a closed tab holds nothing").toBeHidden();
});

test("a drop is planned before anything is done with it, and a bad file says what is wrong", async ({ page }) => {
  await openSources(page, "#/theory");
  await page.evaluate(async () => {
    const module = "/web/state/drop.ts";
    const { keepDropsIn } = await import(module) as typeof import("../../web/state/drop.ts");
    const plan = {
      id: "1",
      kind: "dataset",
      sentence: "CIFAR-10 binary, 60,000 images, 170 MB, needs 184 MB of storage",
      source: "cifar-10-binary.tar.gz",
      files: 1,
      bytes: 170e6,
      needs: 184e6,
      available: 1e9,
      dataset: { format: "cifar10", name: "cifar10", title: "CIFAR-10", present: false, needsTestFraction: false },
    } as const;
    const heading = "train.bin is cut short", body = "30,720,000 of 30,730,000 bytes. Nothing was changed.";
    const calls: string[] = [];
    Object.assign(globalThis, { calls });
    const storage = {
      plan: (files: readonly { path: string }[]) => {
        calls.push(`plan ${files.map(({ path }) => path).join()}`);
        return Promise.resolve(files[0].path === "train.bin" ? { ...plan, problem: { heading, body } } : plan);
      },
      take: (id: string) => {
        calls.push(`take ${id}`);
        return Promise.resolve({ kind: "dataset", dataset: { title: "CIFAR-10" } });
      },
      cancel: () => Promise.resolve(),
      forget: (id: string) => Promise.resolve(void calls.push(`forget ${id}`)),
    };
    keepDropsIn(() => storage as never);
  });
  const drag = (kind: string, name: string) =>
    page.evaluate(([kind, name]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(["x"], name));
      dispatchEvent(new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }));
    }, [kind, name] as const);
  const calls = () => page.evaluate(() => (globalThis as unknown as { calls: string[] }).calls);

  await drag("dragenter", "cifar-10-binary.tar.gz");
  await expect(page.getByText("Drop: image, data set, run or report")).toBeVisible();
  await drag("drop", "cifar-10-binary.tar.gz");
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("CIFAR-10 binary, 60,000 images, 170 MB, needs 184 MB of storage");
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(dialog).toBeHidden();
  expect(await calls()).toEqual(["plan cifar-10-binary.tar.gz", "forget 1"]);

  await drag("drop", "cifar-10-binary.tar.gz");
  await dialog.getByRole("button", { name: "Use" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("status").first()).toContainText("CIFAR-10 is ready.");

  await drag("drop", "train.bin");
  await expect(dialog.getByRole("heading")).toHaveText("train.bin is cut short");
  await expect(dialog.getByRole("alert")).toHaveText("30,720,000 of 30,730,000 bytes. Nothing was changed.");
  await dialog.getByRole("button", { name: "Expected layout" }).click();
  await expect(dialog).toContainText("train-images-idx3-ubyte");
  await expect(dialog.getByRole("button", { name: "Choose another" })).toBeVisible();
});
