/** What this browser keeps: told, exported, and removed when its room is wanted. */
import { batch, signal } from "@preact/signals";
import { isSweepCell } from "../../src/worker/page_grids.ts";
import type { RunInfo, StorageUse } from "../../src/worker/storage_types.ts";
import { lab, storage } from "../connect.ts";
import { announce } from "./announce.ts";
import { exportRuns } from "./export_runs.ts";
import { device } from "./lab.ts";
import { stopLane } from "./lane_acts.ts";
import { findLane, lanes } from "./lanes.ts";
import { hideLane, isGoing, isOpen } from "./shown.ts";
import { trainsElsewhere } from "./training_lock.ts";

/** Something that can be removed as a whole. */
export interface KeptItem {
  readonly id: string;
  readonly kind: "run" | "sweep" | "data set" | "report";
  readonly name: string;
  readonly bytes: number;
  /** ISO 8601: when it was last written. */
  readonly changed?: string;
  /** Ids of the runs in it that can be exported. */
  readonly runs: readonly string[];
  /** Why it cannot be removed now. */
  readonly busy?: string;
  /** Takes it out of storage, and what it is from the page. */
  readonly remove: () => Promise<void>;
}

/** Everything, the largest first. */
export interface Keeping {
  readonly use: StorageUse;
  readonly items: readonly KeptItem[];
}

/** Whether the list is open, and the file that was just saved with all runs in it. */
export const keeping = signal<{ readonly saved?: SavedRuns } | undefined>(undefined);

/** How often something was removed: whoever shows what is kept looks again. */
export const removals = signal(0);

/** Runs that have left the browser as a file. */
export interface SavedRuns {
  readonly file: string;
  readonly runs: readonly string[];
}

/** Opens the list. */
export function openKeeping(): void {
  keeping.value = {};
}

/** Saves all runs, and asks what of them is to be removed: only the visitor can tell whether the file has arrived. */
export async function exportAndFree(): Promise<void> {
  const saved = await exportRuns();
  if (saved) keeping.value = { saved };
}

/** Reads what there is. */
export async function readKeeping(): Promise<Keeping> {
  const store = storage();
  const [use, runs, datasets, imports, elsewhere] = await Promise.all(
    [store.use(), store.runs(), store.datasets(), store.imports(), trainsElsewhere()],
  );
  const items: KeptItem[] = [
    ...runItems(runs, elsewhere),
    ...unsavedItems(runs),
    ...datasets.map(({ name, bytes }): KeptItem => {
      return { id: name, kind: "data set", name, bytes, runs: [], remove: () => store.removeDataset(name) };
    }),
    ...imports.map(({ id, kind, name, bytes, changed }): KeptItem => {
      return { id, kind, name, bytes, changed, runs: [], remove: () => store.removeImport(id) };
    }),
  ];
  return { use, items: items.sort((a, b) => b.bytes - a.bytes) };
}

/** Removes items one after the other. @returns how many bytes they took */
export async function removeItems(items: readonly KeptItem[]): Promise<number> {
  let freed = 0;
  try {
    for (const item of items) {
      await item.remove();
      freed += item.bytes;
    }
  } finally {
    removals.value++;
  }
  announce(items.length === 1 ? `Removed ${items[0].name}.` : `Removed ${items.length} entries.`);
  return freed;
}

/** A run each; those of one sweep together. */
function runItems(runs: readonly RunInfo[], elsewhere: boolean): KeptItem[] {
  const groups = Map.groupBy(runs, (run) => isSweepCell(run) ? `sweep ${run.preset}` : `run ${run.id}`);
  return [...groups.values()].map((group) => {
    const [{ id, name, preset, changed }] = group, isSweep = isSweepCell(group[0]);
    const ids = group.map((run) => run.id), at = ids.map(findLane).find((lane) => lane && isGoing(lane));
    const busy = at ? "in training" : elsewhere ? "another tab trains" : undefined;
    return {
      id,
      changed,
      kind: isSweep ? "sweep" : "run",
      name: isSweep ? `${preset}, ${group.length} ${group.length === 1 ? "run" : "runs"}` : findLane(id)?.title ?? name,
      bytes: group.reduce((sum, run) => sum + run.bytes, 0),
      runs: ids,
      ...(busy && { busy }),
      remove: async () => {
        for (const run of ids) await removeRun(run);
      },
    };
  });
}

/** Runs that failed before anything of them was written: they are of this visit only, and can be put away all the same. */
function unsavedItems(runs: readonly RunInfo[]): KeptItem[] {
  const unsaved = lanes.peek().filter((lane) => !isOpen(lane) && runs.every(({ id }) => id !== lane.id));
  return unsaved.map(({ id, title: name }) => {
    return { id, kind: "run", name, bytes: 0, runs: [], remove: () => removeRun(id) };
  });
}

async function removeRun(id: string): Promise<void> {
  const lane = findLane(id);
  if (lane && isOpen(lane)) await stopLane(lane);
  // what the GPU has of it goes too: in training, or to be looked at
  if (device.peek().kind === "ready") await (await lab()).remove(id);
  await storage().removeRun(id);
  if (!lane) return;
  batch(() => {
    hideLane(lane);
    lanes.value = lanes.peek().filter((other) => other !== lane);
  });
}
