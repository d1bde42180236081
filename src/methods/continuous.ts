/**
 * Continuous sparsification (Savarese, Silva and Maire 2020) inside a source: w_eff = M ⊙ w · σ(βs) / σ(s_0), with a trained
 * score s a weight. β grows from 1 over a round until the mask is as good as hard; after a round, scores that grew return to
 * s_0 and those that fell keep their fall, multiplied by β. The ticket in the end is s > 0.
 */
import * as z from "zod";

/** Settings of continuous sparsification; the defaults are the authors', with s_0 = 0. */
export const continuousSettings = z.strictObject({
  initial: z.number().default(0).describe("Scores before training, s_0; lower ones end sparser."),
  finalTemperature: z.number().gte(1).default(200).describe(
    "β at the end of each round: from epoch to epoch it grows by the same factor, from 1 on.",
  ),
  penalty: z.number().min(0).default(1e-8).describe(
    "Weight λ of the penalty on the sum of all masks, which is no part of the loss that is reported.",
  ),
  rounds: z.int().min(1).max(100).default(3).describe("Rounds, each with a learning-rate schedule of its own."),
  ticket: z.boolean().default(true).describe("Train the ticket by itself after the rounds, from rewound weights."),
  rewind: z.int().min(0).default(2).describe("Epoch of the first round whose weights the ticket starts from."),
  levelEpochs: z.int().min(1).optional().describe("Epochs of a round; as many as train.epochs when left out."),
});

/** See {@link continuousSettings}. */
export type ContinuousSettings = z.output<typeof continuousSettings>;
