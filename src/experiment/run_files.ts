/** Names of what lies in a run folder. */
import { joinPath } from "../host/host.ts";

/** Names of the files in a run folder. */
export const RUN_FILES = {
  config: "config.yaml",
  plan: "plan.json",
  provenance: "provenance.json",
  metrics: "metrics.jsonl",
  weights: "weights.safetensors",
  masks: "masks.safetensors",
  result: "result.json",
} as const;

/** The folder of checkpoints in a run's folder. */
export const CHECKPOINTS = "checkpoints";

/** The path of the checkpoint at a step. */
export function checkpointPath(folder: string, step: number): string {
  return joinPath(folder, CHECKPOINTS, `step-${String(step).padStart(9, "0")}.safetensors`);
}

/** Says in a run folder of a page that it was brought in, not trained there. It is not packed again. */
export const IMPORTED_MARK = ".imported";
