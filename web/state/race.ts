/** What the Train view does: which runs are shown, what is set for the next one, and the buttons' meanings. */
import { batch, computed, effect, signal } from "@preact/signals";
import { ruleLabel } from "../../src/experiment/rule_style.ts";
import type { LanePhase } from "../../src/worker/lab_types.ts";
import { cpu, lab } from "../connect.ts";
import { announce } from "./announce.ts";
import { markChange, note } from "./fold.ts";
import { route } from "./route.ts";
import { openDevice } from "./lab.ts";
import { findLane, type Lane, lanes, newLane } from "./lanes.ts";
import { denseTwin, nestSettings, sameSettings, settingOf, type Settings, titleOf, withSettings } from "./settings.ts";
import { claimTraining } from "./training_lock.ts";

/** Lanes that the view has room for, and that run at a time. */
export const MOST_LANES = 4;

/**
 * Settings of the sparse lane, as the controls have them. The opening is ERK: at density 0.1 uniform lost 3.0 points to
 * the dense network on the default network (width 16, ten epochs, three seeds), ERK 2.1.
 */
export const draft = signal<Settings>({ "mask.rule": "erk" });
/** Whether a dense network of the same settings trains beside it. */
export const twin = signal(true);
/** Further runs of a link, which train with the two. */
export const extra = signal<readonly Settings[]>([]);
/** Runs in the view, by their ids. */
export const shown = signal<readonly string[]>([]);
/** A fifth run waits for an answer. */
export const fifth = signal<{ readonly settings: Settings; readonly replaces: Lane } | undefined>(undefined);
/** Runs that start when one has ended. */
export const queued = signal<readonly Settings[]>([]);
/** What is wrong with the settings, or with the last thing that was asked for. */
export const problem = signal<string | undefined>(undefined);

/** The lanes in the view, in their order. */
export const shownLanes = computed(() => shown.value.flatMap((id) => findLane(id) ?? []));

const GOING: readonly LanePhase[] = ["preparing", "ready", "running", "recovering"];
const OPEN: readonly LanePhase[] = [...GOING, "paused"];

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

/** Whether the controls say something that no lane in the view is. */
export const changed = computed(() =>
  subject.value !== undefined &&
  shownLanes.value.every(({ settings }) => !sameSettings(withoutLive(draft.value), withoutLive(settings)))
);

/** Whether a lane in the view could be played. */
export const anyToPlay = computed(() =>
  shownLanes.value.some(({ phase }) => !["finished", "failed"].includes(phase.value))
);

/** The learning rate and the weight decay are changed while it trains. */
function withoutLive(settings: Settings): Settings {
  return withSettings(settings, { "train.lr": undefined, "train.weightDecay": undefined });
}

/** Sets controls. */
export function setDraft(changes: Settings): void {
  draft.value = withSettings(draft.peek(), changes);
}

let made = 0;

function laneId(settings: Settings): string {
  const words = titleOf(settings, (rule) => rule).toLowerCase().replaceAll(/[^\w.]+/g, "-");
  return `${words}-s${settingOf(settings, "seed")}-${Date.now().toString(36)}${(made++).toString(36)}`;
}

/** What people read of a run. */
export function titleFor(settings: Settings): string {
  return titleOf(settings, (rule) => ruleLabel(rule as Lane["rule"]));
}

/** Makes a lane and shows it; it prepares itself and trains, or waits where it is `paused`. */
export async function startLane(settings: Settings, { paused = false } = {}): Promise<Lane | undefined> {
  problem.value = undefined;
  const id = laneId(settings), config = nestSettings(settings);
  let source;
  try {
    source = await cpu().source(config);
  } catch (error) {
    problem.value = wordsOf(error);
    return undefined;
  }
  const { config: { mask: { rule } }, command } = source;
  const lane = newLane({ id, title: titleFor(settings), settings, config: source.config, rule, command });
  batch(() => {
    lane.pictured.value = source.pictured;
    lane.report.value = source.report;
    lanes.value = [...lanes.peek(), lane];
    shown.value = [...shown.peek(), id].slice(-MOST_LANES);
  });
  await begin(lane, { paused });
  return lane;
}

