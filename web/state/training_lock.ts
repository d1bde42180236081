/**
 * One tab trains. A browser lock says which, so that a tab that was closed or killed holds nothing; tabs tell each other
 * about it over a channel, and show what the other one trains to whoever wants to watch.
 */
import { effect, Signal, signal } from "@preact/signals";
import { announce } from "./announce.ts";
import { type Lane, lanes, type LaneSubject, newLane } from "./lanes.ts";
import { dismiss, notify } from "./notices.ts";
import { shown } from "./shown.ts";

/** Which tab trains. */
export type TrainingPlace = "nowhere" | "here" | "elsewhere";

/** A run as the tab that trains it shows it to others: what it is about, and the value of each of its signals. */
interface LaneSnapshot {
  readonly subject: LaneSubject;
  readonly values: Readonly<Record<string, unknown>>;
}

type Message =
  | { readonly kind: "hello" | "began" | "watch" | "give-up" }
  | { readonly kind: "lanes"; readonly lanes: readonly LaneSnapshot[]; readonly shown: readonly string[] };

const LOCK = "startsparse-training";
/** A tab that trains stops this long after its last run: pauses between two are no end. */
const IDLE_MS = 3000;
/** What a tab that is asked to stop may take for its checkpoints; after that the lock is taken from it. */
const PATIENCE_MS = 20_000;
const SHOW_MS = 1000, WATCH_MS = 2000, FORGET_MS = 5000;
const WORKING: readonly string[] = ["preparing", "running", "recovering"];

/** Where training happens now. */
export const trainingPlace = signal<TrainingPlace>("nowhere");
/** Whether this tab shows what another one trains. */
export const watching = signal(false);

let release: (() => void) | undefined;
let stopAll: () => Promise<void> = () => Promise.resolve();
let goOn: () => void = () => {}, comeBack: () => void = () => {};
let watchers = 0, lastWatched = -Infinity;
/** While training moves here: what the other tab has left comes then, and nothing of this tab's before it. */
let takingOver = false;
const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(LOCK) : undefined;
const post = (message: Message) => channel?.postMessage(message);

/** What a tab does when training moves from one to another. */
export interface TrainingMoves {
  /** Ends this tab's runs with checkpoints. */
  readonly stop: () => Promise<void>;
  /** Goes on with the runs that another tab has left. */
  readonly goOn: () => void;
  /** Shows the runs that are in storage, in the place of those that were watched. */
  readonly comeBack: () => void;
}

/** Says how this tab does it. */
export function onTrainingMoves(moves: TrainingMoves): void {
  ({ stop: stopAll, goOn, comeBack } = moves);
}

/** Whether another tab trains: its runs are not to be touched. */
export async function trainsElsewhere(): Promise<boolean> {
  if (release !== undefined || !navigator.locks) return false;
  const { held = [] } = await navigator.locks.query();
  return held.some(({ name, mode }) => name === LOCK && mode === "exclusive");
}

/**
 * Asks for this tab to train; before the first lane is started. False while another tab does: the notice then says so.
 * Browsers without locks let every tab.
 */
export function claimTraining(): Promise<boolean> {
  if (release || !navigator.locks) return Promise.resolve(true);
  // lanes that start together ask together: as two requests, one would find the lock taken by the other
  return claiming ??= claim().finally(() => (claiming = undefined));
}

let claiming: Promise<boolean> | undefined;

async function claim(): Promise<boolean> {
  if (await hold({ ifAvailable: true })) return true;
  // A tab that only waited for the end of training holds it for a moment.
  await new Promise((done) => setTimeout(done, 100));
  if (await hold({ ifAvailable: true })) return true;
  elsewhere();
  return false;
}

/** Holds the lock until {@link release} is called or it is taken away. @returns whether it was given */
function hold(options: LockOptions): Promise<boolean> {
  return new Promise((resolve) => {
    const held = navigator.locks.request(LOCK, options, (lock) => {
      if (!lock) return resolve(false);
      begin();
      resolve(true);
      return new Promise<void>((done) => (release = done));
    });
    held.catch(() => {
      // Stolen while held, or given up waiting for it.
      const had = release !== undefined;
      release = undefined;
      if (had) void stopAll().then(elsewhere);
      resolve(false);
    });
  });
}

function begin(): void {
  watching.value = false;
  trainingPlace.value = "here";
  dismiss("two-tabs");
  post({ kind: "began" });
}

/** Lets go of it. */
export function releaseTraining(): void {
  release?.();
  release = undefined;
  if (trainingPlace.peek() === "here") trainingPlace.value = "nowhere";
}

let waiting = false;

