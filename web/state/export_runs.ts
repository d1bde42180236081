/** Runs leave the page as their folders, in a zip file that the command line and other pages read. */
import { storage } from "../connect.ts";
import { download } from "../parts/download.ts";
import { announce } from "./announce.ts";
import type { Lane } from "./lanes.ts";
import { dismiss, notify } from "./notices.ts";
import { stopLane } from "./lane_acts.ts";
import { wordsOf } from "./lane_start.ts";
import { isOpen } from "./shown.ts";

/** Whether a run has anything that another machine could go on from, or read. */
export function canExport({ phase, savedStep, recorded }: Lane): boolean {
  return !recorded && (["paused", "stopped", "finished"].includes(phase.value) || savedStep.value !== undefined);
}

/**
 * Saves a run's folder. One that is paused is saved as it stands, so that it goes on elsewhere from the very step that is
 * shown; one that trains goes on, and leaves with its last checkpoint.
 */
export async function exportLane(lane: Lane): Promise<void> {
  await saving(lane.title, async () => {
    if (lane.phase.peek() === "paused" && isOpen(lane)) await stopLane(lane);
    return await storage().exportRun(lane.id);
  });
}

/**
 * Saves the folders of runs in one file: of all that this browser keeps, where none are named.
 * @returns its name and the runs in it; undefined where it failed, which was said
 */
export async function exportRuns(
  ids?: readonly string[],
): Promise<{ readonly file: string; readonly runs: readonly string[] } | undefined> {
  let runs = ids ?? [];
  const file = await saving("the runs of this browser", async () => {
    runs = ids ?? (await storage().runs()).map(({ id }) => id);
    return await storage().exportRuns(runs);
  });
  return file === undefined ? undefined : { file, runs };
}

async function saving(what: string, pack: () => Promise<{ readonly name: string; readonly file: File }>) {
  try {
    const { name, file } = await pack();
    download(name, file);
    dismiss("export");
    announce(`Saved ${name}.`);
    return name;
  } catch (error) {
    notify({ id: "export", heading: `Not exported: ${what}`, body: wordsOf(error), tone: "bad" });
  }
}
