/** What the page does of itself when it is opened: follows its link, brings runs back, and offers the frame what it can. */
import { batch, effect } from "@preact/signals";
import { cpu, storage } from "../connect.ts";
import { figures } from "../figures/worker.ts";
import { offer } from "./actions.ts";
import { onTaken } from "./drop.ts";
import { keep, kept } from "./kept.ts";
import { findLane, type Lane, lanes } from "./lanes.ts";
import { notify } from "./notices.ts";
import { draft, linked } from "./draft.ts";
import { pauseLane, playAll, playLane, stopLane } from "./lane_acts.ts";
import { wordsOf } from "./lane_start.ts";
import { isGoing, isOpen, showLane, shownLanes, subject } from "./shown.ts";
import { forgetShown, rememberShown, restoreRuns } from "./restore.ts";
import { nestSettings } from "./settings.ts";
import { followLinks } from "./train_link.ts";
import { spokenOf } from "./story.ts";
import { onTrainingMoves } from "./training_lock.ts";

/** Begins, once. */
export function startPage(): void {
  followLinks();
  offer({
    pause: (id) => withLane(id, pauseLane),
    play: (id) => withLane(id, playLane),
    // a run that has no masks yet has no overlap either
    overlap: async (a, b) => await (await figures()).overlap(a, b).catch(() => undefined),
    command: () => commandOf(subject.peek()),
    status: () => spokenOf(shownLanes.peek()) ?? "Nothing is being trained.",
  });
  onTrainingMoves({
    stop: async () => void await Promise.all(lanes.peek().filter(isOpen).map(stopLane)),
    // What another tab has left is in the storage, and so is which of it was in the view.
    goOn: () => void startOver().then(playAll),
    comeBack: () => void startOver(),
  });
  rememberShown();
  void restore();
  // a run that was dropped is a run of this page
  onTaken((taken) => {
    if (taken.kind === "run") void takeIn(taken.runs.map(({ id }) => id));
  });
  askToKeep();
}

async function takeIn(ids: readonly string[]): Promise<void> {
  await restore();
  for (const id of ids) withLane(id, showLane);
}

/** The runs as they are in the storage, in the place of those that are shown. */
async function startOver(): Promise<void> {
  batch(() => {
    lanes.value = [];
    forgetShown();
  });
  await restore();
}

/** The command that repeats a run; that of one of an earlier visit is known. */
async function commandOf(lane: Lane | undefined): Promise<string | undefined> {
  return lane && (lane.command ?? (await cpu().source(nestSettings(lane.settings))).command);
}

async function restore(): Promise<void> {
  try {
    await restoreRuns();
    // without a link the controls say what the runs in the view are
    if (!linked.peek() && subject.peek()) draft.value = subject.peek()!.settings;
  } catch (error) {
    notify({ id: "restore", heading: "Earlier runs cannot be read", body: wordsOf(error), tone: "warn" });
  }
}

function withLane(id: string, act: (lane: NonNullable<ReturnType<typeof findLane>>) => void): void {
  const lane = findLane(id);
  if (lane) act(lane);
}

/** Once something is trained, storage that the browser may clear is told of. */
function askToKeep(): void {
  // closed once, it has been read
  if (kept("storage") === "told") return;
  const told = () => keep("storage", "told");
  const stop = effect(() => {
    if (!lanes.value.some(isGoing)) return;
    queueMicrotask(() => stop());
    void storage().use().then(({ warning }) => {
      if (warning === undefined) return;
      const keepRuns = async () => {
        const persists = await storage().persist();
        notify({ id: "keep", heading: persists ? "This browser keeps the runs." : warning, onClose: told });
      };
      const actions = [{ label: "Ask to keep", onAct: () => void keepRuns() }];
      notify({ id: "keep", heading: warning, actions, onClose: told });
    }).catch(() => {});
  });
}
