/** What the configuration's schema needs to know of each score, apart from the scores: those load when a run has one. */
import type { ScoreName } from "../names.ts";
import type { ScoreEntry } from "./score.ts";

/** A score's published defaults, and how it takes its images. */
export type ScoreFacts = Pick<ScoreEntry, "defaults" | "batches">;

/** By name. */
export const SCORE_FACTS: Readonly<Record<ScoreName, ScoreFacts>> = {
  "random": { defaults: { rounds: 1, imagesPerClass: 0, temperature: 1 } },
  "magnitude": { defaults: { rounds: 1, imagesPerClass: 0, temperature: 1 } },
  "snip": { defaults: { rounds: 1, imagesPerClass: 10, temperature: 1 } },
  "iter-snip": { defaults: { rounds: 100, imagesPerClass: 10, temperature: 1 } },
  "synflow": { defaults: { rounds: 100, imagesPerClass: 0, temperature: 1 } },
  "grasp": { defaults: { rounds: 1, imagesPerClass: 25, temperature: 200 }, batches: "halves" },
};
