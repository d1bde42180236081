/** The view Train, on networks small enough for an emulated GPU. */
import type { Locator, Page } from "@playwright/test";
import { LONGEST, longestTask, measureTasks, pageTime, watchLongTasks } from "./long_tasks.ts";
import { expect, openSources, test } from "./site.ts";

/** Eight steps an epoch of the narrowest network. */
const TINY =
  "#/train?v=1&width=8&data.limit=288&data.testLimit=100&train.batch=32&train.epochs=4&mask.rule=erk&vs=dense";

/** Lanes by their names. */
const lane = (page: Page, name: string) => page.getByRole("group", { name, exact: true });

/** The step in a line such as "Paused at step 1,234". */
async function stepOf(line: Locator): Promise<number> {
  return Number(/step ([\d,]+)/.exec(await line.textContent() ?? "")![1].replaceAll(",", ""));
}

/** "in 5.81 s", in seconds. */
async function gpuSeconds(one: Locator): Promise<number> {
  const [, value, unit] = /in ([\d.]+)\u2009(ms|s)/.exec(await one.getByText(/^in [\d.]+/).textContent() ?? "")!;
  return Number(value) / (unit === "ms" ? 1000 : 1);
}

test("both lanes train after one press; captions with measured numbers and ways on appear; a reload keeps the runs", async ({ site }) => {
  const { page } = site;
  await site.open(TINY);
  await expect(page.getByText(/^Software adapter \(.+\): training is real/)).toBeVisible({ timeout: 30_000 });
  await page.getByRole("button", { name: "Train a small one" }).click();
  const dense = lane(page, "dense"), sparse = lane(page, "0.1 ERK");
  for (const one of [dense, sparse]) await expect(one.getByText(/^epoch \d of 4/)).toBeVisible({ timeout: 90_000 });
  await expect(page.getByText("Training in another tab.")).toHaveCount(0);
  const all = page.getByRole("region", { name: "Parameters" });
  await all.getByRole("button", { name: "Pause" }).click();
  const paused = sparse.getByText(/^Paused at step/);
  await expect(paused).toBeVisible();
  const before = await stepOf(paused);
  await sparse.getByRole("button", { name: "One step: 0.1 ERK" }).click();
  await expect.poll(() => stepOf(paused)).toBe(before + 1);
  await all.getByRole("button", { name: "Train" }).click();
  const learns = page.locator('[data-caption="learns"]');
  await expect(learns).toHaveText(
    /^(Still learns: \d+\.\d\u2009% with every weight, \d+\.\d\u2009% with 10\u2009% of them\.|Learns, but \d+\.\d\u2009points behind\.)$/,
    { timeout: 90_000 },
  );
  await expect(page.locator('[data-caption="pays"]')).toHaveText("Speed is not meaningful on a software adapter.");
  for (const one of [dense, sparse]) await expect(one.getByText(/^Finished · /)).toBeVisible({ timeout: 60_000 });
  await expect(sparse.getByText(/^0\.100 asked → 0\.\d{3,4} kept,$/)).toBeVisible();
  await expect(sparse.getByText(/^\([\d.]+–[\d.]+\u2009ms\)$/)).toBeVisible();
  for (
    const [name, view] of [["See the masks", "network"], ["Where does the density go?", "density"], [
      "Draw the whole curve",
      "sweep",
    ]]
  ) {
    await expect(page.getByRole("link", { name })).toHaveAttribute("href", new RegExp(`^#/${view}`));
  }
  const numbers = await page.locator(".lane-number .large").allTextContents();
  await page.reload();
  await expect(page.locator(".lane-number .large")).toHaveText(numbers);
  await expect(sparse.getByText("Finished")).toBeVisible();
});

test("both lanes are compiled before the press, and a press that never comes leaves nothing behind @full", async ({ page }) => {
  await openSources(page, TINY);
  const state = () =>
    page.evaluate(async () => {
      const module = "/web/state/lanes.ts";
      const { lanes, unlisted } = await import(module) as typeof import("../../web/state/lanes.ts");
      const of = (list: typeof lanes) => list.value.map(({ title, phase }) => `${title} ${phase.value}`);
      const folders: string[] = [];
      const root = await navigator.storage.getDirectory();
      for await (const name of (root as unknown as { keys(): AsyncIterable<string> }).keys()) folders.push(name);
      return { listed: of(lanes), prepared: of(unlisted), runs: folders.includes("runs") };
    });
  const waiting = (...titles: string[]) => ({ listed: [], prepared: titles.map((one) => `${one} ready`), runs: false });
  await expect.poll(state, { timeout: 60_000 }).toEqual(waiting("dense", "0.1 ERK"));
  await expect(page.getByRole("region", { name: "Runs" })).toBeHidden();
  // what is set otherwise is prepared instead
  const [density] = await page.getByRole("textbox", { name: "Density" }).all();
  await density.fill("0.2");
  await density.press("Enter");
  await expect.poll(state, { timeout: 60_000 }).toEqual(waiting("dense", "0.2 ERK"));
  const pressed = Date.now();
  await page.getByRole("button", { name: "Train a small one" }).click();
  for (const name of ["dense", "0.2 ERK"]) await expect(lane(page, name).getByText(/^epoch \d of 4/)).toBeVisible();
  test.info().annotations.push({
    type: "time",
    description: `${Date.now() - pressed} ms from the press to both lanes`,
  });
  await expect(lane(page, "0.1 ERK")).toHaveCount(0);
});

