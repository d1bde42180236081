/** What a screen reader is told while networks train: seldom, whole sentences, with units. */
import { expect, test } from "./site.ts";

interface Said {
  readonly at: number;
  readonly text: string;
}

const WATCHED = 60_000, PAUSE = 15_000;

test("in a minute of training at most one sentence in 15 s is said, with units @full", async ({ site }, info) => {
  test.setTimeout(240_000);
  const { page } = site;
  await page.addInitScript(() => {
    const said: Said[] = [];
    Object.assign(globalThis, { said });
    new MutationObserver(() => {
      const text = document.querySelector('[role="status"][aria-live="polite"]')?.textContent ?? "";
      if (text !== "" && text !== said.at(-1)?.text) said.push({ at: performance.now(), text });
    }).observe(document, { subtree: true, childList: true, characterData: true });
  });
  await site.open(
    "#/train?v=1&width=8&data.limit=288&data.testLimit=100&train.batch=32&train.epochs=500&mask.rule=erk&vs=dense",
  );
  expect(await page.locator('[aria-live]:not([role="status"]), [role="log"], [role="timer"]').count()).toBe(0);
  await expect(page.getByRole("status")).toHaveCount(1);
  await page.getByRole("button", { name: "Train a small one" }).click();
  await expect(page.getByRole("group", { name: "dense" }).getByText(/^epoch \d+ of 500/)).toBeVisible({
    timeout: 90_000,
  });
  const from = await page.evaluate(() => performance.now());
  await page.waitForTimeout(WATCHED);
  const all = await page.evaluate(() => (globalThis as unknown as { said: Said[] }).said);
  info.annotations.push({ type: "said", description: JSON.stringify(all) });
  const said = all.filter(({ at }) => at >= from);
  expect(said.length).toBeGreaterThan(0);
  expect(said.length).toBeLessThanOrEqual(WATCHED / PAUSE);
  for (const [i, { at }] of said.entries()) {
    // a timer may come a little early
    if (i > 0) expect(at - said[i - 1].at).toBeGreaterThan(PAUSE - 100);
  }
  // either of the two may be evaluated first
  for (const { text } of said) {
    expect(text).toMatch(
      /^(Dense \d+ per cent(, sparse \d+)?|Sparse \d+ per cent)(, \d+ (seconds|minutes) left)?\u00a0?$/,
    );
  }
});
