/** How long the page's own thread was busy at a stretch, from its first moment on. */
import type { Page } from "@playwright/test";

/** The longest that anything may hold the page, in milliseconds. */
export const LONGEST = 100;

interface LongTask {
  readonly start: number;
  readonly duration: number;
}

/** Begins to collect with the next page that is opened. */
export async function watchLongTasks(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const tasks: LongTask[] = [];
    Object.assign(globalThis, { longTasks: tasks });
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) tasks.push({ start: startTime, duration });
    }).observe({ type: "longtask", buffered: true });
  });
}

/** Milliseconds since the page was opened. */
export async function pageTime(page: Page): Promise<number> {
  return await page.evaluate(() => performance.now());
}

/** The longest task that began since a time of {@link pageTime}; 0 where none was long (over 50 ms). */
export async function longestTask(page: Page, since = 0): Promise<number> {
  const tasks = await page.evaluate(() => (globalThis as unknown as { longTasks: LongTask[] }).longTasks);
  return Math.max(0, ...tasks.filter(({ start }) => start >= since).map(({ duration }) => duration));
}
