/** The recorded race: shown complete before anything is trained, and played where nothing can be. */
import { batch, computed, signal } from "@preact/signals";
import { noPoints } from "./curves.ts";
import { addEpoch, foldEvents } from "./fold.ts";
import { type Lane, newLane } from "./lanes.ts";
import {
  recordedEpochs,
  recordedEvents,
  type RecordedLane,
  recordedPicture,
  type RecordingFile,
  secondsOf,
} from "./recording_file.ts";

/** Seconds of training that pass in one second of playing. */
export const SPEED = 4;

/** The file, once it has been read; null where it cannot be. */
export const recording = signal<RecordingFile | null | undefined>(undefined);
/** Seconds of training that are shown; the end is the longest run's. */
export const position = signal(0);
export const playing = signal(false);
/** How many of its runs are shown: two, and those that a button has added. */
export const revealed = signal(2);

const all = signal<readonly { readonly lane: Lane; readonly file: RecordedLane }[]>([]);

/** The recorded lanes that are shown. */
export const recordedLanes = computed(() => all.value.slice(0, revealed.value).map(({ lane }) => lane));
/** Where the recording ends. */
export const duration = computed(() =>
  Math.max(0, ...all.value.slice(0, revealed.value).map(({ file }) => secondsOf(file)))
);

let asked: Promise<void> | undefined;

/** Reads the file beside the page, once, and shows its end. */
export function loadRecording(): Promise<void> {
  return asked ??= load();
}

async function load(): Promise<void> {
  try {
    const response = await fetch("./recording.json");
    if (!response.ok) throw new Error(`status ${response.status}`);
    const file = await response.json() as RecordingFile;
    const made: { lane: Lane; file: RecordedLane }[] = [];
    for (const recorded of file.lanes) {
      const { title, settings, rule } = recorded, id = `recorded-${made.length + 1}`;
      const subject = { id, title, settings, rule, config: undefined, recorded: true };
      const lane = newLane(subject, made.map(({ lane }) => lane));
      lane.pictured.value = recordedPicture(recorded);
      lane.report.value = recorded.start.report;
      made.push({ lane, file: recorded });
    }
    batch(() => {
      recording.value = file;
      all.value = made;
      seek(duration.value);
    });
  } catch {
    recording.value = null;
  }
}

/** Shows the recording as it was after so many seconds of training. */
export function seek(seconds: number): void {
  batch(() => {
    const back = seconds < position.peek() || position.peek() === 0;
    for (const { lane, file } of all.peek()) {
      if (back) forget(lane);
      const from = back ? -1 : position.peek();
      foldEvents((id) => id === lane.id ? lane : undefined, recordedEvents(lane.id, file, from, seconds));
      for (const line of recordedEpochs(file, from, seconds)) addEpoch(lane, line);
      if (seconds < secondsOf(file)) lane.phase.value = playing.peek() ? "running" : "paused";
    }
    position.value = seconds;
  });
}

function forget(lane: Lane): void {
  lane.curve.value = noPoints();
  lane.epochs.value = [];
  lane.notes.value = [];
  lane.time.value = lane.result.value = undefined;
  lane.layers.value = [];
}

/** Plays from where it is; from the beginning where it has ended. */
export function play(): void {
  if (playing.peek()) return;
  playing.value = true;
  seek(position.peek() >= duration.peek() ? 0 : position.peek());
  let last = performance.now();
  const frame = (now: number) => {
    if (!playing.peek()) return;
    // a quarter of a second is soon enough for curves
    if (now - last >= 250) {
      const next = Math.min(duration.peek(), position.peek() + (now - last) / 1000 * SPEED);
      last = now;
      if (next >= duration.peek()) playing.value = false;
      seek(next);
    }
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

/** Stops where it is. */
export function pause(): void {
  playing.value = false;
  seek(position.peek());
}

/** Adds the recording's next run to what is shown. */
export function reveal(count: number): void {
  const ended = position.peek() >= duration.peek();
  revealed.value = Math.max(revealed.peek(), Math.min(count, all.peek().length));
  if (ended) seek(duration.peek());
}
