/** What a configuration says of a mask that is chosen by a score before training. */

/** Whether weights of all layers compete with each other, or each layer keeps the same share of its own. */
export type ScoreSelection = "global" | "layer-wise";

/** All names of {@link ScoreSelection}. */
export const SCORE_SELECTIONS: readonly ScoreSelection[] = ["global", "layer-wise"];

/**
 * What is kept of a score's mask: the mask itself, or only its layer-wise densities, from which a random mask is redrawn
 * (independently for each weight, or with the same counts). It tells whether a score finds weights or only ratios.
 */
export type ScoreRatios = "none" | "bernoulli" | "exact";

/** All names of {@link ScoreRatios}. */
export const SCORE_RATIOS: readonly ScoreRatios[] = ["none", "bernoulli", "exact"];

/** By which statistics batch norms normalise while a score is computed; running ones are 0 and 1 at initialisation. */
export type ScoreStatistics = "batch" | "running";

/** All names of {@link ScoreStatistics}. */
export const SCORE_STATISTICS: readonly ScoreStatistics[] = ["batch", "running"];

/**
 * A mask by a score. What is left out is as published, score by score (`SCORES[name].defaults`); a score ignores what it
 * has no use for.
 */
export interface ScoreSettings {
  /** The weights' score: a name of `SCORES` (src/methods/scores/registry.ts). */
  readonly score: string;
  /**
   * Density of all maskable weights together that is kept, 0 < p ≤ 1; exactly round(p · N) weights, or all of the source
   * where it has fewer.
   */
  readonly density: number;
  /** Default "global". */
  readonly selection?: ScoreSelection;
  /** Default "none": the score's own mask. */
  readonly ratios?: ScoreRatios;
  /** Rounds of scoring and pruning; round r of R keeps p_source · (p / p_source)^(r/R). Default 1; 100 for iter-snip and synflow. */
  readonly rounds?: number;
  /** Training images of each class that are scored on: 10 for snip and iter-snip, 25 for grasp. */
  readonly imagesPerClass?: number;
  /** Images of one forward and backward pass; gradients of several are added. Default 256; for grasp half of all images. */
  readonly batch?: number;
  /** Default "batch" for snip, iter-snip and grasp; synflow always takes neutral ones (mean 0, variance 1). */
  readonly statistics?: ScoreStatistics;
  /** What logits are divided by before the loss. Default 200 for grasp, else 1. */
  readonly temperature?: number;
}
