/** What happens during a run, for whoever shows it. */
import type { Outcome, Progress } from "../train/trainer.ts";
import type { MemoryEstimate } from "./memory.ts";
import type { Network } from "./network.ts";
import type { MaskMetric } from "./run_masks.ts";
import type { PlanSummary } from "./planning.ts";
import type { RunResult } from "./run_result.ts";

/** One event; everything in it can be sent between threads. */
export type RunEvent =
  /** The data set is being read. */
  | { kind: "loading"; data: string }
  /** Bytes of the data set that have been read. */
  | { kind: "reading"; done: number; total: number }
  /** Kernels that have been compiled before the network is built. */
  | { kind: "compiling"; done: number; total: number }
  /** A round of scoring, counted from 1, is on the device. */
  | { kind: "scoring"; round: number; rounds: number }
  | {
    kind: "start";
    adapter: string;
    model: string;
    images: number;
    /** Epochs and steps until the end of the run: `train.steps` may end it in the middle of an epoch. */
    epochs: number;
    steps: number;
    report: Network["report"];
    memory: MemoryEstimate;
    kernels: PlanSummary;
    /** Seconds that reading the data took. */
    loading: number;
    warnings: string[];
    /** Where the run goes on: its checkpoint, epochs that are over, and steps. */
    resumed?: { file: string; epoch: number; step: number; trainingSeconds: number };
  }
  /** `done` is the share of the whole run's steps. */
  | { kind: "progress"; epoch: number; epochs: number; progress: Progress; done: number }
  | { kind: "epoch"; epoch: number; epochs: number; lr: number; train: Outcome; validation?: Outcome; test: Outcome }
  /** A checkpoint was written. */
  | { kind: "checkpoint"; step: number }
  /** The loss of a step became no number, for the first time in the run. */
  | { kind: "diverged"; step: number; loss: number }
  /** Masks at the start, after a change, or at the end of a level. */
  | { kind: "mask"; line: MaskMetric }
  /** What the environment's DEBUG asked for. */
  | { kind: "debug"; lines: string[] }
  | { kind: "end"; result: RunResult };
