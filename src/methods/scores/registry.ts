/** The scores by name. A new score is a new file and a line here. */

/** What a score takes where a configuration leaves it out. */
export interface ScoreDefaults {
  readonly rounds: number;
  /** 0: no images are needed. */
  readonly imagesPerClass: number;
  readonly statistics: "batch" | "running" | "neutral";
  readonly temperature: number;
}

/** One line on a score, and its published settings. */
export interface ScoreEntry {
  readonly description: string;
  readonly defaults: ScoreDefaults;
}

const NO_DATA: ScoreDefaults = { rounds: 1, imagesPerClass: 0, statistics: "neutral", temperature: 1 };
const ONE_BATCH: ScoreDefaults = { rounds: 1, imagesPerClass: 10, statistics: "batch", temperature: 1 };

/** Every score by name. */
export const SCORES = {
  "random": { description: "a random number for each weight: the right count, no information", defaults: NO_DATA },
  "magnitude": { description: "|w|: the largest weights", defaults: NO_DATA },
  "snip": { description: "|w · ∂L/∂w| on a few images (Lee et al. 2019)", defaults: ONE_BATCH },
  "iter-snip": {
    description: "SNIP in rounds, each on what the one before has left (de Jorge et al. 2021)",
    defaults: { ...ONE_BATCH, rounds: 100 },
  },
  "synflow": {
    description: "|w · ∂R/∂w| of the net of |w| on an image of ones, in 100 rounds; no data (Tanaka et al. 2020)",
    defaults: { ...NO_DATA, rounds: 100 },
  },
  "grasp": {
    description: "w · (Hessian · gradient) on a few images: what gradient flow loses least by (Wang et al. 2020)",
    defaults: { ...ONE_BATCH, imagesPerClass: 25, temperature: 200 },
  },
} as const satisfies Readonly<Record<string, ScoreEntry>>;

/** Name of a score. */
export type ScoreName = keyof typeof SCORES;

/** All names, in the order of {@link SCORES}. */
export const SCORE_NAMES = Object.keys(SCORES) as ScoreName[];
