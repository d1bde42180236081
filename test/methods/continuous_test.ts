/** Continuous sparsification as a method: β over rounds, scores between them, the ticket and its rewound weights. */
import { strict as assert } from "node:assert";
import { UserError } from "../../src/errors.ts";
import { difference, keeps, type Mask, sameMask } from "../../src/masks/mask.ts";
import { makeMasks } from "../../src/masks/make.ts";
import { continuousSparsification, maskScoreName, temperature } from "../../src/methods/continuous.ts";
import { continuousSettings } from "../../src/methods/method_settings.ts";
import { maskableLayers } from "../../src/nn/model.ts";
import type { Training } from "../../src/train/training.ts";
import { madeUpImages, NORMALISATION } from "../nn/reference_model.ts";
import { smallConv as model } from "../nn/small_conv.ts";
import { assertClose, quiet, testGpu } from "../ops/gpu.ts";
import { BATCH, weights, withTraining } from "../train/small_training.ts";
import { activeMask, effective } from "./effective.ts";

const WEIGHTS = model.parameters.filter(({ maskable }) => maskable);
const IMAGES = 32, ORDER = Uint32Array.from({ length: IMAGES }, (_, i) => i);
const EPOCHS = 3;

function source(block: [number, number] = [1, 1]): Map<string, Mask> {
  const { masks } = makeMasks(maskableLayers(model), { rule: "uniform", density: 0.6, block }, 3);
  return new Map(masks.map((mask) => [mask.name, mask]));
}

Deno.test("β grows by the same factor each epoch, from 1 to its end in the last one of a round", () => {
  assert.deepEqual([0, 1, 2].map((epoch) => Math.round(temperature(100, epoch, 3))), [1, 10, 100]);
  assert.equal(temperature(200, 0, 1), 200);
  assert(Math.abs(temperature(200, 84, 85) - 200) < 1e-9);
});

Deno.test("rounds and the ticket are levels; a rewinding beyond a round is refused", () => {
  const levels = (settings: Record<string, unknown>, epochs = 4) =>
    continuousSparsification(continuousSettings.parse(settings)).levels!({ model, source: source(), epochs });
  assert.deepEqual(levels({}).map(({ name }) => name), ["round 1", "round 2", "round 3", "ticket"]);
  assert.deepEqual(levels({ rounds: 1, ticket: false, levelEpochs: 7 }).map(({ epochs }) => epochs), [7]);
  assert.throws(
    () => levels({}, 2),
    (error) => error instanceof UserError && /rewinds to epoch 2 .* has 2 epochs/.test(error.message),
  );
  assert.doesNotThrow(() => levels({ ticket: false }, 2));
});

/** Trains level after level as a run does. */
async function train(
  training: Training,
  epochs: readonly number[],
  look: (level: number, epoch: number) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const { trainer, store } = training;
  let epoch = 0;
  for (const [level, count] of epochs.entries()) {
    trainer.level = level;
    for (let own = 0; own < count; own++) {
      await look(level, epoch);
      await trainer.epoch(epoch++, ORDER, 0.1);
    }
    await look(level, epoch);
    const moment = { store, runner: trainer.runner, step: trainer.steps, epoch: epoch - 1, level };
    await trainer.options.method.endOfLevel!(moment);
  }
}

for (const storage of ["dense", "packed"] as const) {
  for (const block of [[1, 1], [4, 2]] as [number, number][]) {
    Deno.test({
      name: `${storage}, blocks of ${block.join("x")}: rounds, ticket and rewinding`,
      ...quiet,
      fn: async () => {
        const masks = source(block), { memory } = await testGpu(), before = memory.bytes;
        const settings = continuousSettings.parse({ initial: -0.02, finalTemperature: 60, rounds: 2, rewind: 1 });
        const method = continuousSparsification(settings);
        const options = {
          run: {
            epochs: EPOCHS,
            stepsInEpoch: IMAGES / BATCH,
            learningRate: () => 0.1,
            optimizer: { name: "sgd", momentum: 0.9, nesterov: false },
            weightDecay: 0,
          } as const,
          model,
          source: masks,
          block,
          storage,
          method,
          data: { splits: [madeUpImages(model, IMAGES)], normalisation: NORMALISATION(model) },
        };
        await withTraining(options, async (training) => {
          const { store, read } = training;
          const scores = () =>
            Promise.all(WEIGHTS.map(({ name }) => store.read(store.parameter(maskScoreName(name)), read)));
          let start: Map<string, Float32Array> | undefined, statistics: Map<string, Float32Array> | undefined;
          let ends: Float32Array[] = [], tickets: Mask[] = [];
          await train(training, [EPOCHS, EPOCHS], async (level, epoch) => {
            for (const weight of WEIGHTS) {
              assert.equal(difference(await activeMask(training, weight), masks.get(weight.name)!).nnz, 0);
            }
            if (epoch === 1 && level === 0) {
              start = await weights(training);
              statistics = await store.readStatistics(read);
            }
            if (epoch === EPOCHS && level === 0) ends = await scores();
            if (epoch === EPOCHS && level === 1) {
              const next = await scores();
              next.forEach((now, layer) => {
                const mask = masks.get(WEIGHTS[layer].name)!;
                const expected = ends[layer].map((s, i) => keeps(mask, i) ? Math.min(60 * s, settings.initial) : 0);
                assertClose(now, expected, 1e-5, "scores of the next round");
              });
            }
            if (epoch === 2 * EPOCHS) {
              tickets = await Promise.all(WEIGHTS.map((weight) => activeMask(training, weight)));
              const s = await scores();
              tickets.forEach((ticket, layer) => {
                const mask = masks.get(WEIGHTS[layer].name)!;
                s[layer].forEach((s, i) => assert.equal(keeps(ticket, i), keeps(mask, i) && s > 0));
              });
            }
          });
          const kept = tickets.reduce((sum, { nnz }) => sum + nnz, 0);
          const all = [...masks.values()].reduce((sum, { nnz }) => sum + nnz, 0);
          assert(kept > 0 && kept < all, `${kept} of ${all}`);
          for (const [i, weight] of WEIGHTS.entries()) {
            assert.ok(sameMask((await store.mask(weight))!, tickets[i]), "the store has the ticket's masks");
            assert.ok(sameMask(await activeMask(training, weight), tickets[i]));
            const now = await store.read(weight, read), then = start!.get(weight.name)!;
            assert.deepEqual(now, then.map((value, k) => keeps(tickets[i], k) ? value : 0), `${weight.name} went back`);
            const scale = 1 + Math.exp(-settings.initial);
            assertClose(
              await effective(training, weight),
              now.map((value) => value * scale),
              1e-6,
              "effective weights",
            );
          }
          for (const parameter of model.parameters.filter(({ maskable }) => !maskable)) {
            assert.deepEqual(await store.read(parameter, read), start!.get(parameter.name)!, parameter.name);
          }
          assert.deepEqual(await store.readStatistics(read), statistics);
          training.trainer.level = 2;
          const { loss } = await training.trainer.epoch(2 * EPOCHS, ORDER, 0.1);
          assert(Number.isFinite(loss));
          for (const [i, weight] of WEIGHTS.entries()) {
            assert.ok(sameMask((await store.mask(weight))!, tickets[i]), "the ticket stays");
            assert.ok((await store.read(weight, read)).some((value, k) => value !== start!.get(weight.name)![k]));
          }
        });
        assert.equal(memory.bytes, before, "nothing is left behind");
      },
    });
  }
}
