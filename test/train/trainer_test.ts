import { strict as assert } from "node:assert";
import { whole } from "../../src/gpu/memory.ts";
import type { Progress } from "../../src/train/trainer.ts";
import { assertClose, quiet } from "../ops/gpu.ts";
import { madeUpImages, referenceModel } from "../nn/reference_model.ts";
import { BATCH, IMAGES, model, weights, withTraining } from "./small_training.ts";

const ALL = Uint32Array.from({ length: IMAGES }, (_, i) => i);
const STEPS = Math.ceil(IMAGES / BATCH);

/** A clock that moves by so much at each look. */
function clock(by: number): () => number {
  let now = 0;
  return () => now += by;
}

Deno.test({
  name: "how many steps go between two readbacks changes no bit",
  ...quiet,
  fn: async () => {
    const train = (milliseconds: () => number) =>
      withTraining({ milliseconds }, async (training) => {
        const reports: Progress[] = [], outcomes = [];
        for (const epoch of [0, 1]) {
          outcomes.push(
            await training.trainer.epoch(epoch, ALL, 0.1, { report: (progress) => reports.push(progress) }),
          );
        }
        outcomes.push(await training.trainer.evaluate(ALL));
        assert.equal(training.trainer.steps, 2 * STEPS);
        const sums = outcomes.map(({ loss, accuracy, top5, images }) => ({ loss, accuracy, top5, images }));
        return { reports: reports.length, sums, weights: await weights(training) };
      });
    const slow = await train(clock(10_000)), fast = await train(clock(0.001));
    assert.equal(slow.reports, 2 * STEPS, "a step a readback");
    assert.equal(fast.reports, 3, "the first step alone, the rest of the epoch, the next epoch");
    assert.deepEqual(fast.sums, slow.sums);
    assert.deepEqual(fast.weights, slow.weights);
  },
});

Deno.test({
  name: "an epoch takes every image once, in an order of its own, the last partial batch included",
  ...quiet,
  fn: () =>
    withTraining({}, async ({ trainer, read }) => {
      const { order } = trainer.options.dataset.buffers;
      const chosen = ALL.filter((image) => image % 5 !== 0);
      const seen: number[][] = [];
      for (const epoch of [0, 1]) {
        // at rate 0 the mean loss of an epoch is that of an evaluation, if no image is missed and none taken twice
        const progress: Progress[] = [];
        const outcome = await trainer.epoch(epoch, chosen, 0, { report: (report) => progress.push(report) });
        const evaluation = await trainer.evaluate(chosen);
        assert.equal(outcome.images, chosen.length);
        assert.equal(evaluation.images, chosen.length);
        assert(chosen.length % BATCH !== 0, "or nothing is tested here");
        assertClose([outcome.loss], [evaluation.loss], 1e-6, "mean loss");
        assert.equal(outcome.accuracy, evaluation.accuracy);
        assert.equal(progress.reduce((sum, { images }) => sum + images, 0), chosen.length);
        assert.equal(progress.at(-1)!.imagesDone, chosen.length);
        await trainer.epoch(epoch, chosen, 0);
        const floats = await read(whole(order));
        seen.push([...new Uint32Array(floats.buffer)].slice(0, chosen.length));
      }
      for (const images of seen) assert.deepEqual([...images].sort((a, b) => a - b), [...chosen]);
      assert.notDeepEqual(seen[0], seen[1]);
    }),
});

Deno.test({
  name: "a signal stops an epoch at the next readback",
  ...quiet,
  fn: () =>
    withTraining({ milliseconds: clock(10_000) }, async ({ trainer }) => {
      const stop = new AbortController();
      const report = ({ step }: Progress) => {
        if (step === 3) stop.abort();
      };
      const outcome = await trainer.epoch(0, ALL, 0.1, { report, signal: stop.signal });
      assert.equal(outcome.complete, false);
      assert.equal(outcome.images, 3 * BATCH);
      assert.equal(trainer.steps, 3);
      assert.deepEqual(
        (await trainer.epoch(1, ALL, 0.1, { signal: stop.signal })).images,
        0,
        "stopped before it began",
      );
      assert.equal((await trainer.evaluate(ALL, stop.signal)).complete, false);
      assert.equal((await trainer.evaluate(ALL)).complete, true);
    }),
});

Deno.test({
  name: "evaluation counts and sums as the reference does in double precision",
  ...quiet,
  fn: () =>
    withTraining({}, async (training) => {
      for (const epoch of [0, 1, 2]) await training.trainer.epoch(epoch, ALL, 0.1);
      const { loss, accuracy, top5 } = await training.trainer.evaluate(ALL);
      const expected = referenceModel(model, await weights(training), madeUpImages(model, IMAGES), IMAGES);
      assert.equal(Math.round(accuracy * IMAGES), expected.correct);
      assertClose([loss], [expected.loss], 1e-5, "loss");
      assert.equal(top5, 1, "of three classes");
    }),
});
