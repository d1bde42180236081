/**
 * How long the page's own thread was held at a stretch, in two measures: by the clock, as the browser's long-task entries
 * have it, and in the thread's own time on the CPU. Where other programs want the cores too, and SwiftShader is one, a
 * thread waits for them in the middle of a task: the clock then says 1,074 ms of a layout that computes for 12.
 */
import type { Page } from "@playwright/test";
import { Buffer } from "node:buffer";

/** The longest that anything may hold the page, in milliseconds. */
export const LONGEST = 100;

interface LongTask {
  readonly start: number;
  readonly duration: number;
}

/** An event of Chromium's traces, as far as it is read here; times are in microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

/** Milliseconds. */
export interface LongestTask {
  /** By the clock; 0 where no task took over 50. */
  readonly clock: number;
  /** On the CPU. */
  readonly cpu: number;
}

/** Begins to collect entries with the next page that is opened. */
export async function watchLongTasks(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const tasks: LongTask[] = [];
    Object.assign(globalThis, { longTasks: tasks });
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) tasks.push({ start: startTime, duration });
    }).observe({ type: "longtask", buffered: true });
  });
}

/** The page's own clock, in milliseconds. */
export async function pageTime(page: Page): Promise<number> {
  return await page.evaluate(() => performance.now());
}

/** Milliseconds, by the clock, of the longest task that began since; 0 where none took over 50. Needs {@link watchLongTasks}. */
export async function longestTask(page: Page, since = 0): Promise<number> {
  const tasks = await page.evaluate(() => (globalThis as unknown as { longTasks: LongTask[] }).longTasks);
  return Math.max(0, ...tasks.filter(({ start }) => start >= since).map(({ duration }) => duration));
}

/** Measures from now on, or from the page's opening; the answer ends it. Needs {@link watchLongTasks} before that. */
export async function measureTasks(page: Page): Promise<() => Promise<LongestTask>> {
  const browser = page.context().browser()!;
  await browser.startTracing(page, { categories: ["disabled-by-default-devtools.timeline"] });
  const since = page.url() === "about:blank" ? 0 : await pageTime(page);
  return async () => ({ clock: await longestTask(page, since), cpu: busiest(await browser.stopTracing()) });
}

/** Longest time on the CPU of one task of a page's thread. */
function busiest(trace: Buffer): number {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const thread = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const pages = new Set(
    traceEvents.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain").map(thread),
  );
  let longest = 0, tasks = 0;
  for (const event of traceEvents) {
    if (event.name !== "RunTask" || event.ph !== "X" || event.tdur === undefined || !pages.has(thread(event))) continue;
    longest = Math.max(longest, event.tdur / 1000);
    tasks++;
  }
  // a trace that has nothing measures nothing
  if (tasks === 0) throw new Error("the trace has no task of the page's thread");
  return longest;
}
