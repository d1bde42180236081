/** From what the lab says to the signals of a lane. */
import { batch } from "@preact/signals";
import { formatLoss, THIN } from "../../src/experiment/results_numbers.ts";
import type { RunEvent } from "../../src/experiment/run_events.ts";
import type { LabEvent } from "../../src/worker/lab_types.ts";
import { percent } from "./captions.ts";
import { addRows } from "./curves.ts";
import type { EpochLine, Lane, LaneNote } from "./lanes.ts";

/** Notes that a lane keeps, the newest. */
const MOST_NOTES = 200;

/** Takes events of one frame in, all signals at once. Events of lanes that are not known are dropped. */
export function foldEvents(find: (id: string) => Lane | undefined, events: readonly LabEvent[]): void {
  batch(() => {
    for (const event of events) {
      const lane = "lane" in event ? find(event.lane) : undefined;
      if (lane) foldEvent(lane, event);
    }
  });
}

function foldEvent(lane: Lane, event: LabEvent): void {
  switch (event.kind) {
    case "phase":
      lane.phase.value = event.phase;
      lane.error.value = event.error;
      if (event.phase !== "preparing") lane.preparing.value = undefined;
      if (event.error) noteError(lane, event.error.message, event.error.step);
      break;
    case "preparing":
      lane.preparing.value = event;
      break;
    case "curve": {
      const columns = lane.curve.peek();
      addRows(columns, event.rows);
      lane.curve.value = { ...columns };
      break;
    }
    case "time":
      lane.time.value = event;
      break;
    case "layers":
      lane.layers.value = event.layers;
      break;
    case "picture":
      lane.pictured.value = event.mask;
      break;
    case "saved":
      lane.savedStep.value = event.step;
      note(lane, { step: event.step, kind: "saved", text: "saved" });
      break;
    case "recovered":
      lane.recovered.value = event;
      note(lane, { step: event.step, kind: "lost", text: `the GPU was reset; ${event.repeated} steps are repeated` });
      break;
    case "run":
      foldRun(lane, event.event);
      break;
  }
}

function foldRun(lane: Lane, event: RunEvent): void {
  switch (event.kind) {
    case "start":
      lane.start.value = event;
      lane.report.value = event.report;
      break;
    case "epoch":
      addEpoch(lane, { ...event, step: stepsAfter(lane, event.epoch) });
      break;
    case "mask":
      lane.mask.value = event.line;
      if (event.line.reason !== "start") {
        note(lane, { step: event.line.step, kind: "masks", text: `masks changed at step ${event.line.step}` });
      }
      break;
    case "end":
      lane.result.value = event.result;
      break;
  }
}

/** Takes an evaluation in; those of the same and of later epochs that were there are repeated now. */
export function addEpoch(lane: Lane, line: EpochLine): void {
  lane.epochs.value = [...lane.epochs.peek().filter(({ epoch }) => epoch < line.epoch), line];
  const { accuracy, loss } = line.test;
  const text = `epoch ${line.epoch}: test accuracy ${percent(accuracy)}, loss ${formatLoss(loss)}`;
  note(lane, { step: line.step, kind: "evaluated", text });
}

/** Steps that a run has taken when an epoch is over. */
export function stepsAfter(lane: Lane, epoch: number): number {
  const start = lane.start.peek();
  return start && start.epochs > 0 ? Math.min(start.steps, Math.ceil(epoch * start.steps / start.epochs)) : 0;
}

function noteError(lane: Lane, message: string, step = lane.curve.peek().step.at(-1) ?? 0): void {
  note(lane, { step, kind: "failed", text: message });
}

/** Adds to what happened; the same said twice in a row is said once. */
export function note(lane: Lane, added: LaneNote): void {
  const notes = lane.notes.peek(), last = notes.at(-1);
  if (last && last.text === added.text && last.step === added.step) return;
  lane.notes.value = [...notes, added].slice(-MOST_NOTES);
}

/** A live setting takes effect: marked on the curve and noted. */
export function markChange(lane: Lane, words: string): void {
  const step = lane.curve.peek().step.at(-1) ?? 0;
  lane.marks.value = [...lane.marks.peek(), { step, text: words }];
  note(lane, { step, kind: "changed", text: words.replaceAll(THIN, " ") });
}
