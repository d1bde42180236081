/**
 * Whether two competitors have computed the same: what is not the same work is not worth timing. Tensors are compared as a
 * whole, ‖a − b‖ over ‖b‖; of a step, by how much the first one moves the parameters and the first three the loss.
 */
import { UserError } from "../../src/errors.ts";
import type { Tensors } from "./inputs.ts";
import type { Precision } from "./protocol.ts";
import type { Work } from "./work.ts";

/** Something that was compared, and how far apart it may be. */
export interface Difference {
  /** A result, or "updates" of all parameters together. */
  readonly tensor: string;
  /** Relative to the size of what is compared. */
  readonly error: number;
  readonly limit: number;
}

/**
 * Limits by number format. A step's are wider: where a value meets a ReLU at zero, or a maximum its twin, a rounding sends
 * the whole gradient another way. In float32 each parameter's update is compared. In coarser formats so many units of a
 * deep network fall to the other side that only all updates together say something: vectors that have nothing to do with
 * each other are 1.4 apart, and one that was forgotten 1.
 */
export const LIMITS: Readonly<Record<Precision, Readonly<Record<"layer" | "losses" | "updates", number>>>> = {
  float32: { layer: 1e-5, losses: 5e-2, updates: 2e-2 },
  tf32: { layer: 5e-3, losses: 0.3, updates: 0.5 },
  float16: { layer: 5e-3, losses: 0.3, updates: 0.5 },
  bfloat16: { layer: 2e-2, losses: 0.6, updates: 0.8 },
};

/** Float32 has no more than this of a parameter: a smaller update is lost in it. */
const ROUNDING = 1e-6;

/**
 * Share of all updates together that one parameter's may be apart by besides: a batch norm's shift before a layer with few
 * inputs has a gradient that nearly cancels. In VGG-16 at density 0.01 in 8×8 blocks PyTorch's float32 is 0.14 away from
 * its own float64 in one of them, whose update is 0.001 of all.
 */
const CANCELLED = 1e-2;

/** Squares of what two tensors are apart, of what is compared, and of the numbers that it is the difference of. */
interface Squares {
  apart: number;
  size: number;
  whole: number;
}

/** @param floor added to the size of what is compared */
function relative({ apart, size, whole }: Squares, limit: number, floor = 0): number {
  if (apart === 0) return 0;
  const error = Math.sqrt(apart) / (Math.sqrt(size) + floor + ROUNDING / limit * Math.sqrt(whole));
  return Number.isNaN(error) ? Infinity : error;
}

/** Compares results with one's own, tensor by tensor; one that is missing or of another shape is infinitely far apart. */
export function compareResults(
  work: Work,
  inputs: Tensors,
  own: Tensors,
  theirs: Tensors,
  precision: Precision,
): Difference[] {
  const limits = LIMITS[precision], step = work.kind === "step", together = step && precision !== "float32";
  const all: Squares = { apart: 0, size: 0, whole: 0 };
  const differences: Difference[] = [], updates: { tensor: string; squares: Squares }[] = [];
  for (const [tensor, { shape, data }] of own) {
    const updated = step && tensor !== "losses";
    const limit = updated ? limits.updates : step ? limits.losses : limits.layer;
    const other = theirs.get(tensor), wanted = data as Float32Array;
    if (other?.shape.join() !== shape.join()) {
      differences.push({ tensor, error: Infinity, limit });
      continue;
    }
    const before = updated
      ? inputs.get(tensor)!.data as Float32Array
      : step
      ? new Float32Array(wanted.length).fill(wanted[0])
      : undefined;
    const squares = compareNumbers(wanted, other.data as Float32Array, before);
    if (updated) {
      for (const key of ["apart", "size", "whole"] as const) all[key] += squares[key];
      updates.push({ tensor, squares });
    } else differences.push({ tensor, error: relative(squares, limit), limit });
  }
  const floor = CANCELLED * Math.sqrt(all.size);
  for (const { tensor, squares } of together ? [] : updates) {
    differences.push({ tensor, error: relative(squares, limits.updates, floor), limit: limits.updates });
  }
  if (together) differences.push({ tensor: "updates", error: relative(all, limits.updates), limit: limits.updates });
  return differences;
}

/** @param before what both started from; nothing where the numbers themselves are compared */
function compareNumbers(wanted: Float32Array, got: Float32Array, before: Float32Array | undefined): Squares {
  const squares: Squares = { apart: 0, size: 0, whole: 0 };
  wanted.forEach((value, i) => {
    squares.apart += (got[i] - value) ** 2;
    squares.size += (value - (before?.[i] ?? 0)) ** 2;
    if (before) squares.whole += value ** 2;
  });
  return squares;
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
  throw new UserError(`${work}: ${peer} and startsparse compute different numbers: ${apart}`, {
    hint: "Nothing was timed of it: find out which of them is wrong first. --peers without it compares the others.",
  });
}
