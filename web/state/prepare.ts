/**
 * What comes before the press: the device, the size of network that suits it, and both lanes of the race, compiled and with
 * their data on the device. Nothing trains, nothing is written, and nothing is listed.
 */
import { effect } from "@preact/signals";
import { lab } from "../connect.ts";
import { draft, linked, setDraft, wanted } from "./draft.ts";
import { openDevice, sayPreparing } from "./lab.ts";
import { prepareLane, untilReady } from "./lane_start.ts";
import { type Lane, lanes, unlisted } from "./lanes.ts";
import { sameSettings, settingOf, type Settings } from "./settings.ts";
import { shownLanes } from "./shown.ts";
import { trainingPlace } from "./training_lock.ts";

/** Lanes that are prepared: the two of the opening. Further ones of a link are not worth their memory. */
const MOST = 2;
/** Controls that have not moved for so long mean what they say. */
const QUIET_MS = 800;

let device: Promise<void> | undefined;

/** Opens the device and finds the size of network that suits it, once; nothing is trained. */
export function prepareDevice(): Promise<void> {
  return device ??= openAndSize();
}

async function openAndSize(): Promise<void> {
  if (!await openDevice() || linked.peek()) return;
  const { width, batch, limit } = await (await lab()).chooseWidth();
  // runs of an earlier visit say how large, as a link does
  if (linked.peek() || shownLanes.peek().length > 0) return;
  // what a hand has set stays
  const chosen = draft.peek();
  setDraft({
    ...("model.width" in chosen || settingOf(chosen, "model.name") !== "lab" ? {} : { "model.width": width }),
    ...("train.batch" in chosen ? {} : { "train.batch": batch }),
    ...(limit === undefined || "data.limit" in chosen ? {} : { "data.limit": limit }),
  });
}

/** One change of the prepared lanes after the other. */
let turn: Promise<unknown> = Promise.resolve();

function afterOthers<T>(act: () => Promise<T>): Promise<T> {
  const mine = turn.then(act);
  turn = mine.catch(() => {});
  return mine;
}

/** From now on both lanes are prepared whenever the view is empty and the controls are at rest. */
export function keepPrepared(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined, first = true;
  const stop = effect(() => {
    const settings = wanted.value;
    clearTimeout(timer);
    if (shownLanes.value.length > 0 || trainingPlace.value === "elsewhere") {
      if (unlisted.peek().length > 0) void afterOthers(() => forgetOthers([]));
      return;
    }
    timer = setTimeout(() => void afterOthers(() => prepareLanes(settings)), first ? 0 : QUIET_MS);
    first = false;
  });
  return () => {
    clearTimeout(timer);
    stop();
  };
}

async function prepareLanes(settings: readonly Settings[]): Promise<void> {
  const [one] = settings;
  // a large network, or a visitor's own data, is much to load for a press that may not come
  if (settingOf(one, "model.name") !== "lab" || settingOf(one, "data.name") !== "fashion-mnist-10k") return;
  const some = settings.slice(0, MOST), missing = await forgetOthers(some);
  if (missing.length === 0) return;
  sayPreparing(true);
  const coming: Lane[] = [];
  for (const settings of missing) {
    const lane = await prepareLane(settings, [...lanes.peek(), ...unlisted.peek()]);
    if (lane) coming.push(lane);
  }
  void Promise.all(coming.map(untilReady)).then(() => sayPreparing(false));
}

/** Those that a press has taken: they are on their way to the list of runs, and hear of events until they are there. */
const taken = new WeakSet<Lane>();

/** Forgets prepared lanes that are none of these, or that have failed. @returns those of these that are not prepared */
async function forgetOthers(settings: readonly Settings[]): Promise<Settings[]> {
  const missing = [...settings];
  for (const lane of unlisted.peek().filter((lane) => !taken.has(lane))) {
    const at = missing.findIndex((one) => sameSettings(one, lane.settings));
    const isOf = at >= 0 && (lane.phase.peek() === "preparing" || lane.phase.peek() === "ready");
    if (isOf) missing.splice(at, 1);
    else await forget(lane);
  }
  return missing;
}

async function forget(lane: Lane): Promise<void> {
  unlisted.value = unlisted.peek().filter((other) => other !== lane);
  // who waits for it hears that it will not come
  lane.phase.value = "stopped";
  await (await lab()).remove(lane.id);
}

/** Takes the prepared lanes of these settings, for a press; the others are forgotten. In the order of the settings. */
export function takePrepared(settings: readonly Settings[]): Promise<(Lane | undefined)[]> {
  return afterOthers(async () => {
    await forgetOthers(settings);
    return settings.map((one) => {
      const lane = unlisted.peek().find((lane) => !taken.has(lane) && sameSettings(one, lane.settings));
      if (lane) taken.add(lane);
      return lane;
    });
  });
}
