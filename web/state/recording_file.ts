/** A recorded race: runs with their curves, evaluations, times and masks, packed small. Written by scripts/make_recording.ts. */
import type { RunEvent } from "../../src/experiment/run_events.ts";
import type { RunResult } from "../../src/experiment/run_result.ts";
import type { LabEvent, LayerTime } from "../../src/worker/lab_types.ts";
import type { LayerPicture } from "../../src/worker/lab_types.ts";
import type { EpochLine } from "./lanes.ts";

type Start = Extract<RunEvent, { kind: "start" }>;
type MaskLine = Extract<RunEvent, { kind: "mask" }>["line"];
type Time = Extract<LabEvent, { kind: "time" }>;

/** The file `recording.json` beside the page. */
export interface RecordingFile {
  readonly format: 1;
  readonly adapter: { readonly name: string; readonly software: boolean };
  /** ISO 8601, the day. */
  readonly date: string;
  readonly lanes: readonly RecordedLane[];
}

/** A run of a {@link RecordingFile}. */
export interface RecordedLane {
  readonly title: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly rule: RunResult["rule"];
  readonly batch: number;
  readonly start: Start;
  readonly mask: MaskLine;
  /** Steps, seconds, losses and accuracies of the curve's points, column by column. */
  readonly curve: readonly [readonly number[], readonly number[], readonly number[], readonly number[]];
  /** Evaluations, rows of {@link EPOCH_COLUMNS}; without a validation split its two are null. */
  readonly epochs: readonly (readonly (number | null)[])[];
  /** Step times as they were known at a second of training: the second, and median, low, high and n of {@link Time}. */
  readonly times: readonly (readonly [number, number, number, number, number])[];
  readonly layers: readonly LayerTime[];
  /** Every layer's mask, in any order; none for the dense network. */
  readonly masks: readonly { readonly layer: string; readonly shape: readonly number[]; readonly bits: string }[];
  readonly result: RunResult;
}

/** What a row of {@link RecordedLane.epochs} has; the first is seconds of training. */
export const EPOCH_COLUMNS = [
  "at",
  "lr",
  "trainLoss",
  "trainAccuracy",
  "validationLoss",
  "validationAccuracy",
  "testLoss",
  "testAccuracy",
] as const;

/** Bits as base64 of the gaps between ones, seven bits a byte and the eighth where more follow: sparse masks are short. */
export function packBits(bits: Uint32Array, size: number): string {
  const bytes: number[] = [];
  let last = -1;
  for (let i = 0; i < size; i++) {
    if ((bits[i >>> 5] >>> (i & 31) & 1) === 0) continue;
    let gap = i - last - 1;
    last = i;
    for (; gap >= 128; gap = Math.floor(gap / 128)) bytes.push(gap % 128 + 128);
    bytes.push(gap);
  }
  return btoa(bytes.map((byte) => String.fromCharCode(byte)).join(""));
}

/** The inverse of {@link packBits}. */
export function unpackBits(text: string, size: number): Uint32Array {
  const bits = new Uint32Array(Math.ceil(size / 32)), bytes = atob(text);
  let at = -1, gap = 0, place = 1;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes.charCodeAt(i);
    gap += byte % 128 * place;
    place *= 128;
    if (byte >= 128) continue;
    at += gap + 1;
    bits[at >>> 5] |= 1 << (at & 31);
    [gap, place] = [0, 1];
  }
  return bits;
}

/** The second layer's mask of a recorded run, as SourceInfo has it; all ones where there are no masks. */
export function recordedPicture(lane: RecordedLane): LayerPicture {
  const { name, shape, size, nnz } = lane.start.report.layers[1];
  const stored = lane.masks.find(({ layer }) => layer === name);
  const bits = stored ? unpackBits(stored.bits, size) : new Uint32Array(Math.ceil(size / 32)).fill(0xffffffff);
  return { layer: name, shape, bits, kept: nnz };
}

/** What the lab would have said of a run between two seconds of its training, `from` left out. */
export function recordedEvents(id: string, lane: RecordedLane, from: number, to: number): LabEvent[] {
  const events: LabEvent[] = [];
  const within = (at: number) => at > from && at <= to;
  const end = secondsOf(lane);
  if (from < 0 && to >= 0) {
    events.push({ kind: "run", lane: id, event: lane.start }, {
      kind: "run",
      lane: id,
      event: { kind: "mask", line: lane.mask },
    });
    events.push({ kind: "phase", lane: id, phase: "running" });
  }
  const [steps, seconds, losses, accuracies] = lane.curve;
  const rows = seconds.flatMap((at, i) =>
    within(at) ? [steps[i], imagesAfter(lane, steps[i]), at, losses[i], accuracies[i]] : []
  );
  if (rows.length > 0) events.push({ kind: "curve", lane: id, rows: new Float32Array(rows) });
  const known = lane.times.findLast(([at]) => at <= to);
  if (known) {
    const [, median, low, high, n] = known, step: Time["step"] = { median, low, high, n };
    const gpuSeconds = Math.min(to, end);
    const i = seconds.findLastIndex((at) => at <= to);
    const done = i < 0 ? 0 : steps[i] / lane.start.steps;
    const images = i < 0 ? 0 : imagesAfter(lane, steps[i]);
    const secondsLeft = done > 0 ? gpuSeconds * (1 - done) / done : undefined;
    events.push({ kind: "time", lane: id, step, images, gpuSeconds, done, secondsLeft });
  }
  if (within(end)) {
    events.push({ kind: "layers", lane: id, by: "clock", layers: [...lane.layers] });
    events.push({ kind: "run", lane: id, event: { kind: "end", result: lane.result } });
    events.push({ kind: "phase", lane: id, phase: "finished" });
  }
  return events;
}

/** Evaluations of a recorded run between two seconds of its training, `from` left out. */
export function recordedEpochs(lane: RecordedLane, from: number, to: number): EpochLine[] {
  return lane.epochs.flatMap((row, i) => {
    const [at, , trainLoss, trainAccuracy, validationLoss, validationAccuracy, loss, accuracy] = row;
    if (at! <= from || at! > to) return [];
    const validation = validationLoss === null
      ? {}
      : { validation: { loss: validationLoss, accuracy: validationAccuracy! } };
    const train = { loss: trainLoss!, accuracy: trainAccuracy! };
    const step = Math.round((i + 1) * lane.start.steps / lane.start.epochs);
    return [{ epoch: i + 1, step, train, ...validation, test: { loss: loss!, accuracy: accuracy! } }];
  });
}

/** Seconds of training of a recorded run: its last evaluation ends it. */
export function secondsOf(lane: RecordedLane): number {
  return Math.max(lane.curve[1].at(-1) ?? 0, lane.epochs.at(-1)?.[0] ?? 0);
}

/** Images that have been trained on after so many steps: the last batch of an epoch is smaller. */
function imagesAfter({ batch, start: { images } }: RecordedLane, step: number): number {
  const inEpoch = Math.ceil(images / batch), epochs = Math.floor(step / inEpoch);
  return epochs * images + Math.min((step - epochs * inEpoch) * batch, images);
}
