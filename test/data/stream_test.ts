/** Training on images that stream in gives the bits of training on images that are all on the device. */
import { strict as assert } from "node:assert";
import type { Method } from "../../src/methods/method.ts";
import { fixed } from "../../src/methods/fixed.ts";
import type { Sums } from "../../src/train/metrics_ring.ts";
import type { TrainingOptions } from "../../src/train/training.ts";
import { madeUpImages, NORMALISATION } from "../nn/reference_model.ts";
import { quiet } from "../ops/gpu.ts";
import { BATCH, IMAGES, model, weights, withTraining } from "../train/small_training.ts";
import { inFile } from "./batch_bench.ts";

const ALL = Uint32Array.from({ length: IMAGES }, (_, i) => i);
const split = madeUpImages(model, IMAGES), normalisation = NORMALISATION(model);
const augment = { crop: 1, padding: "reflect", flip: true } as const;

/** Two epochs and an evaluation: sums of every step and the weights at the end. */
function train(data: Partial<TrainingOptions["data"]>, method: Method = fixed({ apply: "after-step" })) {
  const options = { data: { splits: [split], normalisation, ...data }, augment, method };
  return withTraining(options, async (training) => {
    const { trainer } = training, steps: Sums[] = [];
    for (const epoch of [0, 1]) {
      await trainer.epoch(epoch, ALL, 0.1, { report: (_, sums) => steps.push(...sums) });
    }
    const { loss, accuracy, images } = await trainer.evaluate(ALL);
    assert.equal(images, IMAGES);
    assert.equal(steps.length, 2 * Math.ceil(IMAGES / BATCH));
    return { steps, evaluation: { loss, accuracy }, weights: await weights(training) };
  });
}

Deno.test({
  name: "streamed images train to the same bits, whatever the ring's size and wherever they come from",
  ...quiet,
  fn: async () => {
    const expected = await train({ placement: "device" });
    assert(expected.steps.every(({ loss }) => Number.isFinite(loss) && loss > 0));
    const image = 16;
    const streams: Partial<TrainingOptions["data"]>[] = [
      { placement: "stream" },
      { placement: "stream", shardBytes: 4 * image + 15 }, // a batch a submission, four shards
      { placement: "stream", shardBytes: 7 * image + 15 }, // 28 slots, so that batches go round the end of the ring
      { placement: "auto", shardBytes: 5 * image + 15, splits: [inFile(split)] },
      { placement: "device", shardBytes: 20 * image + 15 }, // three shards and no ring
    ];
    for (const data of streams) assert.deepEqual(await train(data), expected, JSON.stringify({ ...data, splits: 0 }));
  },
});

Deno.test({
  name: "a method that looks at gradients sees those of streamed images",
  ...quiet,
  fn: async () => {
    const looking = (): Method => ({
      ...fixed({ apply: "after-step" }),
      wantsGradients: ({ step }) => step % 3 === 1,
      afterGradients: () => Promise.resolve(),
    });
    const expected = await train({ placement: "device" }, looking());
    assert.deepEqual(await train({ placement: "stream", shardBytes: 4 * 16 + 15 }, looking()), expected);
  },
});
