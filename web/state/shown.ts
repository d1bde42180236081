/** Which runs are in the Train view, and how they stand. */
import { computed, signal } from "@preact/signals";
import type { LanePhase } from "../../src/worker/lab_types.ts";
import { findLane, type Lane } from "./lanes.ts";

/** Lanes that the view has room for, and that run at a time. */
export const MOST_LANES = 4;

/** Runs in the view, by their ids. */
export const shown = signal<readonly string[]>([]);

/** The lanes in the view, in their order. */
export const shownLanes = computed(() => shown.value.flatMap((id) => findLane(id) ?? []));

const GOING: readonly LanePhase[] = ["preparing", "running", "recovering"];
const OPEN: readonly LanePhase[] = [...GOING, "ready", "paused"];

/** Whether a lane is at work, or about to be. */
export function isGoing({ phase }: Lane): boolean {
  return GOING.includes(phase.value);
}

/** Whether a lane can be played, stepped and changed. */
export function isOpen({ phase }: Lane): boolean {
  return OPEN.includes(phase.value);
}

/** Whether any lane in the view is at work. */
export const anyGoing = computed(() => shownLanes.value.some(isGoing));

/** The sparse lane that the controls speak of: the first in the view that is no dense twin. */
export const subject = computed(() => shownLanes.value.find(({ rule }) => rule !== "dense") ?? shownLanes.value.at(-1));

/** Whether a lane in the view could be played. */
export const anyToPlay = computed(() =>
  shownLanes.value.some(({ phase }) => !["finished", "failed"].includes(phase.value))
);

/** Takes a run out of the view. It goes on, and no number of another changes. */
export function hideLane(lane: Lane): void {
  shown.value = shown.peek().filter((id) => id !== lane.id);
}

/** Puts a run into the view, in the place of one that has ended where there is no other. */
export function showLane(lane: Lane): void {
  if (shown.peek().includes(lane.id)) return;
  const all = shownLanes.peek(),
    out = all.length < MOST_LANES ? undefined : all.find((other) => !isOpen(other)) ?? all[0];
  shown.value = [...shown.peek().filter((id) => id !== out?.id), lane.id];
}
