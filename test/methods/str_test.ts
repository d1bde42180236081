/** STR as a method: thresholds that decay prunes by, inside the source, and the warning where they cannot. */
import { strict as assert } from "node:assert";
import { difference, keeps, type Mask } from "../../src/masks/mask.ts";
import { makeMasks } from "../../src/masks/make.ts";
import type { RunOutline } from "../../src/methods/method.ts";
import { strSettings } from "../../src/methods/method_settings.ts";
import { decayedThreshold, softThresholds, thresholdName } from "../../src/methods/str.ts";
import { maskableLayers } from "../../src/nn/model.ts";
import { logistic } from "../../src/ops/reference/soft_threshold.ts";
import { learningRate } from "../../src/train/schedule.ts";
import { madeUpImages, NORMALISATION } from "../nn/reference_model.ts";
import { smallConv as model } from "../nn/small_conv.ts";
import { quiet } from "../ops/gpu.ts";
import { withTraining } from "../train/small_training.ts";
import { activeMask } from "./effective.ts";

const WEIGHTS = model.parameters.filter(({ maskable }) => maskable);
const IMAGES = 32, ORDER = Uint32Array.from({ length: IMAGES }, (_, i) => i);

/** The authors' runs: 100 epochs of 196 steps, 5 of them warm-up, cosine to 0. */
function published(weightDecay: number, nesterov = false): RunOutline {
  const schedule = { name: "cosine", milestones: [], gamma: 1, final: 0, warmup: 5 } as const;
  return {
    epochs: 100,
    stepsInEpoch: 196,
    learningRate: (epoch) => learningRate(schedule, 0.1, epoch, 100),
    optimizer: { name: "sgd", momentum: 0.9, nesterov },
    weightDecay,
  };
}

Deno.test("decay alone takes s to e^-10 of itself at the published settings, and with a tenth of the decay to e^-1", () => {
  const shrink = (s: number) => Math.log(s / -200);
  const settings = strSettings.parse({});
  assert.equal(settings.initial, -200);
  assert(Math.abs(shrink(decayedThreshold(settings, published(1e-3))) + 10) < 0.1);
  assert(Math.abs(shrink(decayedThreshold(settings, published(1e-4))) + 1) < 0.01);
  const own = strSettings.parse({ decay: 1e-3 });
  assert.equal(decayedThreshold(own, published(1e-4)), decayedThreshold(settings, published(1e-3)));
  const adam = { name: "adam", beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;
  const steps = (optimizer: RunOutline["optimizer"], rate: number) =>
    decayedThreshold(settings, {
      ...published(0.1),
      epochs: 1,
      stepsInEpoch: 100,
      learningRate: () => rate,
      optimizer,
    });
  assert(Math.abs(steps(adam, 0.01) + 199) < 1e-6, "Adam's step is the learning rate");
  assert(Math.abs(steps({ ...adam, name: "adamw" }, 0.01) + 200 * 0.999 ** 100) < 1e-6);
});

Deno.test({
  name: "a threshold that can never reach a weight is warned of, one that can is not",
  ...quiet,
  fn: async () => {
    const warnings = (run: RunOutline | undefined, settings = {}) =>
      withTraining(
        {
          model,
          source: source(0.5, 1),
          method: softThresholds(strSettings.parse(settings)),
          run,
          data: { splits: [madeUpImages(model, IMAGES)], normalisation: NORMALISATION(model) },
        },
        ({ warnings }) => Promise.resolve(warnings),
      );
    const [warning, ...more] = await warnings(published(1e-4));
    assert.match(warning, /prune nothing.* -200 to -7[0-9.]+ in 19600 steps.*method\.initial, method\.decay/);
    assert.deepEqual(more, []);
    assert.deepEqual(await warnings(published(1e-3)), []);
    assert.deepEqual(await warnings(published(1e-4), { decay: 1e-3 }), []);
    assert.deepEqual(await warnings(published(1e-4), { initial: -5 }), []);
    assert.deepEqual(await warnings(undefined), [], "nothing is known of a training that is stepped by hand");
  },
});

function source(density: number, seed: number, block: [number, number] = [1, 1]): Map<string, Mask> {
  const { masks } = makeMasks(maskableLayers(model), { rule: "uniform", density, block }, seed);
  return new Map(masks.map((mask) => [mask.name, mask]));
}

for (const storage of ["dense", "packed"] as const) {
  for (const block of [[1, 1], [4, 2]] as [number, number][]) {
    Deno.test({
      name: `${storage}, blocks of ${block.join("x")}: decay prunes inside the source, and the mask is |w| > σ(s)`,
      ...quiet,
      fn: async () => {
        const masks = source(0.6, 3, block);
        const options = {
          model,
          source: masks,
          block,
          storage,
          method: softThresholds(strSettings.parse({ initial: -6, decay: 0.2 })),
          data: { splits: [madeUpImages(model, IMAGES)], normalisation: NORMALISATION(model) },
        };
        await withTraining(options, async (training, { memory }) => {
          const { store, trainer, read } = training, kept: number[] = [];
          for (let epoch = 0; epoch < 4; epoch++) {
            let total = 0;
            for (const weight of WEIGHTS) {
              const active = await activeMask(training, weight), mask = masks.get(weight.name)!;
              assert.equal(difference(active, mask).nnz, 0, `${weight.name} stays in its source`);
              const values = await store.read(weight, read);
              const threshold = store.parameter(thresholdName(weight.name));
              const { value } = logistic((await store.read(threshold, read))[0]);
              values.forEach((w, i) => {
                // a device's σ may differ in its last bits
                if (Math.abs(Math.abs(w) - value) > 1e-6) assert.equal(keeps(active, i), Math.abs(w) > value);
              });
              total += active.nnz;
            }
            kept.push(total);
            await trainer.epoch(epoch, ORDER, 0.1);
          }
          for (let i = 1; i < kept.length; i++) assert(kept[i] <= kept[i - 1], `${kept}`);
          assert(kept[3] < 0.8 * kept[0], `${kept}`);
          assert(memory.bytes > 0);
        });
      },
    });
  }
}
