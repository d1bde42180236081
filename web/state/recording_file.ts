/** A recorded race: runs with their curves, evaluations, times and masks, packed small. Written by scripts/make_recording.ts. */
import type { RunEvent } from "../../src/experiment/run_events.ts";
import type { RunResult } from "../../src/experiment/run_result.ts";
import type { LabEvent, LayerTime } from "../../src/worker/lab_types.ts";
import type { LayerMask } from "./lanes.ts";

type Start = Extract<RunEvent, { kind: "start" }>;
type Epoch = Extract<RunEvent, { kind: "epoch" }>;
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
  /** Evaluations: when (seconds of training), and what. */
  readonly epochs: readonly { readonly at: number; readonly event: Epoch }[];
  /** Step times as they were known at a second of training. */
  readonly times: readonly { readonly at: number; readonly step: Time["step"] }[];
  readonly layers: readonly LayerTime[];
  /** Every layer's mask; none for the dense network. */
  readonly masks: readonly { readonly layer: string; readonly shape: readonly number[]; readonly bits: string }[];
  readonly result: RunResult;
}

/** Words of bits as base64. */
export function packBits(bits: Uint32Array): string {
  const bytes = new Uint8Array(bits.buffer, bits.byteOffset, bits.byteLength);
  return btoa(String.fromCharCode(...bytes));
}

/** The inverse of {@link packBits}. */
export function unpackBits(text: string): Uint32Array {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  return new Uint32Array(bytes.buffer);
}

/** The first layer's mask of a recorded run; all ones where there are no masks. */
export function recordedFirstMask(lane: RecordedLane): LayerMask {
  const { name, shape, size, nnz } = lane.start.report.layers[0], stored = lane.masks[0];
  const bits = stored ? unpackBits(stored.bits) : new Uint32Array(Math.ceil(size / 32)).fill(0xffffffff);
  return { layer: name, shape, bits, kept: nnz };
}

/** What the lab would have said of a run between two seconds of its training, `from` left out. */
export function recordedEvents(id: string, lane: RecordedLane, from: number, to: number): LabEvent[] {
  const events: LabEvent[] = [];
  const within = (at: number) => at > from && at <= to;
  const end = secondsOf(lane);
  if (from < 0 && to >= 0) {
    events.push({ kind: "run", lane: id, event: lane.start }, { kind: "run", lane: id, event: { kind: "mask", line: lane.mask } });
    events.push({ kind: "phase", lane: id, phase: "running" });
  }
  const [steps, seconds, losses, accuracies] = lane.curve;
  const rows = seconds.flatMap((at, i) =>
    within(at) ? [steps[i], imagesAfter(lane, steps[i]), at, losses[i], accuracies[i]] : []
  );
  if (rows.length > 0) events.push({ kind: "curve", lane: id, rows: new Float32Array(rows) });
  const step = lane.times.findLast(({ at }) => at <= to)?.step;
  if (step) {
    const gpuSeconds = Math.min(to, end);
    const i = seconds.findLastIndex((at) => at <= to);
    const done = i < 0 ? 0 : steps[i] / lane.start.steps;
    const images = i < 0 ? 0 : imagesAfter(lane, steps[i]);
    const secondsLeft = done > 0 ? gpuSeconds * (1 - done) / done : undefined;
    events.push({ kind: "time", lane: id, step, images, gpuSeconds, done, secondsLeft });
  }
  for (const { at, event } of lane.epochs) if (within(at)) events.push({ kind: "run", lane: id, event });
  if (within(end)) {
    events.push({ kind: "layers", lane: id, by: "clock", layers: [...lane.layers] });
    events.push({ kind: "run", lane: id, event: { kind: "end", result: lane.result } });
    events.push({ kind: "phase", lane: id, phase: "finished" });
  }
  return events;
}

/** Seconds of training of a recorded run: its last evaluation ends it. */
export function secondsOf(lane: RecordedLane): number {
  return Math.max(lane.curve[1].at(-1) ?? 0, lane.epochs.at(-1)?.at ?? 0);
}

/** Images that have been trained on after so many steps: the last batch of an epoch is smaller. */
function imagesAfter({ batch, start: { images } }: RecordedLane, step: number): number {
  const inEpoch = Math.ceil(images / batch), epochs = Math.floor(step / inEpoch);
  return epochs * images + Math.min((step - epochs * inEpoch) * batch, images);
}
