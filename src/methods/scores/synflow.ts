/**
 * SynFlow (Tanaka et al. 2020): |w · ∂R/∂w|, where R is the sum of the outputs of the network of absolute values for an image
 * of ones. No data; batch norms in evaluation with mean 0 and variance 1. In rounds, because one round empties layers.
 */
import { IDLE_STEP } from "../../gpu/runner.ts";
import { compileFlowSums, FLOW_STEP } from "../../nn/score_program.ts";
import { compileSaliency, layoutBuffers } from "./saliency.ts";
import { SCORE_FACTS } from "./facts.ts";
import type { ScoreEntry } from "./score.ts";

/** Scores are the published ones times one power of two a round (src/nn/rescale.ts), which changes no rank. */
export const synflow: ScoreEntry = {
  description: "|w · ∂R/∂w| of the net of |w| on an image of ones, in rounds; no data",
  from: "Tanaka et al. 2020",
  ...SCORE_FACTS.synflow,
  absolute: true,
  create({ store, runner, transforms }) {
    const { buffers: [sums, scores], slices, destroy } = layoutBuffers(store, "flow", "scores");
    const flow = compileFlowSums(store, { transforms: transforms(true), sums });
    const saliency = compileSaliency(store, { factor: sums, scores, absolute: true });
    return {
      scores: slices[1],
      compute() {
        runner.submit(flow, [FLOW_STEP]);
        runner.submit(saliency, [IDLE_STEP]);
      },
      destroy() {
        flow.destroy();
        saliency.destroy();
        destroy();
      },
    };
  },
};