test("the page stays at hand while it prepares on a software adapter @full", async ({ site }) => {
  const { page } = site;
  await watchLongTasks(page);
  const longest = await measureTasks(page);
  await site.open();
  await expect(page.getByText(/^Software adapter/)).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("button", { name: /preparing/ })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("button", { name: /\(software\)/ })).toBeVisible({ timeout: 60_000 });
  // compiling for a software adapter takes all cores: only the thread's own time tells what the page does
  const held = await longest();
  test.info().annotations.push({ type: "longest task", description: JSON.stringify(held) });
  expect(held.cpu).toBeLessThanOrEqual(LONGEST);
  // the size that suits the adapter, and not that of a link
  await expect(page.getByRole("radio", { name: "8", exact: true })).toBeChecked();
});

test("a lane goes on from its checkpoint after a reload @full", async ({ site }) => {
  const { page } = site;
  await site.open(TINY.replace("train.epochs=4", "train.epochs=400").replace("&vs=dense", ""));
  await page.getByRole("button", { name: "Train a small one" }).click();
  const sparse = lane(page, "0.1 ERK");
  await page.getByText("Events").click();
  await expect(page.locator(".notes").getByText("saved").first()).toBeVisible({ timeout: 90_000 });
  await page.reload();
  const stopped = sparse.getByText(/^Stopped, saved at step \d+/);
  await expect(stopped).toBeVisible();
  const saved = await stepOf(stopped);
  await sparse.getByRole("button", { name: "Go on: 0.1 ERK" }).click();
  await sparse.getByRole("button", { name: "Pause: 0.1 ERK" }).click({ timeout: 60_000 });
  const paused = sparse.getByText(/^Paused at step/);
  await expect(paused).toBeVisible({ timeout: 20_000 });
  expect(await stepOf(paused)).toBeGreaterThan(saved);
});

test("lanes side by side have equal GPU time, and hiding one changes no number of another @full", async ({ site }) => {
  const { page } = site;
  // evaluations are rare: they have their share of the GPU too, and are not counted here
  await watchLongTasks(page);
  await site.open(TINY.replace("train.epochs=4", "train.epochs=400").replace("data.limit=288", "data.limit=9000"));
  await page.getByRole("button", { name: "Train a small one" }).click();
  const dense = lane(page, "dense"), sparse = lane(page, "0.1 ERK");
  for (const one of [dense, sparse]) await expect(one.getByText(/^epoch \d+ of 400/)).toBeVisible({ timeout: 90_000 });
  const since = await pageTime(page);
  await page.waitForTimeout(15_000);
  await page.getByRole("region", { name: "Parameters" }).getByRole("button", { name: "Pause" }).click();
  for (const one of [dense, sparse]) await expect(one.getByText(/^Paused at step/)).toBeVisible();
  expect(await longestTask(page, since)).toBeLessThanOrEqual(LONGEST);
  const [a, b] = [await gpuSeconds(dense), await gpuSeconds(sparse)];
  expect(Math.abs(a - b) / Math.max(a, b)).toBeLessThan(0.1);
  // as it is written, not as it is broken into lines: the lane is wider when it is alone
  const numbers = await sparse.textContent();
  await dense.getByRole("button", { name: "Hide dense" }).click();
  await expect(dense).toBeHidden();
  expect(await sparse.textContent()).toBe(numbers);
});

test("a network that diverges says so in words, and is tried again at a third", async ({ site }) => {
  const { page } = site;
  await site.open(TINY.replace("&vs=dense", "") + "&train.lr=100");
  await page.getByRole("button", { name: "Train a small one" }).click();
  const message = lane(page, "0.1 ERK").getByRole("alert");
  await expect(message.getByRole("heading")).toHaveText(/^Diverged at step \d+$/, { timeout: 90_000 });
  await expect(message).toContainText(
    /The loss became (NaN|∞)\. Learning rate 100 is too high for this network\./,
  );
  await expect(message.getByRole("button", { name: /^Retry at 33, same seed$/ })).toBeVisible();
  await expect(message.getByRole("button", { name: "Copy details" })).toBeVisible();
});

test("without WebGPU the recording plays, in the past tense, and says whose it is", async ({ site }) => {
  const { page } = site;
  await page.addInitScript(() => delete (Navigator.prototype as { gpu?: unknown }).gpu);
  await site.open();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(
    "Throw away 90\u2009% of a network at random. Train what is left.",
  );
  await expect(page.getByText("This browser has no WebGPU, so this is a recording.")).toContainText(
    "Density, Theory and Results work fully. To train: Chrome or Edge 113+, Safari 26+, or Firefox 141+ on Windows.",
  );
  await expect(page.getByText(/^Recording, .+, \d+ \w+ \d{4}$/)).toBeVisible();
  await expect(page.locator('[data-caption="learns"]')).toContainText(/^(Still learned:|Learned, but)/);
  await expect(page.locator('[data-caption="pays"]')).toContainText("On the recorded machine: ");
  await page.getByRole("button", { name: "Keep only 1 %" }).click();
  await page.getByRole("button", { name: "Give small layers more" }).click();
  await expect(page.locator('[data-caption="starves"]')).toContainText("lost every input.");
  await expect(page.locator('[data-caption="places"]')).toContainText("Same weights kept, ");
  await expect(page.locator(".lane")).toHaveCount(4);
  const place = page.getByRole("slider", { name: "Place in the recording" });
  const end = Number(await place.inputValue());
  await page.getByRole("button", { name: "Play the recording" }).first().click();
  await expect.poll(async () => Number(await place.inputValue())).toBeGreaterThan(0);
  expect(Number(await place.inputValue())).toBeLessThan(end);
  await page.getByRole("button", { name: "Pause the recording" }).first().click();
});
