/** Runs of earlier visits: they come back as lanes that have ended, or that go on bit for bit. */
import { batch, effect } from "@preact/signals";
import type { Config } from "../../src/experiment/config.ts";
import { type RunCurves, type RunInfo, RUNS_FOLDER } from "../../src/worker/storage_types.ts";
import { isSweepCell } from "../../src/worker/page_grids.ts";
import { cpu, storage } from "../connect.ts";
import { addRows, noPoints } from "./curves.ts";
import { titleFor } from "./draft.ts";
import { keep, kept } from "./kept.ts";
import { type EpochLine, type Lane, lanes, newLane } from "./lanes.ts";
import { MOST_LANES, shown } from "./shown.ts";
import { trainsElsewhere } from "./training_lock.ts";

/** Brings the runs of this browser back, those that were in the view into the view. */
export async function restoreRuns(): Promise<void> {
  // A first visit has nothing, and need not load what would read it.
  const found = await hasRuns() ? (await storage().runs()).toReversed() : [];
  const restored: Lane[] = [];
  for (const run of found) {
    if (isSweepCell(run)) continue;
    if (lanes.peek().some(({ id }) => id === run.id)) continue;
    try {
      // one that another tab has just begun is empty too
      if (isEmpty(run)) await trainsElsewhere() || await storage().removeRun(run.id);
      else if (run.config) restored.push(await restore(run, run.config, [...lanes.peek(), ...restored]));
    } catch {
      // trained in another tab now, or of data that are here no more: it stays in storage, where Results has it
    }
  }
  // whatever was started meanwhile comes after what was there before
  batch(() => {
    const before = (kept("shown") ?? "").split(" ").filter((id) => restored.some((lane) => lane.id === id));
    // those in the view keep their places, which those of one press have not by the time of their files
    const place = ({ id }: Lane) => before.indexOf(id);
    lanes.value = [...restored.toSorted((a, b) => place(a) - place(b)), ...lanes.peek()];
    if (shown.peek().length === 0) shown.value = before.slice(-MOST_LANES);
  });
  for (const lane of restored) await restoreCurves(lane).catch(() => {});
}

let remembers = true;

/** Remembers what is in the view, from its first change on: a tab that only opens says nothing of the view of another. */
export function rememberShown(): void {
  let first = true;
  effect(() => {
    const ids = shown.value.join(" ");
    if (!first && remembers) keep("shown", ids);
    first = false;
  });
}

/** Empties the view, and still knows what was in it. */
export function forgetShown(): void {
  remembers = false;
  shown.value = [];
  queueMicrotask(() => (remembers = true));
}

/** Whether this browser has a folder of runs; where that cannot be told, the storage's worker says why. */
async function hasRuns(): Promise<boolean> {
  try {
    await (await navigator.storage.getDirectory()).getDirectoryHandle(RUNS_FOLDER);
    return true;
  } catch (error) {
    return !(error instanceof DOMException && error.name === "NotFoundError");
  }
}

/** A run that was prepared, or begun and left at once: nothing of it is worth anything. */
function isEmpty({ state, last, imported }: RunInfo): boolean {
  return state === "begun" && last === undefined && !imported;
}

async function restore(run: RunInfo, config: NonNullable<RunInfo["config"]>, others: readonly Lane[]): Promise<Lane> {
  const { id, name, command, result, state, savedStep, imported } = run;
  const { settings, report, pictured } = await cpu().source(config);
  // an unfinished run has no name but its folder's
  const title = imported ? name : titleFor(settings);
  const lane = newLane({ id, title, settings, config, rule: config.mask.rule, command }, others);
  lane.report.value = report;
  lane.pictured.value = pictured;
  lane.savedStep.value = savedStep;
  lane.result.value = result;
  lane.stored.value = true;
  lane.phase.value = state === "finished" ? "finished" : "stopped";
  return lane;
}

async function restoreCurves(lane: Lane): Promise<void> {
  const curves = await storage().curves(lane.id);
  batch(() => {
    const points = noPoints();
    addRows(points, curves.training);
    lane.curve.value = points;
    lane.epochs.value = epochsOf(curves);
    lane.mask.value = curves.masks.at(-1);
  });
  const drawn = lane.pictured.peek();
  // masks that do not change are those that were drawn
  if (drawn && (curves.masks.length > 1 || isScored(lane))) {
    const now = await storage().picture(lane.id, drawn.layer);
    if (now && lane.stored.peek()) lane.pictured.value = now;
  }
}

/** Whether a score has pruned what was drawn. */
function isScored({ config }: Lane): boolean {
  return (config as Config).score.name !== "none";
}

/** Evaluations of a stored run, an entry an epoch. */
function epochsOf({ evaluations }: RunCurves): EpochLine[] {
  const validation = evaluations.filter(({ split }) => split === "validation");
  return evaluations.filter(({ split }) => split === "test").map(({ epoch, step, loss, accuracy }) => {
    const chosen = validation.find((other) => other.epoch === epoch);
    const also = chosen && { validation: { loss: chosen.loss, accuracy: chosen.accuracy } };
    return { epoch, step, test: { loss, accuracy }, ...also };
  });
}
