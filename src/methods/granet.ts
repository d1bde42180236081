/**
 * GraNet (Liu et al. 2021, "Sparse training via boosting pruning plasticity with neuroregeneration"): gradual magnitude
 * pruning, and after each pruning a share of every layer's weights is dropped and grown again by gradient. The headline
 * method of the authors' dynamic-training code.
 */
import * as z from "zod";
import { gmpSettings } from "./gmp.ts";
import { confineToSource, fraction, growth, share } from "./settings.ts";

/** Settings of GraNet: gradual pruning's, and those of regeneration, which goes on until the end. */
export const granetSettings = z.strictObject({
  ...gmpSettings.shape,
  drop: fraction().default(0.5).describe("Share of each layer's weights that is dropped and grown again, at first."),
  dropFinal: share().default(0.005).describe("That share at the end of the run; it falls along a cosine."),
  growth: growth("gradient"),
  confineToSource: confineToSource(),
});

/** See {@link granetSettings}. */
export type GranetSettings = z.output<typeof granetSettings>;
