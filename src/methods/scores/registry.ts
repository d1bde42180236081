/** The scores by name. A new score is a new file and a line here. */
import { grasp } from "./grasp.ts";
import { magnitude } from "./magnitude.ts";
import { random } from "./random.ts";
import type { ScoreEntry } from "./score.ts";
import { iterSnip, snip } from "./snip.ts";
import { synflow } from "./synflow.ts";

/** Every score by name. */
export const SCORES = {
  "random": random,
  "magnitude": magnitude,
  "snip": snip,
  "iter-snip": iterSnip,
  "synflow": synflow,
  "grasp": grasp,
} as const satisfies Readonly<Record<string, ScoreEntry>>;

/** Name of a score. */
export type ScoreName = keyof typeof SCORES;

/** All names, in the order of {@link SCORES}. */
export const SCORE_NAMES = Object.keys(SCORES) as ScoreName[];
