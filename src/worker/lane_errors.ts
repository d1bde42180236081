/** Why a lane ended, as a page tells it. */
import { GpuError, UserError } from "../errors.ts";
import type { LaneError } from "./lab_types.ts";

/** Where a lane stood. */
export type LaneStanding = Pick<LaneError, "step" | "savedStep">;

/** What a page is told of an error. */
export function laneError(error: unknown, standing: LaneStanding): LaneError {
  if (error instanceof GpuError) {
    const kind = error.kind === "out-of-memory" ? "out-of-memory" : "engine";
    const { message, hint, missing } = error;
    return { kind, message, hint, ...(missing && { missing }), ...standing };
  }
  if (error instanceof UserError) {
    return { kind: isFull(error) ? "storage" : "user", message: error.message, hint: error.hint, ...standing };
  }
  return { kind: "engine", message: error instanceof Error ? error.message : String(error), ...standing };
}

/** Whether a write was refused because the browser's storage has no room. */
function isFull({ cause }: UserError): boolean {
  return cause instanceof Error && cause.name === "QuotaExceededError";
}

/** A loss that is no number. */
export function divergedError(step: number, loss: number, lr: number, savedStep?: number): LaneError {
  const word = Number.isNaN(loss) ? "NaN" : "∞";
  return {
    kind: "diverged",
    message: `the loss became ${word}. Learning rate ${lr} is too high for this network.`,
    hint: `Retry at ${(lr / 3).toPrecision(2)}, with the same seed.`,
    step,
    savedStep,
  };
}
