/** The race: what "Train both", "Reset", "New seed" and "Restart" do with all lanes in the view. */
import { computed, signal } from "@preact/signals";
import { cpu } from "../connect.ts";
import { announce } from "./announce.ts";
import { draft, problem, setDraft, wanted } from "./draft.ts";
import { playLane, stopLane } from "./lane_acts.ts";
import { listLanes, startLane, untilReady } from "./lane_start.ts";
import type { Lane } from "./lanes.ts";
import { prepareDevice, takePrepared } from "./prepare.ts";
import { sameSettings, settingOf, type Settings, withSettings } from "./settings.ts";
import { hideLane, isOpen, shown, shownLanes, subject } from "./shown.ts";
import { claimTraining } from "./training_lock.ts";

/** Whether "Train both" has been pressed and its lanes are not at work yet. */
export const pressed = signal(false);

/** Whether the controls say something that no lane in the view is. */
export const changed = computed(() =>
  subject.value !== undefined &&
  shownLanes.value.every(({ settings }) => !sameSettings(withoutLive(draft.value), withoutLive(settings)))
);

/** The learning rate and the weight decay are changed while it trains. */
function withoutLive(settings: Settings): Settings {
  return withSettings(settings, { "train.lr": undefined, "train.weightDecay": undefined });
}

/** "Train both": the dense network and the one that the controls describe, together. */
export async function trainBoth(): Promise<void> {
  if (pressed.peek()) return;
  pressed.value = true;
  try {
    await prepareDevice();
    // another tab trains: the page says so
    if (!await claimTraining()) return;
    announce("Training starts.");
    problem.value = undefined;
    // from here on the address says what is set
    void cpu();
    const both = wanted.peek(), prepared = await takePrepared(both);
    shown.value = [];
    const started: Lane[] = [];
    // in the order in which they stand; both wait until both are there: a race has one start
    for (const [i, settings] of both.entries()) {
      const lane = prepared[i];
      if (lane) listLanes([lane]);
      const one = lane ?? await startLane(settings, { paused: true });
      if (one) started.push(one);
    }
    await Promise.all(started.map(untilReady));
    for (const lane of started) if (isOpen(lane)) playLane(lane);
  } finally {
    pressed.value = false;
  }
}

/** The same runs again from their first step, waiting; `settings` changes them. */
async function again(change: (settings: Settings) => Settings, paused: boolean): Promise<void> {
  const all = shownLanes.peek();
  shown.value = [];
  await Promise.all(all.filter(isOpen).map(stopLane));
  await Promise.all(all.map(({ settings }) => startLane(change(settings), { paused })));
}

/** "Reset": all in the view back to step 0, same seed. */
export const reset = () => again((settings) => settings, true);

/** "New seed": all in the view anew, with the next seed. */
export async function newSeed(): Promise<void> {
  const seed = Number(settingOf(draft.peek(), "seed")) + 1;
  setDraft({ seed });
  await again((settings) => withSettings(settings, { seed }), false);
}

/** "Restart": what the controls say now, in the place of all in the view. */
export async function restart(): Promise<void> {
  await Promise.all(shownLanes.peek().filter(isOpen).map(stopLane));
  await trainBoth();
}

/** The same run with another learning rate, after it diverged. */
export async function retry(lane: Lane, settings: Settings): Promise<void> {
  hideLane(lane);
  await startLane(settings);
}
