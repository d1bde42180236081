/** The view Train, on networks small enough for an emulated GPU. */
import { expect, test } from "./site.ts";

/** Eight steps an epoch of the narrowest network. */
const TINY =
  "#/train?v=1&width=8&data.limit=288&data.testLimit=100&train.batch=32&train.epochs=2&mask.rule=erk&vs=dense";

/** Lanes by their names. */
const lane = (page: import("@playwright/test").Page, name: string) => page.getByRole("group", { name, exact: true });

test("both lanes train after one press; captions with measured numbers and ways on appear; a reload keeps the runs", async ({ site }) => {
  const { page } = site;
  await site.open(TINY);
  await expect(page.getByText(/^Software adapter \(.+\): training is real/)).toBeVisible();
  await page.getByRole("button", { name: "Train a small one" }).click();
  const dense = lane(page, "dense"), sparse = lane(page, "0.1 ERK");
  const learns = page.locator('[data-caption="learns"]');
  await expect(learns).toHaveText(
    /^(Still learns: \d+\.\d\u2009% with every weight, \d+\.\d\u2009% with 10\u2009% of them\.|Learns, but \d+\.\d\u2009points behind\.)$/,
    { timeout: 90_000 },
  );
  await expect(page.locator('[data-caption="pays"]')).toHaveText("Speed is not meaningful on a software adapter.");
  for (const one of [dense, sparse]) await expect(one.getByText(/^Finished · /)).toBeVisible({ timeout: 60_000 });
  await expect(sparse.getByText(/^0\.100 asked → 0\.\d{3,4} kept,$/)).toBeVisible();
  await expect(sparse.getByText(/ms \(.+ms\)/)).toBeVisible();
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

test("a lane that is paused stays where it is, takes one step, and goes on after a reload", async ({ site }) => {
  const { page } = site;
  await site.open(TINY.replace("train.epochs=2", "train.epochs=400").replace("&vs=dense", ""));
  await page.getByRole("button", { name: "Train a small one" }).click();
  const sparse = lane(page, "0.1 ERK");
  await sparse.getByRole("button", { name: "Pause: 0.1 ERK" }).click({ timeout: 60_000 });
  const paused = sparse.getByText(/^Paused at step/);
  await expect(paused).toBeVisible({ timeout: 20_000 });
  const stepOf = async () => Number(/step ([\d,]+)/.exec(await paused.textContent() ?? "")![1].replace(",", ""));
  const before = await stepOf();
  await sparse.getByRole("button", { name: "One step: 0.1 ERK" }).click();
  await expect.poll(stepOf, { timeout: 20_000 }).toBe(before + 1);
  // more than a checkpoint's interval, so that there is one to go on from
  await sparse.getByRole("button", { name: "Go on: 0.1 ERK" }).click();
  await page.getByText("Events").click();
  await expect(page.locator(".notes").getByText("saved").first()).toBeVisible({ timeout: 40_000 });
  await page.reload();
  await expect(sparse.getByText(/^Stopped, saved at step \d+/)).toBeVisible();
  const saved = Number(
    /step ([\d,]+)/.exec(await sparse.getByText(/^Stopped, saved/).textContent() ?? "")![1].replace(",", ""),
  );
  await sparse.getByRole("button", { name: "Go on: 0.1 ERK" }).click();
  await sparse.getByRole("button", { name: "Pause: 0.1 ERK" }).click({ timeout: 60_000 });
  await expect(paused).toBeVisible({ timeout: 20_000 });
  expect(await stepOf()).toBeGreaterThan(saved);
});

test("a network that diverges says so in words, and is tried again at a third", async ({ site }) => {
  const { page } = site;
  await site.open(TINY.replace("&vs=dense", "") + "&train.lr=1e12");
  await page.getByRole("button", { name: "Train a small one" }).click();
  const message = lane(page, "0.1 ERK").getByRole("alert");
  await expect(message.getByRole("heading")).toHaveText(/^Diverged at step \d+$/, { timeout: 90_000 });
  await expect(message).toContainText(
    /The loss became (NaN|∞)\. Learning rate 1000000000000 is too high for this network\./,
  );
  await expect(message.getByRole("button", { name: /^Retry at 330000000000, same seed$/ })).toBeVisible();
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
