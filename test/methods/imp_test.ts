/** Iterative pruning: levels, rewinding of weights, moments and statistics, exact counts. */
import { strict as assert } from "node:assert";
import { UserError } from "../../src/errors.ts";
import { whole } from "../../src/gpu/memory.ts";
import { makeMasks } from "../../src/masks/make.ts";
import { fullMask, keeps, type Mask } from "../../src/masks/mask.ts";
import { levelDensities } from "../../src/methods/imp.ts";
import { levelsOf } from "../../src/methods/levels.ts";
import { createMethod } from "../../src/methods/registry.ts";
import { maskableLayers } from "../../src/nn/model.ts";
import type { Storage } from "../../src/nn/plan.ts";
import type { Training } from "../../src/train/training.ts";
import { madeUpImages, NORMALISATION } from "../nn/reference_model.ts";
import { smallConv as model } from "../nn/small_conv.ts";
import { assertClose, quiet } from "../ops/gpu.ts";
import { weights, withTraining } from "../train/small_training.ts";

const BATCH = 8, STEPS = 6;
const LAYERS = model.parameters.filter(({ maskable }) => maskable);
const SIZE = LAYERS.reduce((sum, { size }) => sum + size, 0);
const IMAGES = Uint32Array.from({ length: STEPS * BATCH }, (_, i) => i);
const OPTIMIZER = { name: "sgd", momentum: 0.9, nesterov: false } as const;
const SETTINGS = { factor: 0.99, exact: true, density: 0.1, densities: undefined };

function source(density: number): Map<string, Mask> {
  if (density === 1) return new Map();
  const choice = { rule: "erk", density, draw: "exact", flow: "off" } as const;
  return new Map(makeMasks(maskableLayers(model), choice, 2).masks.map((mask) => [mask.name, mask]));
}

Deno.test("the levels' densities: powers of the factor, and the target", () => {
  const released = levelDensities("imp", { ...SETTINGS, factor: 0.8, density: 0.01, exact: false }, 0.3);
  assert.equal(released.length, 15);
  assertClose([released[0], released[14]], [0.24, 0.010555], 1e-4, "as in run_imp.py");
  const exact = levelDensities("imp", { ...SETTINGS, factor: 0.8, density: 0.01 }, 0.3);
  assert.equal(exact.length, 16);
  assert.equal(exact[15], 0.01);
  const halves = levelDensities("imp", { ...SETTINGS, factor: 0.5, density: 0.125 }, 1);
  assert.deepEqual(halves, [0.5, 0.25, 0.125]);
  assert.deepEqual(levelDensities("imp", { ...SETTINGS, factor: 0.2, density: 0.3 }, 1), [0.3]);
  assert.deepEqual(levelDensities("imp", { ...SETTINGS, densities: [0.5, 0.2] }, 0.3), [0.5, 0.2]);
  assert.throws(() => levelDensities("imp", { ...SETTINGS, density: 0.5 }, 0.3), UserError);
  assert.throws(() => levelDensities("imp", { ...SETTINGS, densities: [0.2, 0.2] }, 0.3), /do not fall/);
});

Deno.test("levels: warm-up, one for each pruning, and the final training", async () => {
  const method = await createMethod("imp", { densities: [0.5, 0.2], levelEpochs: 3, warmupEpochs: 2 });
  const levels = levelsOf(method, { model, source: new Map(), epochs: 7 });
  assert.deepEqual(levels.map(({ epochs, name, density }) => [epochs, name, density]), [
    [2, "warm-up", 1],
    [3, "level 1", 1],
    [3, "level 2", 0.5],
    [7, "final", 0.2],
  ]);
});

interface Walked {
  readonly start: Map<string, Float32Array>;
  /** Before and after each level's end. */
  readonly ends: { before: Map<string, Float32Array>; after: Map<string, Float32Array>; masks: Map<string, Mask> }[];
  readonly moments: boolean[];
  readonly statistics: { before: Map<string, Float32Array>; after: Map<string, Float32Array> }[];
}

/** Walks a method's levels of one epoch each. */
async function walk(
  name: string,
  settings: Record<string, unknown>,
  density: number,
  storage: Storage,
): Promise<Walked> {
  const method = await createMethod(name, { densities: [0.3, 0.1], ...settings });
  const options = {
    model,
    source: source(density),
    data: { splits: [madeUpImages(model, STEPS * BATCH)], normalisation: NORMALISATION(model) },
    run: { epochs: 1, stepsInEpoch: STEPS, learningRate: () => 0.05, optimizer: OPTIMIZER, weightDecay: 0 },
    method,
    storage,
  };
  return withTraining(options, async (training) => {
    const { trainer, store, levels, read } = training;
    const walked: Walked = { start: await weights(training), ends: [], moments: [], statistics: [] };
    for (const [index] of levels.entries()) {
      trainer.level = index;
      await trainer.epoch(index, IMAGES, 0.05);
      const before = await weights(training), statistics = await store.readStatistics(read);
      await trainer.ask("level", index, (moment) => method.endOfLevel?.(moment));
      walked.ends.push({ before, after: await weights(training), masks: await masksOf(training) });
      walked.statistics.push({ before: statistics, after: await store.readStatistics(read) });
      walked.moments.push((await momentsOf(training)).some((value) => value !== 0));
    }
    return walked;
  });
}

