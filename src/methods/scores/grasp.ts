/**
 * GraSP (Wang et al. 2020): w · (H·g), with the gradient g and the Hessian H of the loss at a temperature of 200. Removing a
 * weight lowers the squared norm of the gradient by twice its score, to first order; the weights with the highest stay.
 *
 * As in the authors' code the images go in two halves, each with batch statistics of its own. Theirs are sorted by class, so
 * that each half has half of the classes; here every batch has all of them.
 */
import { IDLE_STEP } from "../../gpu/runner.ts";
import { compileGradientSums, compileHessianSums } from "../../nn/score_program.ts";
import { compileSaliency, layoutBuffers } from "./saliency.ts";
import { SCORE_FACTS } from "./facts.ts";
import { type ScoreEntry, submitBatches } from "./score.ts";

/** The sign is such that the highest stay: the authors remove the highest of −w · (H·g). */
export const grasp: ScoreEntry = {
  description: "w · (Hessian · gradient) on a few images: what keeps the gradient's norm",
  from: "Wang et al. 2020",
  ...SCORE_FACTS.grasp,
  create(context) {
    const { store, runner, temperature } = context, { count, batch, record } = context.images();
    const { buffers: [direction, sums, scores], slices, destroy } = layoutBuffers(store, "gradient", "H·g", "scores");
    const options = {
      capacity: batch,
      batch: record,
      transforms: context.transforms(false),
      statistics: "batch",
      temperature,
      images: count,
    } as const;
    const gradient = compileGradientSums(store, { ...options, sums: direction });
    const hessian = compileHessianSums(store, { ...options, direction, sums });
    const saliency = compileSaliency(store, { factor: sums, scores, absolute: false });
    return {
      scores: slices[2],
      compute() {
        submitBatches(context, gradient);
        submitBatches(context, hessian);
        runner.submit(saliency, [IDLE_STEP]);
      },
      destroy() {
        for (const list of [gradient, hessian, saliency]) list.destroy();
        destroy();
      },
    };
  },
};
