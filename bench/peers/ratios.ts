/** From samples to what is printed: medians, and how many times faster round by round. */
import { spreadOf } from "../../src/gpu/timing.ts";
import { summarise, type TimeSpread } from "../../src/bench/measure.ts";
import type { Difference } from "./check.ts";
import type { Samples } from "./rounds.ts";

/** What is known of one competitor at one work. */
export interface Side {
  readonly how: string;
  readonly precision: string;
  /** Milliseconds of the first runs, with their compilation; in none of the other times. */
  readonly firstMs: number;
  /** Milliseconds to get ready: uploads, and trying kernels or settings. */
  readonly prepareMs: number;
}

/** startsparse against one peer at one work. */
export interface Ratio {
  readonly work: string;
  readonly group: string;
  readonly peer: string;
  /** Of startsparse and of the peer, milliseconds a run by the wall clock. */
  readonly medianMs: number;
  readonly peerMs: number;
  /** Median over the rounds of the peer's time over that of startsparse in the same round. */
  readonly timesFaster: number;
  /** Quartiles and extremes of that. */
  readonly spread: TimeSpread;
  readonly oursSpread: TimeSpread;
  readonly peerSpread: TimeSpread;
  /** Rounds in which both ran. */
  readonly rounds: number;
  /** Runs of a sample. */
  readonly times: { readonly ours: number; readonly peer: number };
  /** By the peer's device clock (CUDA events); null without one. */
  readonly peerDeviceMs: number | null;
  readonly ours: Side;
  readonly theirs: Side;
  /** The largest difference between their results, before anything was timed. */
  readonly check: Difference;
}

/** Compares two competitors' samples; undefined where there is no round in which both ran. */
export function ratioOf(
  base: Pick<Ratio, "work" | "group" | "peer" | "ours" | "theirs" | "check">,
  ours: Samples,
  theirs: Samples,
): Ratio | undefined {
  const both = ours.ms.flatMap((ms, round) => {
    const peer = theirs.ms[round];
    return ms !== null && peer !== null && peer !== undefined ? [{ ms, peer }] : [];
  });
  if (both.length === 0) return undefined;
  const own = summarise(both.map(({ ms }) => ms))!,
    other = summarise(both.map(({ peer }) => peer))!;
  const { median: timesFaster, ...spread } = spreadOf(
    both.map(({ ms, peer }) => peer / ms),
  );
  return {
    ...base,
    medianMs: own.medianMs,
    peerMs: other.medianMs,
    timesFaster,
    spread,
    oursSpread: own.spread,
    peerSpread: other.spread,
    rounds: both.length,
    times: { ours: ours.times, peer: theirs.times },
    peerDeviceMs: summarise(theirs.deviceMs)?.medianMs ?? null,
  };
}
