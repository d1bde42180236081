/**
 * Gradual magnitude pruning (Zhu and Gupta 2017): the smallest weights are pruned at intervals, along a cubic schedule from
 * the source's density to the target's. As in the authors' dynamic-training code (ER_DST/sparselearning/core.py), globally
 * or in each layer.
 */
import * as z from "zod";
import { density, interval, scope, share } from "./settings.ts";

/** Settings of gradual pruning; fractions are of the run's steps. */
export const gmpSettings = z.strictObject({
  density: density(),
  scope: scope(),
  from: share().default(0).describe("Share of the steps before pruning begins."),
  until: share().default(0.6875).describe(
    "Share of the steps after which the density is the target's (110 of 160 epochs).",
  ),
  interval: interval(),
  classifierDensity: z.number().min(0).max(1).default(0).describe(
    "Least density of the last layer with scope layers; the others share the rest (0.2 in the released code).",
  ),
});

/** See {@link gmpSettings}. */
export type GmpSettings = z.output<typeof gmpSettings>;
