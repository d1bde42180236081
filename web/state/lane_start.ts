/** Runs handed to the lab: made, prepared without being listed, and begun. */
import { batch, effect } from "@preact/signals";
import { cpu, cpuIsThere, lab } from "../connect.ts";
import { problem, titleFor } from "./draft.ts";
import { openDevice } from "./lab.ts";
import { type Lane, lanes, newLane, unlisted } from "./lanes.ts";
import { nestSettings, settingOf, type Settings, titleOf } from "./settings.ts";
import { MOST_LANES, shown } from "./shown.ts";
import { claimTraining } from "./training_lock.ts";

let made = 0;

function laneId(settings: Settings): string {
  const words = titleOf(settings, (rule) => rule).toLowerCase().replaceAll(/[^\w.]+/g, "-");
  return `${words}-s${settingOf(settings, "seed")}-${Date.now().toString(36)}${(made++).toString(36)}`;
}

/** A lane of some settings, in no list yet. `others` are those beside which it is told apart. */
async function makeLane(settings: Settings, others?: readonly Lane[]): Promise<Lane> {
  // the lab can do it too, so that what is prepared before a press needs no other worker
  const nested = nestSettings(settings);
  const { config, pictured, report } = await (cpuIsThere.peek() ? cpu().source(nested) : (await lab()).masks(nested));
  const { mask: { rule } } = config;
  const lane = newLane({ id: laneId(settings), title: titleFor(settings), settings, config, rule }, others);
  lane.pictured.value = pictured;
  lane.report.value = report;
  return lane;
}

/** Puts lanes into the list of runs and into the view. */
export function listLanes(added: readonly Lane[]): void {
  batch(() => {
    lanes.value = [...lanes.peek(), ...added];
    shown.value = [...shown.peek(), ...added.map(({ id }) => id)].slice(-MOST_LANES);
  });
}

/** Makes a lane and shows it; it prepares itself and trains, or waits where it is `paused`. */
export async function startLane(settings: Settings, { paused = false } = {}): Promise<Lane | undefined> {
  problem.value = undefined;
  let lane: Lane;
  try {
    lane = await makeLane(settings);
  } catch (error) {
    problem.value = wordsOf(error);
    return undefined;
  }
  listLanes([lane]);
  await beginLane(lane, { paused });
  return lane;
}

/**
 * Makes a lane that prepares itself for a press which may never come: nobody sees it, nothing of it is written, and it
 * needs no leave to train. Undefined where its settings make no run.
 */
export async function prepareLane(settings: Settings, others: readonly Lane[]): Promise<Lane | undefined> {
  try {
    const lane = await makeLane(settings, others);
    unlisted.value = [...unlisted.peek(), lane];
    await hand(lane, { paused: true, resume: false });
    return lane;
  } catch {
    // the press says what is wrong
    return undefined;
  }
}

/** Hands a lane to the lab, where this tab may train. */
export async function beginLane(lane: Lane, { paused = false, resume = false }): Promise<void> {
  try {
    if (!await openDevice()) throw new Error("This browser has no WebGPU.");
    if (!await claimTraining()) {
      if (!resume) throw new Error("Training in another tab.");
      batch(() => {
        lane.stored.value = true;
        lane.phase.value = "stopped";
      });
      return;
    }
    await hand(lane, { paused, resume });
  } catch (error) {
    batch(() => {
      lane.phase.value = "failed";
      lane.error.value = { kind: "user", message: wordsOf(error) };
    });
  }
}

async function hand({ id, title: name, settings }: Lane, how: { paused: boolean; resume: boolean }) {
  await (await lab()).start({ id, name, config: nestSettings(settings), ...how });
}

/** Resolves when a lane is no longer preparing. */
export function untilReady(lane: Lane): Promise<void> {
  return new Promise((resolve) => {
    const stop = effect(() => {
      if (lane.phase.value === "preparing") return;
      resolve();
      queueMicrotask(() => stop());
    });
  });
}

/** An error's message with its hint. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { hint } = error as { hint?: unknown };
  return typeof hint === "string" ? `${error.message} ${hint}` : error.message;
}
