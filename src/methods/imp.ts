/**
 * Iterative magnitude pruning: train, prune the smallest weights, go back, and train again, level after level. With weight
 * rewinding (Frankle and Carbin 2019, Frankle et al. 2020) weights go back to where they began or to the end of a warm-up;
 * with learning-rate rewinding (Renda et al. 2020) only the schedule does.
 */
import * as z from "zod";
import { density, fraction, scope } from "./settings.ts";

const shared = {
  density: density(),
  factor: z.number().gt(0).lt(1).default(0.8).describe(
    "Each level keeps this share of the weights of the one before, from the source on; the last one reaches the density.",
  ),
  densities: z.array(fraction()).min(1).optional().describe(
    "Densities that the levels are pruned to, instead of factor and density.",
  ),
  exact: z.boolean().default(true).describe(
    "End at the density itself; false ends at the last power of the factor above it, as the released code does.",
  ),
  scope: scope(),
  levelEpochs: z.int().min(1).optional().describe("Epochs before each pruning; as many as train.epochs when left out."),
};

/** Settings of iterative magnitude pruning with weight rewinding. */
export const impSettings = z.strictObject({
  ...shared,
  warmupEpochs: z.int().min(0).default(0).describe(
    "Epochs of training before the first level; weights are rewound to their end, which is the start where there are none.",
  ),
  resetStatistics: z.boolean().default(false).describe(
    "Rewind the running statistics of batch norm too; the released code does not.",
  ),
  keepMomentum: z.boolean().default(false).describe("Keep the optimizer's moments where weights are rewound."),
});

/** Settings of learning-rate rewinding. */
export const lrrSettings = z.strictObject({
  ...shared,
  keepMomentum: z.boolean().default(true).describe("Keep the optimizer's moments from level to level."),
});

/** See {@link impSettings}. */
export type ImpSettings = z.output<typeof impSettings>;

/** See {@link lrrSettings}. */
export type LrrSettings = z.output<typeof lrrSettings>;
