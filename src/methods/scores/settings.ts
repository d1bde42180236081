/** The settings of a mask that is chosen by a score before training. */
import * as z from "zod";
import { fraction } from "../settings.ts";
import { SCORE_NAMES } from "../names.ts";

/**
 * A score's settings. What is optional and left out is as published, score by score (`SCORES[name].defaults`); a score
 * ignores what it has no use for.
 */
export const scoreSettings = z.strictObject({
  name: z.enum(SCORE_NAMES).optional().describe(
    "Score by which the source is pruned before training: `startsparse methods`. No pruning when left out.",
  ),
  density: fraction().default(0.1).describe(
    "Density of all maskable weights that the score leaves: exactly so many weights, ties broken by index.",
  ),
  scope: z.enum(["global", "layers"]).default("global").describe(
    "Rank the weights of all layers together, or those of each layer, which keep the source's proportions.",
  ),
  ratios: z.enum(["none", "bernoulli", "exact"]).default("none").describe(
    "Keep the score's mask (none), or only its densities layer by layer: a random mask is redrawn with these probabilities" +
      " (bernoulli) or these counts (exact), inside the source.",
  ),
  rounds: z.int().min(1).optional().describe(
    "Rounds of scoring and pruning, to densities that fall exponentially; 100 for iter-snip and synflow, else 1.",
  ),
  imagesPerClass: z.int().min(1).optional().describe(
    "Training images of each class that are scored on; 10 for snip and iter-snip, 25 for grasp.",
  ),
  batch: z.int().min(1).optional().describe(
    "Images of one pass while scoring, whose gradients are added; 256 when left out, for grasp at most half of the images.",
  ),
  statistics: z.enum(["batch", "running"]).optional().describe(
    "Statistics that batch norms go by while scoring; the batch's when left out, and always for grasp. SynFlow takes neutral ones.",
  ),
  temperature: z.number().gt(0).optional().describe(
    "What logits are divided by before the loss while scoring; 200 for grasp, else 1.",
  ),
});

/** See {@link scoreSettings}. */
export type ScoreSettings = z.output<typeof scoreSettings>;

/** What may be left out is left out. */
export type ScoreSettingsInput = z.input<typeof scoreSettings>;
