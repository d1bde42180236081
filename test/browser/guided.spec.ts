/** The first minutes as a visitor has them: one press, captions with measured numbers, two more lanes, three ways on. */
import type { Page } from "@playwright/test";
import { LONGEST, type LongestTask, measureTasks, watchLongTasks } from "./long_tasks.ts";
import { expect, type Site, test } from "./site.ts";

const lane = (page: Page, name: string) => page.getByRole("group", { name, exact: true });
const caption = (page: Page, id: string) => page.locator(`[data-caption="${id}"]`);

/** A measured accuracy, as captions print it. */
const PERCENT = String.raw`\d+\.\d\u2009%`;

/** Presses what the visitor presses, and waits for what is said; the longest task from the press on. */
async function walk(site: Site, hash: string, patience: number): Promise<LongestTask> {
  const { page } = site, timeout = patience;
  await watchLongTasks(page);
  await site.open(hash);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(
    /^Throw away 90.% of a network at random\. Train what is left\.$/,
  );
  await expect(page.getByText(/^Recording, /)).toBeVisible();
  const press = page.getByRole("button", { name: "Train a small one" });
  await expect(press).toBeVisible({ timeout });
  const longest = await measureTasks(page);
  await press.click();
  for (const name of ["dense", "0.1 ERK"]) {
    await expect(lane(page, name).getByText(/^epoch \d+ of \d+/)).toBeVisible({ timeout });
    await expect(lane(page, name).getByText(/^\d[\d,.]*( k)? seen$/)).toBeVisible({ timeout });
  }
  await expect(caption(page, "learns")).toHaveText(
    new RegExp(
      `^(Still learns: ${PERCENT} with every weight, ${PERCENT} with 10\u2009% of them\\.|Learns, but \\d+\\.\\d\u2009points behind\\.)$`,
    ),
    { timeout },
  );
  await expect(caption(page, "pays")).toHaveText("Speed is not meaningful on a software adapter.");
  await page.getByRole("button", { name: "Keep only 1 %" }).click();
  await expect(caption(page, "starves")).toHaveText(
    /^\d+ channels? lost every input\. Uniform starves the small layers\.$/,
    { timeout },
  );
  await page.getByRole("button", { name: "Give small layers more" }).click();
  await expect(caption(page, "places")).toHaveText(
    new RegExp(`^Same weights kept, ${PERCENT} against ${PERCENT}\\.`),
    { timeout },
  );
  for (const name of ["dense", "0.1 ERK", "0.01 uniform", "0.01 ERK"]) await expect(lane(page, name)).toBeVisible();
  await expect(page.getByRole("button", { name: /^Keep only|^Give small/ })).toHaveCount(0);
  return await longest();
}

/** The three ways on, each from the captions. */
async function leave(page: Page): Promise<void> {
  for (
    const [name, view, shows] of [
      ["See the masks", "network", page.getByRole("region", { name: /^Layer of / }).first()],
      ["Where does the density go?", "density", page.getByRole("heading", { name: /uniform/i }).first()],
      ["Draw the whole curve", "sweep", page.locator("main").getByRole("heading").first()],
    ] as const
  ) {
    await page.getByRole("link", { name, exact: true }).click();
    await expect(page).toHaveURL(new RegExp(`#/${view}`));
    await expect(shows).toBeVisible({ timeout: 60_000 });
    await page.getByRole("link", { name: "Train", exact: true }).click();
  }
}

test(
  "one press, four lanes, four captions, three ways on; the page is never held for more than 100 ms @full",
  async ({ site }, info) => {
    test.slow(); // four networks on an emulated GPU
    const held = await walk(
      site,
      "#/train?v=1&width=8&data.limit=288&data.testLimit=100&train.batch=32&train.epochs=8&mask.rule=erk&vs=dense",
      90_000,
    );
    await leave(site.page);
    info.annotations.push({ type: "longest task", description: JSON.stringify(held) });
    expect(held.cpu).toBeLessThanOrEqual(LONGEST);
  },
);

test("the first visit without a link, on the small default @full", async ({ site }, info) => {
  test.setTimeout(900_000);
  const held = await walk(site, "", 300_000);
  await leave(site.page);
  info.annotations.push({ type: "longest task", description: JSON.stringify(held) });
  expect(held.cpu).toBeLessThanOrEqual(LONGEST);
});