/** Hands a lane to the lab. */
async function begin(lane: Lane, { paused = false, resume = false }): Promise<void> {
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
    const { id, title: name, settings, command } = lane;
    await (await lab()).start({
      id,
      name,
      config: nestSettings(settings),
      command,
      paused,
      resume,
    });
  } catch (error) {
    batch(() => {
      lane.phase.value = "failed";
      lane.error.value = { kind: "user", message: wordsOf(error) };
    });
  }
}

/** Whether "Train both" has been pressed and its lanes are not at work yet. */
export const prepared = signal<"idle" | "asked">("idle");

let preparing: Promise<void> | undefined;

/** Opens the device and finds the size of network that suits it, once; nothing is trained. */
export function prepareDevice(): Promise<void> {
  return preparing ??= prepare();
}

async function prepare(): Promise<void> {
  // a link says how large, also where it leaves out what is as the defaults
  if (!await openDevice() || route.peek().query !== "") return;
  // runs of an earlier visit say so too
  if (shown.peek().length > 0) return;
  const { width, batch, limit } = await (await lab()).chooseWidth();
  // what a link or a hand has set stays
  const chosen = draft.peek();
  setDraft({
    ...("model.width" in chosen || settingOf(chosen, "model.name") !== "lab" ? {} : { "model.width": width }),
    ...("train.batch" in chosen ? {} : { "train.batch": batch }),
    ...(limit === undefined || "data.limit" in chosen ? {} : { "data.limit": limit }),
  });
}

/** "Train both": the dense network and the one that the controls describe, together. */
export async function trainBoth(): Promise<void> {
  if (prepared.peek() === "asked") return;
  prepared.value = "asked";
  try {
    await prepareDevice();
    announce("Training starts.");
    const sparse = draft.peek();
    const asDense = twin.peek() && settingOf(sparse, "mask.rule") !== "dense";
    const both = [...(asDense ? [denseTwin(sparse)] : []), sparse, ...extra.peek()].slice(0, MOST_LANES);
    shown.value = [];
    // both wait until both are there: a race has one start
    const started = await Promise.all(both.map((settings) => startLane(settings, { paused: true })));
    await Promise.all(started.map((lane) => lane && untilReady(lane)));
    for (const lane of started) if (lane && isOpen(lane)) playLane(lane);
  } finally {
    prepared.value = "idle";
  }
}

/** Resolves when a lane is no longer preparing. */
function untilReady(lane: Lane): Promise<void> {
  return new Promise((resolve) => {
    const stop = effect(() => {
      if (lane.phase.value === "preparing") return;
      resolve();
      queueMicrotask(() => stop());
    });
  });
}

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
  shown.value = shown.peek().filter((id) => id !== other.id);
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

/** Runs on; a lane that is not on the device goes on from its checkpoint. */
export function playLane(lane: Lane): void {
  if (lane.recorded) return;
  if (isOpen(lane) && !lane.stored.peek()) ask(lane, async () => (await lab()).play(lane.id));
  else if (lane.phase.peek() !== "finished") {
    lane.stored.value = false;
    lane.phase.value = "preparing";
    void begin(lane, { resume: true });
  }
}

/** Waits when its turn is over. */
export function pauseLane(lane: Lane): void {
  if (isOpen(lane)) ask(lane, async () => (await lab()).pause(lane.id));
}

/** One training step, then a pause. */
export function stepLane(lane: Lane): void {
  if (isOpen(lane)) ask(lane, async () => (await lab()).step(lane.id));
}

/** Ends a lane with a checkpoint, from which it can go on. */
export async function stopLane(lane: Lane): Promise<void> {
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

/** Pauses everything in the view. */
export function pauseAll(): void {
  shownLanes.peek().filter(isGoing).forEach(pauseLane);
  announce("Paused.");
}

/** One step of every lane in the view. */
export function stepAll(): void {
  shownLanes.peek().forEach(stepLane);
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

/** Changes the learning rate or the weight decay of every lane that trains, from its next step on. */
export function setLive(change: { learningRate?: number; weightDecay?: number }): void {
  const { learningRate, weightDecay } = change;
  if (learningRate !== undefined) setDraft({ "train.lr": learningRate });
  if (weightDecay !== undefined) setDraft({ "train.weightDecay": weightDecay });
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

/** An error's message with its hint. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { hint } = error as { hint?: unknown };
  return typeof hint === "string" ? `${error.message} ${hint}` : error.message;
}
