/**
 * SNIP (Lee et al. 2019): |w · ∂L/∂w|, what removing a weight changes the loss by to first order, and the same in rounds
 * (de Jorge et al. 2021; Verdenius et al. 2020). The loss is the mean over all images, whatever the batches.
 */
import { IDLE_STEP } from "../../gpu/runner.ts";
import { compileGradientSums } from "../../nn/score_program.ts";
import { compileSaliency, layoutBuffers } from "./saliency.ts";
import { SCORE_FACTS } from "./facts.ts";
import { type ScoreContext, type ScoreEntry, type Scorer, submitBatches } from "./score.ts";

function create(context: ScoreContext): Scorer {
  const { store, runner, statistics, temperature } = context, { count, batch, record } = context.images();
  const { buffers: [sums, scores], slices, destroy } = layoutBuffers(store, "gradient", "scores");
  const gradient = compileGradientSums(store, {
    capacity: batch,
    batch: record,
    transforms: context.transforms(false),
    statistics,
    temperature,
    images: count,
    sums,
  });
  const saliency = compileSaliency(store, { factor: sums, scores, absolute: true });
  return {
    scores: slices[1],
    compute() {
      submitBatches(context, gradient);
      runner.submit(saliency, [IDLE_STEP]);
    },
    destroy() {
      gradient.destroy();
      saliency.destroy();
      destroy();
    },
  };
}

/** In one round. */
export const snip: ScoreEntry = {
  description: "|w · ∂L/∂w| on a few images: what removing a weight changes the loss by",
  from: "Lee et al. 2019",
  ...SCORE_FACTS.snip,
  create,
};

/** In rounds, each on what the one before has left. */
export const iterSnip: ScoreEntry = {
  description: "SNIP in rounds, each on what the one before has left",
  from: "de Jorge et al. 2021; Verdenius et al. 2020",
  ...SCORE_FACTS["iter-snip"],
  create,
};
