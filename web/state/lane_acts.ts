/** What the buttons of lanes mean: play, pause, step, stop, and settings that change while they train. */
import { lab } from "../connect.ts";
import { announce } from "./announce.ts";
import { setDraft } from "./draft.ts";
import { markChange, note } from "./fold.ts";
import { beginLane, wordsOf } from "./lane_start.ts";
import type { Lane } from "./lanes.ts";
import { isGoing, isOpen, shownLanes } from "./shown.ts";
import { claimTraining, watching } from "./training_lock.ts";

/** Whether a lane is another's to move: that of a recording, or of another tab. */
function isForeign(lane: Lane): boolean {
  return lane.recorded === true || watching.peek();
}

/** Runs on; a lane that is not on the device goes on from its checkpoint. */
export function playLane(lane: Lane): void {
  if (isForeign(lane)) return;
  if (isOpen(lane) && !lane.stored.peek()) {
    // a tab whose lanes are paused has let go of the lock
    ask(lane, async () => {
      if (await claimTraining()) await (await lab()).play(lane.id);
    });
  } else if (lane.phase.peek() !== "finished") {
    lane.stored.value = false;
    lane.phase.value = "preparing";
    void beginLane(lane, { resume: true });
  }
}

/** Waits when its turn is over. */
export function pauseLane(lane: Lane): void {
  if (isOpen(lane) && !isForeign(lane)) ask(lane, async () => (await lab()).pause(lane.id));
}

/** One training step, then a pause. */
export function stepLane(lane: Lane): void {
  if (!isOpen(lane) || isForeign(lane)) return;
  ask(lane, async () => {
    if (await claimTraining()) await (await lab()).step(lane.id);
  });
}

/** Ends a lane with a checkpoint, from which it can go on. */
export async function stopLane(lane: Lane): Promise<void> {
  if (isForeign(lane)) return;
  await (await lab()).stop(lane.id).catch((error: unknown) => noteFailure(lane, error));
}

/** Plays everything in the view that can be played. */
export function playAll(): void {
  for (const lane of shownLanes.peek()) {
    if (lane.phase.peek() !== "finished" && lane.phase.peek() !== "failed") playLane(lane);
  }
  announce("Training goes on.");
}

/** After the GPU was reset again and again: on with short submissions, from what is saved. */
export async function continueSmall(): Promise<void> {
  await (await lab()).setBatchLimits(SMALL);
  playAll();
}

/** Milliseconds of a turn and of a submission that no driver takes for a hang. */
const SMALL = { slice: 20, submit: 2, hiddenSubmit: 2 };

/** Ends everything in the view, with what is saved. */
export async function stopAll(): Promise<void> {
  await Promise.all(shownLanes.peek().filter(isOpen).map(stopLane));
  announce("Stopped. The runs are kept.");
}

/** Pauses everything in the view. */
export function pauseAll(): void {
  shownLanes.peek().filter(isGoing).forEach(pauseLane);
  announce("Paused.");
}

/** One step of every lane in the view. */
export function stepAll(): void {
  shownLanes.peek().forEach(stepLane);
}

/** Changes the learning rate or the weight decay of every lane that trains, from its next step on. */
export function setLive(change: { learningRate?: number; weightDecay?: number }): void {
  const { learningRate, weightDecay } = change;
  if (learningRate !== undefined) setDraft({ "train.lr": learningRate });
  if (weightDecay !== undefined) setDraft({ "train.weightDecay": weightDecay });
  if (watching.peek()) return;
  const words = learningRate === undefined ? `weight decay ${weightDecay}` : `learning rate ${learningRate}`;
  for (const lane of shownLanes.peek().filter(isOpen)) {
    ask(lane, async () => {
      await (await lab()).setLive(lane.id, change);
      markChange(lane, words);
    });
  }
}

function ask(lane: Lane, act: () => Promise<unknown>): void {
  act().catch((error: unknown) => noteFailure(lane, error));
}

function noteFailure(lane: Lane, error: unknown): void {
  note(lane, { step: lane.curve.peek().step.at(-1) ?? 0, kind: "failed", text: wordsOf(error) });
}
