/** The two runs that are compared: ticked in the run strip, overlaid by the charts. */
import { computed, signal } from "@preact/signals";
import { type Lane, lanes } from "./lanes.ts";

const ticked = signal<readonly string[]>([]);

/** Ids of the ticked runs that there are, at most two. */
export const compared = computed(() => ticked.value.filter((id) => lanes.value.some((lane) => lane.id === id)));

/** Both runs, once two are ticked. */
export const comparedLanes = computed<readonly [Lane, Lane] | undefined>(() => {
  const [a, b] = compared.value.map((id) => lanes.value.find((lane) => lane.id === id)!);
  return a && b ? [a, b] : undefined;
});

/** Ticks a run or takes the tick away; of three, the oldest tick goes. */
export function toggleCompared(id: string): void {
  const now = compared.peek();
  ticked.value = now.includes(id) ? now.filter((other) => other !== id) : [...now, id].slice(-2);
}

/** Compares nothing any more. */
export function clearCompared(): void {
  ticked.value = [];
}
