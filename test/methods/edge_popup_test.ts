/** Edge-popup as a method: exact counts inside any source, annealing, frozen weights and how they are drawn. */
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { countBits, difference, type Mask, maskDensity, toIndices } from "../../src/masks/mask.ts";
import { makeMasks } from "../../src/masks/make.ts";
import { annealedDensity, edgePopup, edgeScoreName } from "../../src/methods/edge_popup.ts";
import { type EdgePopupSettings, edgePopupSettings } from "../../src/methods/method_settings.ts";
import { maskableLayers, type Model } from "../../src/nn/model.ts";
import { ModelBuilder } from "../../src/nn/builder.ts";
import { madeUpImages, NORMALISATION } from "../nn/reference_model.ts";
import { smallConv } from "../nn/small_conv.ts";
import { quiet, testGpu } from "../ops/gpu.ts";
import { BATCH, weights, withTraining } from "../train/small_training.ts";
import { activeMask, effective } from "./effective.ts";

const IMAGES = 16, ORDER = Uint32Array.from({ length: IMAGES }, (_, i) => i);

function source(model: Model, density: number, block: [number, number], seed: number): Map<string, Mask> {
  const { masks } = makeMasks(maskableLayers(model), { rule: "erk", density, block }, seed);
  return new Map(masks.map((mask) => [mask.name, mask]));
}

const run = (epochs: number) => ({
  epochs,
  stepsInEpoch: IMAGES / BATCH,
  learningRate: () => 0.1,
  optimizer: { name: "sgd", momentum: 0.9, nesterov: false } as const,
  weightDecay: 5e-4,
});

const settingsOf = (settings: Partial<EdgePopupSettings>) => edgePopupSettings.parse(settings);
const data = (model: Model) => ({ splits: [madeUpImages(model, IMAGES)], normalisation: NORMALISATION(model) });

Deno.test("annealing: from start to k over the levels, never above the source nor below k", () => {
  const settings = settingsOf({ density: 0.05 });
  const at = (source: number) => [0, 1, 2, 3, 4].map((level) => annealedDensity(settings, source, level));
  at(1).forEach((density, t) => assert(Math.abs(density - 0.6 * (0.05 / 0.6) ** ((t + 1) / 5)) < 1e-12));
  assert.deepEqual(at(0.2).slice(0, 2), [0.2, 0.2]);
  assert.deepEqual(at(0.01), [0.05, 0.05, 0.05, 0.05, 0.05]);
  assert.equal(annealedDensity(settingsOf({ density: 0.05, levels: 1 }), 1, 0), 0.05);
  const levels = edgePopup(settings).levels!({ model: smallConv, source: new Map(), epochs: 7 });
  assert.deepEqual(levels.map(({ epochs }) => epochs), [7, 7, 7, 7, 7]);
  assert.equal(levels[4].name, "density 0.05");
});

/** A small network of random sizes, with biases in some layers. */
const networks = fc.record({
  channels: fc.integer({ min: 1, max: 9 }),
  kernel: fc.constantFrom(1, 3),
  hidden: fc.integer({ min: 1, max: 17 }),
  bias: fc.boolean(),
  density: fc.double({ min: 0.05, max: 1, noNaN: true }),
  keep: fc.double({ min: 0.01, max: 1, noNaN: true }),
  block: fc.constantFrom<[number, number][]>([1, 1], [4, 2]),
  storage: fc.constantFrom("dense" as const, "packed" as const),
  seed: fc.integer({ min: 1, max: 1000 }),
});

Deno.test({
  name: "for any sizes and densities a layer keeps exactly ⌊k · N⌋ of weights and biases, or all, inside its source",
  ...quiet,
  fn: async () => {
    const { memory } = await testGpu(), before = memory.bytes;
    await fc.assert(
      fc.asyncProperty(networks, async ({ channels, kernel, hidden, bias, density, keep, block, storage, seed }) => {
        const b = new ModelBuilder("random", [2, 4, 4]);
        const first = b.conv(b.input, "conv", { channels, kernel, pad: (kernel - 1) / 2, bias });
        const flat = b.globalPool(b.relu(b.batchNorm(first, "bn")));
        b.linear(b.relu(b.linear(flat, "hidden", hidden, { bias })), "out", 3);
        const model = b.finish(), masks = source(model, density, block, seed);
        // biases that are not 0, so that what is chosen of them shows
        const method = edgePopup(settingsOf({ density: keep, levels: 1, biases: "scaled" }));
        const options = { model, source: masks, block, storage, method, run: run(1), data: data(model) };
        await withTraining(options, async (training) => {
          await training.trainer.epoch(0, ORDER, 0.5);
          for (const node of model.nodes) {
            if (node.op !== "conv") continue;
            const { weight, bias } = node, mask = masks.get(weight.name)!;
            const active = await activeMask(training, weight);
            assert.equal(difference(active, mask).nnz, 0, `${weight.name} leaves its source`);
            assert.equal(active.nnz, countBits(active.bits));
            const all = weight.size + (bias?.size ?? 0), candidates = mask.nnz + (bias?.size ?? 0);
            // the bits that the evaluation program chose are of the scores as they are now, as the mask's are
            await training.trainer.evaluate(ORDER);
            const biases = bias ? (await effective(training, bias)).filter((value) => value !== 0).length : 0;
            assert.equal(active.nnz + biases, Math.min(Math.floor(keep * all), candidates), weight.name);
          }
        });
      }),
      { numRuns: 12, seed: 7 },
    );
    assert.equal(memory.bytes, before, "nothing is left behind");
  },
});

