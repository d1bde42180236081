/**
 * Continuous sparsification (Savarese, Silva and Maire 2020) inside a source: w_eff = M ⊙ w · σ(βs) / σ(s_0), with a trained
 * score s a weight. β grows from 1 over a round until the mask is as good as hard; after a round, scores that grew return to
 * s_0 and those that fell keep their fall, multiplied by β. The ticket in the end is s > 0.
 */

/** Settings of continuous sparsification. */
export interface ContinuousSettings {
  /** Scores before training, s_0; lower means sparser. */
  readonly initial: number;
  /** β at the end of each round; it grows by the same factor from epoch to epoch, from 1 on. */
  readonly finalTemperature: number;
  /** λ of the penalty λ Σ σ(βs) / σ(s_0), which is no part of the reported loss. */
  readonly penalty: number;
  /** Rounds of equal length that the epochs are divided into. */
  readonly rounds: number;
  /** Whether one more part of that length trains the ticket by itself, from the weights of epoch `rewind` on. */
  readonly ticket: boolean;
  /** Epoch of the first round whose weights the ticket starts from; 0 for the initial ones. */
  readonly rewind: number;
}

/** The authors' settings, with s_0 = 0: three rounds, β to 200, λ 1e-8, rewinding to the second epoch. */
export const CONTINUOUS_DEFAULTS: ContinuousSettings = {
  initial: 0,
  finalTemperature: 200,
  penalty: 1e-8,
  rounds: 3,
  ticket: true,
  rewind: 2,
};
