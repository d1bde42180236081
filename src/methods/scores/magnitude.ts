/** The magnitude of each weight, before training. */
import { IDLE_STEP } from "../../gpu/runner.ts";
import { compileSaliency, layoutBuffers } from "./saliency.ts";
import { SCORE_FACTS } from "./facts.ts";
import type { ScoreEntry } from "./score.ts";

/** |w|, as w² has the same order. */
export const magnitude: ScoreEntry = {
  description: "|w|: the largest weights",
  from: "Janowsky 1989; Han et al. 2015",
  ...SCORE_FACTS.magnitude,
  create({ store, runner }) {
    const { buffers: [ones, scores], slices, destroy } = layoutBuffers(store, "ones", "scores");
    store.gpu.memory.write(slices[0], new Float32Array(store.length).fill(1));
    const list = compileSaliency(store, { factor: ones, scores, absolute: true });
    return {
      scores: slices[1],
      compute: () => runner.submit(list, [IDLE_STEP]),
      destroy() {
        list.destroy();
        destroy();
      },
    };
  },
};
