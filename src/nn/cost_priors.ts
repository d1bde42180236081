/**
 * The cost model's coefficients by adapter class, in nanoseconds: what is expected of an adapter before anything has been
 * timed on it. `startsparse tune` replaces them by measurements.
 */
import type { AdapterClass } from "../ops/emit.ts";

/** Nanoseconds of a dense pass. */
export interface DensePrior {
  /** Of the pass: dispatching it. */
  readonly perPass: number;
  /** Of each value written: activations, or weights in a weight gradient, where it is the sum over lanes and splits. */
  readonly perValue: number;
  /** Of each multiply-add of 1×1 filters and linear layers, and of larger filters. */
  readonly perPointMac: number;
  readonly perWindowMac: number;
  /** Of each multiply-add at a stride above 1, on top: neighbouring positions share fewer loads. */
  readonly perStridedMac: number;
}

/** Nanoseconds of a packed pass. */
export interface PackedPrior {
  readonly perPass: number;
  /** Of each activation written; a weight gradient writes none. */
  readonly perValue: number;
  /** Of each stored block: decoding its entry. */
  readonly perBlock: number;
  /** Of each stored weight: its value, or its sum over lanes in a weight gradient. */
  readonly perWeight: number;
  /** Of each multiply-add: the arithmetic. */
  readonly perMac: number;
  /** Of each multiply-add at a stride above 1, on top. */
  readonly perStridedMac: number;
  /** Of each load of a float32 activation that multiply-adds of a block share, and of a 16-bit one. */
  readonly perLoad: number;
  readonly perNarrowLoad: number;
  /** Of each value that is copied to 16 bits. */
  readonly perNarrowed: number;
}

/** All coefficients of an adapter class. */
export interface CostPriors {
  readonly dense: Readonly<Record<"forward" | "inputGradient" | "weightGradient", DensePrior>>;
  readonly packed: Readonly<Record<"forward" | "inputGradient" | "weightGradient", PackedPrior>>;
}

/** Grows with every change of the numbers below; a plan that was made from priors names it. */
export const PRIOR_VERSION = 2;

/**
 * A program on the CPU. Fitted by `bench/fit_priors.ts` to `startsparse tune` on two cores with Mesa 22.3.6 llvmpipe under
 * Deno: see the table of that script for how far they are off.
 */
const SOFTWARE: CostPriors = {
  dense: {
    forward: { perPass: 95_000, perValue: 2.2, perPointMac: 0.112, perWindowMac: 0.112, perStridedMac: 0.053 },
    inputGradient: { perPass: 47_000, perValue: 4.5, perPointMac: 0.137, perWindowMac: 0.109, perStridedMac: 0.007 },
    weightGradient: { perPass: 267_000, perValue: 17.5, perPointMac: 0.385, perWindowMac: 0.121, perStridedMac: 0.085 },
  },
  packed: {
    forward: {
      ...{ perPass: 60_000, perValue: 2.2, perBlock: 16, perWeight: 2.6, perMac: 0.075, perStridedMac: 0.215 },
      ...{ perLoad: 0.59, perNarrowLoad: 0.368, perNarrowed: 5.2 },
    },
    inputGradient: {
      ...{ perPass: 68_000, perValue: 3.3, perBlock: 40, perWeight: 0.5, perMac: 0.069, perStridedMac: 0.89 },
      ...{ perLoad: 0.63, perNarrowLoad: 0.381, perNarrowed: 2 },
    },
    weightGradient: {
      ...{ perPass: 64_000, perValue: 0, perBlock: 3.3, perWeight: 0, perMac: 0.125, perStridedMac: 0.238 },
      ...{ perLoad: 0.8, perNarrowLoad: 0.313, perNarrowed: 3.8 },
    },
  },
};

/**
 * A GPU: guesses that no GPU has confirmed. Only the ratios matter for a plan; the absolute times are those of about
 * 5·10¹² multiply-adds a second, 0.0002 ns each.
 *
 * Dense kernels in WGSL reach 40 to 60 % of that: 0.0004 ns. A packed kernel of single weights loads 4 bytes for each
 * multiply-add, and the load units give a quarter of the arithmetic rate: 25 % at best, of which decoding entries and
 * misses of the first cache take their part, so 18 %, 0.0011 ns, and a break-even near density 0.36 for large layers. Half
 * the bytes of 16-bit copies are worth somewhat less than twice the rate; blocks share loads as the model says. A pass
 * costs about 5 µs to start, and a value written 4 bytes of about 500 GB/s, 0.008 ns.
 */
const GPU: CostPriors = {
  dense: {
    forward: { perPass: 5000, perValue: 0.008, perPointMac: 0.0005, perWindowMac: 0.0004, perStridedMac: 0 },
    inputGradient: { perPass: 5000, perValue: 0.008, perPointMac: 0.0005, perWindowMac: 0.0004, perStridedMac: 0 },
    weightGradient: { perPass: 8000, perValue: 0.02, perPointMac: 0.0005, perWindowMac: 0.0004, perStridedMac: 0 },
  },
  packed: {
    forward: {
      ...{ perPass: 5000, perValue: 0.008, perBlock: 0.002, perWeight: 0 },
      ...{ perMac: 0.0003, perStridedMac: 0, perLoad: 0.0008, perNarrowLoad: 0.0005, perNarrowed: 0.012 },
    },
    inputGradient: {
      ...{ perPass: 5000, perValue: 0.008, perBlock: 0.002, perWeight: 0 },
      ...{ perMac: 0.0003, perStridedMac: 0, perLoad: 0.0008, perNarrowLoad: 0.0005, perNarrowed: 0.012 },
    },
    weightGradient: {
      ...{ perPass: 8000, perValue: 0, perBlock: 0.002, perWeight: 0.02 },
      ...{ perMac: 0.0003, perStridedMac: 0, perLoad: 0.0009, perNarrowLoad: 0.0006, perNarrowed: 0.012 },
    },
  },
};

/** The coefficients by adapter class. */
export const COST_PRIORS: Readonly<Record<AdapterClass["name"], CostPriors>> = { software: SOFTWARE, gpu: GPU };
