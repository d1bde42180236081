/** What a lane says of its state: heading, body, and what can be done. Pure: numbers in, words out. */
import { formatCount, formatSeconds, THIN } from "../../../src/experiment/results_numbers.ts";
import { byteWords } from "../../../src/bytes.ts";
import type { LabEvent, LaneError, LanePhase } from "../../../src/worker/lab_types.ts";

/** What a message offers; the view knows how. */
export type StateActName =
  | { readonly act: "resume" | "details" | "small-submits" | "keep-runs" | "export"; readonly label: string }
  | { readonly act: "retry"; readonly label: string; readonly learningRate: number }
  | { readonly act: "batch" | "width"; readonly label: string; readonly value: number };

/** A message of page.md §3. */
export interface LaneMessage {
  readonly heading: string;
  readonly body?: string;
  readonly tone: "plain" | "warn" | "bad";
  readonly actions: readonly StateActName[];
}

const DETAILS: StateActName = { act: "details", label: "Copy details" };

/** What is known of a lane that has failed. */
export interface FailedLane {
  readonly error: LaneError;
  readonly learningRate: number;
  readonly batch: number;
  /** Of the network, where it has one that can be halved. */
  readonly width?: number;
}

/** The message of a failed lane. */
export function failureMessage({ error, learningRate, batch, width }: FailedLane): LaneMessage {
  const { kind, message, hint, step, savedStep, missing } = error;
  const saved = savedStep === undefined ? "Nothing was saved yet." : `The run is saved at step ${savedStep}.`;
  switch (kind) {
    case "diverged": {
      const third = Number((learningRate / 3).toPrecision(2));
      return {
        heading: `Diverged at step ${step ?? 0}`,
        body: sentence(message),
        tone: "bad",
        actions: [{ act: "retry", label: `Retry at ${third}, same seed`, learningRate: third }, DETAILS],
      };
    }
    case "out-of-memory": {
      const smaller: StateActName[] = [];
      if (batch > 32) smaller.push({ act: "batch", label: `Use batch ${batch / 2}`, value: batch / 2 });
      if (width !== undefined && width > 8) {
        smaller.push({ act: "width", label: `Use width ${width / 2}`, value: width / 2 });
      }
      const actions = [...smaller, DETAILS];
      const { place, needs, offers } = missing ?? {};
      if (step === undefined) {
        // no adapter tells what it has: only some refusals say it
        if (needs === undefined) return { heading: message, body: hint, tone: "bad", actions };
        const heading = offers === undefined
          ? `Needs about ${byteWords(needs)}, this adapter has less.`
          : `Needs about ${byteWords(needs)}, this adapter offers ${byteWords(offers)}.`;
        return { heading, body: sentence(message), tone: "bad", actions };
      }
      const kept = savedStep === undefined
        ? "nothing of this one was saved yet"
        : `this one is saved at step ${savedStep}`;
      return {
        heading: `Out of GPU memory at ${place ?? `step ${step}`}`,
        body: `The other runs continue; ${kept}.`,
        tone: "bad",
        actions,
      };
    }
    case "storage":
      return {
        heading: message,
        body: hint,
        tone: "bad",
        // once there is room it goes on from its checkpoint, or begins again where it has none
        actions: [{ act: "export", label: "Export and free" }, { act: "resume", label: "Resume" }, DETAILS],
      };
    case "user":
      return { heading: message, body: hint, tone: "bad", actions: [DETAILS] };
    case "engine": {
      const resume: StateActName[] = savedStep === undefined ? [] : [{ act: "resume", label: "Resume" }];
      return {
        heading: step === undefined ? "Stopped" : `Stopped at step ${step}`,
        body: `${message.replace(/\.$/, "")}. ${saved}`,
        tone: "bad",
        actions: [...resume, DETAILS],
      };
    }
  }
}

/** With a capital letter. */
const sentence = (message: string) => message[0].toUpperCase() + message.slice(1);

/** "Preparing: images 3.1 of 5.3 MiB", "Preparing: compiling 14 of 22". */
export function preparingWords(event: Extract<LabEvent, { kind: "preparing" }> | undefined): string {
  if (!event) return "Preparing";
  const { what, done, total } = event;
  if (what === "kernels") return `Preparing: compiling ${done} of ${total}`;
  const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
  return `Preparing: images ${mebibytes(done)} of ${mebibytes(total)}${THIN}MiB`;
}

/** What a lane at work says in a line: "3 of 10 · 1 min 20 s left". */
export interface LaneProgress {
  readonly phase: LanePhase;
  readonly preparing?: Extract<LabEvent, { kind: "preparing" }>;
  readonly epoch: number;
  readonly epochs: number;
  readonly left?: string;
  readonly savedStep?: number;
  readonly steps: number;
  readonly seconds?: number;
}

/** One line under the bar. */
export function progressWords(lane: LaneProgress): string {
  const place = `epoch ${lane.epoch} of ${lane.epochs}`;
  switch (lane.phase) {
    case "preparing":
      return preparingWords(lane.preparing);
    case "ready":
      return "Ready";
    case "running":
      return lane.left === undefined ? place : `${place} · ${lane.left}`;
    case "paused":
      return `Paused at step ${formatCount(lane.steps)} · ${place}`;
    case "recovering":
      return `The GPU was reset · recovering from step ${lane.savedStep ?? 0}…`;
    case "finished":
      return lane.seconds === undefined ? "Finished" : `Finished · ${formatSeconds(lane.seconds)} of training`;
    case "stopped":
      return lane.savedStep === undefined ? "Stopped" : `Stopped, saved at step ${formatCount(lane.savedStep)}`;
    case "failed":
      return "Stopped";
  }
}

/** After a lost device. */
export function recoveredWords({ step, repeated }: { readonly step: number; readonly repeated: number }): string {
  return `Back at step ${step}, ${repeated} ${repeated === 1 ? "step" : "steps"} repeated.`;
}

/** After three losses within five minutes. */
export const KEEPS_RESETTING: LaneMessage = {
  heading: "The GPU keeps resetting",
  body: "Another program may need it, or a step takes too long.",
  tone: "bad",
  actions: [
    { act: "small-submits", label: "Continue with small submits" },
    { act: "keep-runs", label: "Stop, keep runs" },
  ],
};

/** A fifth run. */
export function fifthWords(name: string): string {
  return `Four run at a time. Queue it, or replace ${name}?`;
}
