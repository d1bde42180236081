/** What happens during a run, for whoever shows it. */
import type { Outcome, Progress } from "../train/trainer.ts";
import type { MemoryEstimate } from "./memory.ts";
import type { Network } from "./network.ts";
import type { RunResult } from "./run_result.ts";

/** One event; everything in it can be sent between threads. */
export type RunEvent =
  /** The data set is being read. */
  | { kind: "loading"; data: string }
  | {
    kind: "start";
    adapter: string;
    model: string;
    images: number;
    epochs: number;
    /** Steps that end the run before its epochs do, where the configuration says so. */
    steps?: number;
    report: Network["report"];
    memory: MemoryEstimate;
    /** Seconds that reading the data took. */
    loading: number;
    warnings: string[];
  }
  | { kind: "progress"; epoch: number; epochs: number; progress: Progress }
  | { kind: "epoch"; epoch: number; epochs: number; lr: number; train: Outcome; validation?: Outcome; test: Outcome }
  /** What the environment's DEBUG asked for. */
  | { kind: "debug"; lines: string[] }
  | { kind: "end"; result: RunResult };
