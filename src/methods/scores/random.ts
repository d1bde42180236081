/** A random number for each weight: the right number of weights, and nothing known about them. */
import { Recorder } from "../../gpu/recorder.ts";
import { IDLE_STEP } from "../../gpu/runner.ts";
import { whole } from "../../gpu/memory.ts";
import { inLayout } from "../../nn/score_program.ts";
import { recordRandomScores } from "../../ops/select_scores.ts";
import { SCORE_FACTS } from "./facts.ts";
import type { ScoreEntry } from "./score.ts";

/** Turn of the score stream: methods that grow at random count theirs from 0. */
const SCORE_TURN = 0xffffffff;

/** Uniform numbers, so that every set of so many weights is equally likely (global N(0, 1) scores in Synaptic-Flow). */
export const random: ScoreEntry = {
  description: "a random number: the count is right, and nothing is known of the weights",
  from: "Frankle et al. 2021",
  ...SCORE_FACTS.random,
  dense: true,
  create({ store, runner, seed }) {
    const { memory, kernels } = store.gpu, recorder = new Recorder(memory, kernels);
    const scores = memory.create("scores", 4 * store.length);
    store.model.parameters.filter(({ maskable }) => maskable).forEach((parameter, layer) =>
      recordRandomScores(
        recorder,
        parameter.size,
        { seed, layer, turn: SCORE_TURN },
        inLayout(store, scores, parameter),
      )
    );
    const list = recorder.finish();
    return {
      scores: whole(scores),
      compute: () => runner.submit(list, [IDLE_STEP]),
      destroy() {
        list.destroy();
        memory.destroy(scores);
      },
    };
  },
};
