/**
 * Whether two competitors have computed the same: what is not the same work is not worth timing. Tensors are compared as a
 * whole, ‖a − b‖ over ‖b‖; of a step, the losses and by how much two steps have moved the parameters.
 */
import { UserError } from "../../src/errors.ts";
import type { Tensors } from "./inputs.ts";
import type { Precision } from "./protocol.ts";
import type { Work } from "./work.ts";

/** A tensor that was compared, and how far apart it may be. */
export interface Difference {
  readonly tensor: string;
  /** Relative to the size of what is compared. */
  readonly error: number;
  readonly limit: number;
}

/**
 * Limits by number format. A step's are wider: where a value meets a ReLU at zero, or a maximum its twin, a rounding sends
 * the whole gradient another way, and batch norm divides by what may be small.
 */
export const LIMITS: Readonly<
  Record<Precision, Readonly<Record<"layer" | "losses" | "updates", number>>>
> = {
  float32: { layer: 1e-5, losses: 1e-4, updates: 2e-2 },
  tf32: { layer: 5e-3, losses: 1e-2, updates: 0.2 },
  float16: { layer: 5e-3, losses: 1e-2, updates: 0.2 },
  bfloat16: { layer: 2e-2, losses: 3e-2, updates: 0.5 },
};

/** Float32 has no more than this of a parameter: a smaller update is lost in it. */
const ROUNDING = 1e-6;

/** Compares results with one's own, tensor by tensor; one that is missing or of another shape is infinitely far apart. */
export function compareResults(
  work: Work,
  inputs: Tensors,
  own: Tensors,
  theirs: Tensors,
  precision: Precision,
): Difference[] {
  return [...own].map(([tensor, { shape, data }]): Difference => {
    const limits = LIMITS[precision],
      updated = work.kind === "step" && tensor !== "losses";
    const limit = updated ? limits.updates : work.kind === "step" ? limits.losses : limits.layer;
    const other = theirs.get(tensor), wanted = data as Float32Array;
    if (other?.shape.join() !== shape.join()) {
      return { tensor, error: Infinity, limit };
    }
    const got = other.data as Float32Array;
    const before = updated ? inputs.get(tensor)!.data as Float32Array : undefined;
    let apart = 0, size = 0, whole = 0;
    wanted.forEach((value, i) => {
      apart += (got[i] - value) ** 2;
      size += (value - (before?.[i] ?? 0)) ** 2;
      whole += value ** 2;
    });
    const scale = Math.sqrt(size) +
      (before ? ROUNDING / limit * Math.sqrt(whole) : 0);
    const error = apart === 0 ? 0 : Math.sqrt(apart) / scale;
    return { tensor, error: Number.isNaN(error) ? Infinity : error, limit };
  });
}

/**
 * The largest difference, as a share of its limit.
 * @throws {UserError} that names work, peer and tensor where a limit is broken
 */
export function requireSame(work: string, peer: string, differences: readonly Difference[]): Difference {
  const worst = differences.reduce((a, b) => b.error / b.limit > a.error / a.limit ? b : a);
  if (worst.error <= worst.limit) return worst;
  const apart = Number.isFinite(worst.error)
    ? `${worst.tensor} is ${worst.error.toExponential(1)} apart, where ${worst.limit} would be rounding`
    : `${worst.tensor} is missing, of another shape, or not a number`;
  throw new UserError(
    `${work}: ${peer} and startsparse compute different numbers: ${apart}`,
    {
      hint: "Nothing was timed of it: find out which of them is wrong first. --peers without it compares the others.",
    },
  );
}
