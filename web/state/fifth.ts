/** More runs than the view has room for: the fifth asks, and waits or takes a place. */
import { effect, signal } from "@preact/signals";
import { stopLane } from "./lane_acts.ts";
import { startLane } from "./lane_start.ts";
import type { Lane } from "./lanes.ts";
import type { Settings } from "./settings.ts";
import { hideLane, isOpen, MOST_LANES, shownLanes } from "./shown.ts";

/** A fifth run waits for an answer. */
export const fifth = signal<{ readonly settings: Settings; readonly replaces: Lane } | undefined>(undefined);
/** Runs that start when one has ended. */
export const queued = signal<readonly Settings[]>([]);

/** Adds a run beside those in the view; the fifth asks. */
export async function addLane(settings: Settings): Promise<void> {
  const all = shownLanes.peek();
  if (all.length < MOST_LANES) {
    await startLane(settings);
    return;
  }
  const replaces = all.find((lane) => !isOpen(lane)) ?? all[0];
  fifth.value = { settings, replaces };
}

/** The fifth run takes a place: the other one stays among the runs, stopped where it was. */
export async function replaceFor(settings: Settings, other: Lane): Promise<void> {
  fifth.value = undefined;
  hideLane(other);
  if (isOpen(other)) await stopLane(other);
  await startLane(settings);
}

/** The fifth run waits until another has ended. */
export function queueRun(settings: Settings): void {
  fifth.value = undefined;
  queued.value = [...queued.peek(), settings];
}

effect(() => {
  const [next, ...others] = queued.value, ended = shownLanes.value.find((lane) => !isOpen(lane));
  if (next === undefined || ended === undefined) return;
  queueMicrotask(() => {
    if (queued.peek()[0] !== next) return;
    queued.value = others;
    void replaceFor(next, ended);
  });
});
