/**
 * Names of methods and scores, apart from their registries, which load the schema of every setting: the command line shows
 * them as choices of an argument and must not wait for that.
 */

/** All methods; the first is the default. */
export const METHOD_NAMES = [
  "fixed",
  "imp",
  "lrr",
  "gmp",
  "rigl",
  "set",
  "granet",
  "str",
  "continuous",
  "edge-popup",
] as const;

/** Name of a method. */
export type MethodName = (typeof METHOD_NAMES)[number];

/** All scores. */
export const SCORE_NAMES = ["random", "magnitude", "snip", "iter-snip", "synflow", "grasp"] as const;

/** Name of a score. */
export type ScoreName = (typeof SCORE_NAMES)[number];