/** Another tab trains: says so, and waits for its end. */
function elsewhere(): void {
  trainingPlace.value = "elsewhere";
  notify({
    id: "two-tabs",
    heading: "Training in another tab.",
    closable: false,
    actions: [
      { label: "Watch", onAct: () => void watch() },
      { label: "Take over", onAct: () => void takeOver() },
    ],
  });
  if (waiting) return;
  waiting = true;
  // Shared, so that several tabs may wait side by side and none keeps another one from the lock for long.
  void navigator.locks.request(LOCK, { mode: "shared" }, () => {
    waiting = false;
    if (trainingPlace.peek() !== "elsewhere") return;
    const watched = watching.peek();
    trainingPlace.value = "nowhere";
    watching.value = false;
    dismiss("two-tabs");
    if (watched && !takingOver) comeBack();
  });
}

/** Shows what the other tab trains; what this one had open goes to storage, whence it comes back. */
export async function watch(): Promise<void> {
  if (watching.peek()) return;
  await stopAll();
  watching.value = true;
  const ask = () => {
    if (!watching.peek() || trainingPlace.peek() !== "elsewhere") return clearInterval(timer);
    post({ kind: "watch" });
  };
  const timer = setInterval(ask, WATCH_MS);
  ask();
}

/** Lets the other tab stop with checkpoints, and trains here. */
export async function takeOver(): Promise<void> {
  notify({
    id: "two-tabs",
    heading: "Training in another tab.",
    body: "It saves its runs and stops …",
    closable: false,
  });
  // lanes that are paused here give way to those that come
  if (!watching.peek()) await stopAll();
  // Asked for before the other one stops, so that nobody comes between.
  takingOver = true;
  try {
    const got = hold({ signal: AbortSignal.timeout(PATIENCE_MS) });
    post({ kind: "give-up" });
    if (!await got) await hold({ steal: true });
  } finally {
    takingOver = false;
  }
  announce("Training moved to this tab.");
  goOn();
}

/** Begins to listen to other tabs, and to end with the last run. */
export function shareTraining(): void {
  channel?.addEventListener("message", ({ data }: MessageEvent<Message>) => hear(data));
  post({ kind: "hello" });
  let idle: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const works = lanes.value.some(({ phase }) => WORKING.includes(phase.value));
    const here = trainingPlace.value === "here";
    clearTimeout(idle);
    if (here && !works) idle = setTimeout(releaseTraining, IDLE_MS);
  });
}

function hear(message: Message): void {
  const here = release !== undefined;
  if (message.kind === "hello" && here) post({ kind: "began" });
  if (message.kind === "began" && !here) elsewhere();
  if (message.kind === "give-up" && here) void stopAll().then(releaseTraining).then(elsewhereLater);
  if (message.kind === "watch" && here) showOthers();
  if (message.kind === "lanes" && watching.peek()) showLanes(message.lanes, message.shown);
}

/** The lock goes to the tab that asked; its "began" may have come while this one still held it. */
function elsewhereLater(): void {
  setTimeout(async () => {
    if (await trainsElsewhere()) elsewhere();
  }, 200);
}

function showOthers(): void {
  lastWatched = performance.now();
  if (watchers) return;
  const show = () => {
    if (release === undefined || performance.now() - lastWatched > FORGET_MS) {
      clearInterval(watchers);
      watchers = 0;
      return;
    }
    post({ kind: "lanes", lanes: lanes.peek().map(snapshot), shown: shown.peek() });
  };
  watchers = Number(setInterval(show, SHOW_MS));
  show();
}

/** The runs of the other tab in the place of this tab's, which are none while the other one trains. */
function showLanes(snapshots: readonly LaneSnapshot[], inView: readonly string[]): void {
  const known = new Map(lanes.peek().map((lane) => [lane.id, lane]));
  const next: Lane[] = [];
  for (const { subject, values } of snapshots) {
    const lane = known.get(subject.id) ?? newLane(subject);
    for (const [name, value] of Object.entries(values)) {
      const field = lane[name as keyof Lane] as unknown;
      if (field instanceof Signal) field.value = value;
    }
    next.push(lane);
  }
  if (next.length !== lanes.peek().length || next.some((lane, i) => lane !== lanes.peek()[i])) lanes.value = next;
  if (inView.join() !== shown.peek().join()) shown.value = inView;
}

function snapshot(lane: Lane): LaneSnapshot {
  const all: [string, unknown][] = Object.entries(lane);
  const subject = Object.fromEntries(all.filter(([, value]) => !(value instanceof Signal)));
  const values = Object.fromEntries(
    all.flatMap(([name, value]) => (value instanceof Signal ? [[name, value.peek()]] : [])),
  );
  return { subject: subject as unknown as LaneSubject, values };
}
