/** Random numbers of a Monte Carlo trial: functions of the seed, of what they are for, and of the trial's number. */
import { STREAM, type Stream, U32Reader } from "../random/philox.ts";
import { normalQuantile, uniform01 } from "../random/real.ts";

/** What numbers are for: kept edges, and values of weights. */
export type DrawKind = "mask" | "values";

const STREAMS: Readonly<Record<DrawKind, Stream>> = { mask: STREAM.mask, values: STREAM.init };

/** Numbers one after the other. */
export interface Draws {
  /** Whether an edge is kept, with chance p. */
  kept(p: number): boolean;
  /** A number of U(0, 1). */
  uniform(): number;
  /** A number of N(0, 1). */
  normal(): number;
  /** A whole number below `bound`. */
  below(bound: number): number;
}

/** The numbers of one layer (or matrix) in one trial. */
export function draws(kind: DrawKind, seed: number, layer: number, trial: number): Draws {
  const reader = new U32Reader(seed, STREAMS[kind], layer, trial, 64);
  const uniform = () => uniform01(reader.next(), reader.next());
  return {
    kept: (p) => reader.next() < p * 0x100000000,
    uniform,
    normal: () => normalQuantile(uniform()),
    below: (bound) => reader.below(bound),
  };
}

/** The share of trials that succeed, with its standard deviation. */
export interface Share {
  readonly trials: number;
  readonly share: number;
  readonly deviation: number;
}

/** Counts successes over trials 0 … n − 1. */
export function shareOf(trials: number, succeeds: (trial: number) => boolean): Share {
  let count = 0;
  for (let trial = 0; trial < trials; trial++) if (succeeds(trial)) count++;
  const share = count / trials;
  return { trials, share, deviation: Math.sqrt(share * (1 - share) / trials) };
}