async function masksOf({ store }: Training): Promise<Map<string, Mask>> {
  const masks = new Map<string, Mask>();
  for (const parameter of LAYERS) {
    masks.set(parameter.name, await store.mask(parameter) ?? fullMask(parameter.name, parameter.shape));
  }
  return masks;
}

/** Momentum of all stored values; what lies in room that is not in use does not count. */
async function momentsOf({ store, read }: Training): Promise<number[]> {
  const all = await read(whole(store.moments[0]));
  return store.parameters.flatMap((parameter) => {
    const first = store.values(parameter).offset / 4;
    return [...all.subarray(first, first + store.stored(parameter))];
  });
}

const counts = (masks: Map<string, Mask>) => [...masks.values()].reduce((sum, { nnz }) => sum + nnz, 0);

for (const storage of ["dense", "packed"] as const) {
  for (const density of [1, 0.5]) {
    Deno.test({
      name: `imp, ${storage}, from density ${density}: the largest weights stay and begin anew`,
      ...quiet,
      fn: async () => {
        const { start, ends, moments, statistics } = await walk("imp", {}, density, storage);
        assert.deepEqual(ends.map(({ masks }) => counts(masks)), [0.3, 0.1, 0.1].map((p) => Math.floor(SIZE * p)));
        for (const { before, after, masks } of ends.slice(0, 2)) {
          let least = Infinity, most = 0;
          for (const { name, maskable } of model.parameters) {
            const mask = masks.get(name), from = start.get(name)!, now = after.get(name)!;
            const expected = maskable ? from.map((value, i) => keeps(mask!, i) ? value : 0) : from;
            assert.deepEqual(now, expected, name);
            if (!maskable) continue;
            before.get(name)!.forEach((value, i) => {
              if (keeps(mask!, i)) least = Math.min(least, Math.abs(value));
              else most = Math.max(most, Math.abs(value));
            });
          }
          assert.ok(least >= most, `a weight of ${most} went, one of ${least} stayed`);
        }
        assert.deepEqual(moments, [false, false, true], "moments are as they were before the first step");
        statistics.forEach(({ before, after }) => assert.deepEqual(before, after, "running statistics go on"));
      },
    });
  }
}

Deno.test({
  name: "a warm-up's end is what weights and moments go back to; statistics too where that is wanted",
  ...quiet,
  fn: async () => {
    for (const storage of ["dense", "packed"] as const) {
      const settings = { warmupEpochs: 1, resetStatistics: true };
      const { start, ends, moments, statistics } = await walk("imp", settings, 0.5, storage);
      assert.equal(ends.length, 4);
      const [warm, ...levels] = ends;
      assert.notDeepEqual(warm.after, start);
      assert.deepEqual(warm.after, warm.before);
      for (const { after, masks } of levels.slice(0, 2)) {
        for (const { name, maskable } of model.parameters) {
          const mask = masks.get(name), from = warm.after.get(name)!;
          assert.deepEqual(after.get(name), maskable ? from.map((value, i) => keeps(mask!, i) ? value : 0) : from);
        }
      }
      assert.deepEqual(statistics[1].after, statistics[0].after);
      assert.notDeepEqual(statistics[1].before, statistics[1].after);
      assert.ok(moments.every(Boolean));
    }
  },
});

Deno.test({
  name: "lrr: weights and moments go on",
  ...quiet,
  fn: async () => {
    for (const keepMomentum of [true, false]) {
      const { ends, moments } = await walk("lrr", { keepMomentum, scope: "layers" }, 0.5, "packed");
      const source05 = source(0.5), all = counts(source05);
      for (const [i, { before, after, masks }] of ends.slice(0, 2).entries()) {
        for (const { name } of LAYERS) {
          const mask = masks.get(name)!;
          assert.deepEqual(after.get(name), before.get(name)!.map((value, i) => keeps(mask, i) ? value : 0), name);
          const share = [0.3, 0.1][i] * SIZE / all;
          assert.equal(mask.nnz, Math.round(source05.get(name)!.nnz * share), `${name}: the source's proportions`);
        }
      }
      assert.deepEqual(moments, keepMomentum ? [true, true, true] : [false, false, true]);
    }
  },
});
