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
export const PRIOR_VERSION = 3;

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
 * A GPU. From `startsparse tune` and `bench conv` on one NVIDIA H100 (ResNet-18 and VGG-16 at batch 128, Deno's WebGPU);
 * only ratios matter for a plan. Multiply-adds and loads of packed kernels are told apart by blocks of 8×8 against single
 * weights at 64→64, 16×16. The 1×1 filters were not timed in time and have the windows' figures.
 */
const GPU: CostPriors = {
  dense: {
    forward: { perPass: 9000, perValue: 0.002, perPointMac: 0.00007, perWindowMac: 0.00007, perStridedMac: 0.000011 },
    inputGradient: {
      perPass: 5300,
      perValue: 0.003,
      perPointMac: 0.00007,
      perWindowMac: 0.00007,
      perStridedMac: 0.000005,
    },
    weightGradient: { perPass: 9700, perValue: 0.024, perPointMac: 0.000092, perWindowMac: 0.000092, perStridedMac: 0 },
  },
  packed: {
    forward: {
      ...{ perPass: 8500, perValue: 0.0011, perBlock: 0.096, perWeight: 0, perMac: 0.00005, perStridedMac: 0.000058 },
      ...{ perLoad: 0.0003, perNarrowLoad: 0.00024, perNarrowed: 0.003 },
    },
    inputGradient: {
      ...{ perPass: 5100, perValue: 0.0026, perBlock: 0.39, perWeight: 0, perMac: 0.00005, perStridedMac: 0.00021 },
      ...{ perLoad: 0.00025, perNarrowLoad: 0.0002, perNarrowed: 0.003 },
    },
    weightGradient: {
      ...{ perPass: 8600, perValue: 0, perBlock: 0, perWeight: 0, perMac: 0.00006, perStridedMac: 0.0001 },
      ...{ perLoad: 0.00029, perNarrowLoad: 0.00024, perNarrowed: 0.003 },
    },
  },
};

/** The coefficients by adapter class. */
export const COST_PRIORS: Readonly<Record<AdapterClass["name"], CostPriors>> = { software: SOFTWARE, gpu: GPU };
