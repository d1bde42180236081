/**
 * Dropping small weights and growing others at a constant density: RigL (Evci et al. 2020), with growth by gradient, and its
 * flavour of Liu et al. 2021 (in-time over-parameterisation) that the authors' code calls DST.
 */
import * as z from "zod";
import { confineToSource, fraction, growth, interval, share } from "./settings.ts";

/** Settings that drop and grow have in common; fractions of time are of the run's steps. */
export const dropGrowSettings = {
  density: fraction().optional().describe(
    "Density to train at: a random part of the source, layer by layer in its proportions; all of it when left out.",
  ),
  interval: interval(),
  until: share().default(0.75).describe("Share of the steps after which the mask stays as it is."),
  drop: fraction().default(0.3).describe("Share of each layer's weights that a change drops and grows, at first."),
  dropSchedule: z.enum(["cosine", "constant"]).default("cosine").describe(
    "How that share changes until the last change: to dropFinal along a cosine, or not at all.",
  ),
  dropFinal: share().default(0).describe("Share that the cosine ends at (0.005 in the released code)."),
  confineToSource: confineToSource(),
};

/** Settings of RigL. */
export const riglSettings = z.strictObject({
  ...dropGrowSettings,
  growth: growth("gradient"),
  replaceStep: z.boolean().default(true).describe(
    "Leave out the optimizer's step where the mask changes, as RigL does; the released code does not.",
  ),
});

/** See {@link riglSettings}. */
export type RiglSettings = z.output<typeof riglSettings>;