for (const mode of ["intended", "released"] as const) {
  Deno.test({
    name: `${mode}: levels lower what is kept, scores are trained, weights and norms stay as they were drawn`,
    ...quiet,
    fn: async () => {
      const masks = source(smallConv, 0.5, [1, 1], 3), settings = settingsOf({ density: 0.1, levels: 3, mode });
      const method = edgePopup(settings);
      const options = { model: smallConv, source: masks, storage: "packed", method, run: run(1) } as const;
      await withTraining({ ...options, data: data(smallConv) }, async (training) => {
        const { store, trainer, read, levels } = training;
        const maskable = smallConv.parameters.filter(({ maskable }) => maskable);
        const name = edgeScoreName(maskable[1].name);
        const [before, scores] = [await weights(training), await store.read(store.parameter(name), read)];
        const densities: number[] = [];
        for (let level = 0; level < levels.length; level++) {
          trainer.level = level;
          await trainer.epoch(level, ORDER, 0.1);
          const kept = await Promise.all(maskable.map((weight) => activeMask(training, weight)));
          densities.push(maskDensity(kept[1]));
          assert.equal(store.storage(maskable[1]), mode === "intended" ? "packed" : "dense");
        }
        const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
        const all = sum([...masks.values()].map(({ nnz }) => nnz)) / sum(maskable.map(({ size }) => size));
        const own = maskDensity(masks.get(maskable[1].name)!);
        densities.forEach((density, level) => {
          const { size } = maskable[1];
          const wanted = Math.min(own, Math.floor(annealedDensity(settings, all, level) * size) / size);
          if (mode === "intended") assert.equal(density, wanted, `level ${level}`);
          else assert(density > 0.95, "nearly all weights have an effect");
        });
        assert.deepEqual(await weights(training), before, "weights, biases and norms");
        assert.notDeepEqual(await store.read(store.parameter(name), read), scores);
        assert(training.warnings.length === (mode === "released" ? 1 : 0));
      });
    },
  });
}

Deno.test({
  name: "the first choice reaches every channel, and the first ones alone where scores start equal as released",
  ...quiet,
  fn: async () => {
    const channels = (settings: Partial<EdgePopupSettings>) => {
      const method = edgePopup(settingsOf({ density: 0.2, levels: 1, ...settings }));
      const options = { model: smallConv, source: source(smallConv, 0.6, [1, 1], 3), method, data: data(smallConv) };
      return withTraining(options, async (training) => {
        const weight = training.store.parameter("conv2.weight"), rows = weight.size / weight.shape[0];
        const chosen = toIndices(await activeMask(training, weight));
        return new Set([...chosen].map((index) => Math.floor(index / rows))).size;
      });
    };
    assert.equal(await channels({}), 16);
    const equal = await channels({ scores: "released" });
    assert(equal < 12, `${equal} channels`);
  },
});

Deno.test({
  name:
    "frozen weights are ±σ or normal around 0 with σ, shrunk by √k if wished; a target above the source is warned of",
  ...quiet,
  fn: async () => {
    const masks = source(smallConv, 1, [1, 1], 3);
    const look = (settings: Partial<EdgePopupSettings>, sources = masks) =>
      withTraining(
        {
          model: smallConv,
          source: sources,
          method: edgePopup(settingsOf(settings)),
          run: run(1),
          data: data(smallConv),
        },
        async (training) => ({ values: await weights(training), warnings: training.warnings }),
      );
    const conv2 = "conv2.weight", std = Math.sqrt(2 / (12 * 9));
    const signed = (await look({ weights: "signed-constant", density: 0.25, scaleFan: true })).values.get(conv2)!;
    assert(signed.every((w) => Math.abs(Math.abs(w) - 2 * std) < 1e-7) && signed.some((w) => w > 0));
    const normal = (await look({})).values.get(conv2)!;
    const variance = normal.reduce((sum, w) => sum + w * w, 0) / normal.length;
    assert(Math.abs(variance / std ** 2 - 1) < 0.1, `variance ${variance}, expected ${std ** 2}`);
    const { values, warnings } = await look(
      { weights: "looks-linear", biases: "scaled" },
      source(smallConv, 0.05, [1, 1], 3),
    );
    assert.match(warnings[0], /density 0\.1, but the source keeps 0\.0\d+/);
    const bias = values.get("fc.bias")!;
    assert.deepEqual([...bias.slice(3)], [...bias.slice(0, 2)].map((value) => -value), "biases in pairs");
    assert.deepEqual([...values.get("bn1.weight")!], new Array(12).fill(1));
  },
});
