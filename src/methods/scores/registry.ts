/** The scores by name. A new score is a new file, a name in ../names.ts and a line here. */
import type { ScoreName } from "../names.ts";
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
} as const satisfies Readonly<Record<ScoreName, ScoreEntry>>;
