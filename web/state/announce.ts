/** What is said aloud: one polite region for the whole page, at most one sentence in 15 s besides what must be said now. */
import { signal } from "@preact/signals";

/** Between sentences that can wait. */
export const PAUSE_MS = 15_000;

/** The text of the region; the shell renders it. */
export const spoken = signal("");

let lastAt = -Infinity;
let waiting: { text: string; timer: ReturnType<typeof setTimeout> } | undefined;

/** Says it now: start, pause, finish, a link copied. What waited is dropped, since it is older. */
export function announce(text: string): void {
  drop();
  lastAt = performance.now();
  // The same sentence twice would be no change, hence not read.
  spoken.value = spoken.peek() === text ? `${text}\u00a0` : text;
}

/** Says it when 15 s have passed since the last sentence; a newer one takes its place. Evaluations, progress. */
export function announceSoon(text: string): void {
  const wait = lastAt + PAUSE_MS - performance.now();
  if (wait <= 0) return announce(text);
  drop();
  waiting = { text, timer: setTimeout(() => announce(text), wait) };
}

function drop(): void {
  if (waiting) clearTimeout(waiting.timer);
  waiting = undefined;
}
