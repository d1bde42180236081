/** What methods that train through a transform share: any source, any storage, batches in parts, memory known before. */
import { strict as assert } from "node:assert";
import { recordBatch } from "../../src/data/batch.ts";
import { dryGpu } from "../../src/gpu/dry.ts";
import { emptyMask, type Mask } from "../../src/masks/mask.ts";
import { makeMasks } from "../../src/masks/make.ts";
import type { Method } from "../../src/methods/method.ts";
import { createMethod } from "../../src/methods/registry.ts";
import { maskableLayers } from "../../src/nn/model.ts";
import { compile } from "../../src/nn/program.ts";
import { finalWeights } from "../../src/train/final_weights.ts";
import type { TrainingOptions } from "../../src/train/training.ts";
import { readRing } from "../../src/train/metrics_ring.ts";
import { madeUpImages, NORMALISATION } from "../nn/reference_model.ts";
import { smallConv as model } from "../nn/small_conv.ts";
import { assertClose, quiet, stepBlock, testGpu } from "../ops/gpu.ts";
import { BATCH, smallTraining, withTraining } from "../train/small_training.ts";
import { activeMask } from "./effective.ts";

const WEIGHTS = model.parameters.filter(({ maskable }) => maskable);
const IMAGES = 2 * BATCH, ORDER = Uint32Array.from({ length: IMAGES }, (_, i) => i);

const METHODS: Record<string, () => Promise<Method>> = {
  str: () => createMethod("str", { initial: -4, decay: 0.05 }),
  continuous: () => createMethod("continuous", { rounds: 1, rewind: 0 }),
  "edge-popup": () => createMethod("edge-popup", { density: 0.2, levels: 1 }),
  "edge-popup as released": () => createMethod("edge-popup", { density: 0.2, levels: 1, mode: "released" }),
};

function source(): Map<string, Mask> {
  const { masks } = makeMasks(maskableLayers(model), { rule: "uniform", density: 0.5 }, 3);
  return new Map(masks.map((mask) => [mask.name, mask]));
}

const options = (method: Method, more: Partial<TrainingOptions> = {}): Partial<TrainingOptions> => ({
  model,
  source: source(),
  method,
  data: { splits: [madeUpImages(model, IMAGES)], normalisation: NORMALISATION(model) },
  ...more,
});

for (const [name, make] of Object.entries(METHODS)) {
  Deno.test({
    name: `${name}: a dense source, and one with a layer that keeps nothing, dense and packed alike`,
    ...quiet,
    fn: async () => {
      const hollow = source();
      hollow.set(WEIGHTS[2].name, emptyMask(WEIGHTS[2].name, WEIGHTS[2].shape));
      const losses = async (masks: Map<string, Mask>, storage: "dense" | "packed") =>
        await withTraining(options(await make(), { source: masks, storage }), async (training) => {
          const sums = await training.trainer.follow(ORDER, 0.05);
          for (const weight of WEIGHTS) {
            const { nnz } = await activeMask(training, weight), mask = masks.get(weight.name);
            if (!name.includes("released")) assert(nnz <= (mask?.nnz ?? weight.size), weight.name);
          }
          return sums.map(({ loss, images }) => loss / images);
        });
      for (const masks of [new Map<string, Mask>(), hollow]) {
        const dense = await losses(masks, "dense"), packed = await losses(masks, "packed");
        assert(dense.every(Number.isFinite));
        assertClose(packed, dense, 1e-5, "losses");
      }
    },
  });

  Deno.test({
    name: `${name}: gradients of a batch in parts add up to those of a whole one`,
    ...quiet,
    fn: async () =>
      await withTraining(options(await make(), { storage: "packed" }), async (training) => {
        const { store, trainer } = training, { training: program } = trainer;
        const { dataset, transforms } = trainer.options;
        const parts = compile(store, {
          mode: "train",
          capacity: BATCH,
          batch: (recorder, columns) =>
            recordBatch(recorder, dataset, { ...columns, crop: 0, flip: false, seed: 1, augment: false }),
          transforms,
          tensorBytes: 4 * 12 * 64 * 4,
        });
        assert(parts.logits.length > 1 && program.logits.length === 1);
        dataset.setOrder(ORDER);
        const gradients = async (list: typeof program.list, end: number) => {
          trainer.runner.submit(list, [stepBlock({ count: BATCH })], { end });
          const found: Float32Array[] = [];
          for (const parameter of store.parameters) {
            if (store.trained(parameter)) found.push(await store.read(parameter, training.read, "gradient"));
          }
          return found;
        };
        const whole = await gradients(program.list, program.updateFrom);
        const cut = await gradients(parts.list, parts.updateFrom);
        const [{ images }] = await readRing(trainer.runner, parts, 0, 1);
        assert.equal(images, BATCH);
        cut.forEach((gradient, i) => assertClose(gradient, whole[i], 1e-4, `gradient ${i}`));
        assert(whole.some((gradient) => gradient.some((value) => value !== 0)));
        parts.destroy();
      }),
  });

  Deno.test({
    name: `${name}: the final weights, by the parameters' names, are the network without its transforms`,
    ...quiet,
    fn: async () => {
      const trained = await withTraining(options(await make(), { storage: "packed" }), async (training) => {
        await training.trainer.follow(ORDER, 0.05);
        const { loss } = await training.trainer.evaluate(ORDER);
        return { loss, tensors: await finalWeights(training) };
      });
      const values = new Map(trained.tensors.map(({ name, values }) => [name, values]));
      assert(values.has("conv1.weight_orig") && values.has("bn1.running_mean"));
      const plain = await createMethod("fixed"), none = new Map<string, Mask>();
      await withTraining(options(plain, { source: none, values }), async ({ store, trainer, read }) => {
        for (const norm of model.norms) {
          const { runningMean, runningVariance } = store.norm(norm);
          store.gpu.memory.write(runningMean, values.get(`${norm.name}.running_mean`)!);
          store.gpu.memory.write(runningVariance, values.get(`${norm.name}.running_var`)!);
        }
        assertClose([(await trainer.evaluate(ORDER)).loss], [trained.loss], 1e-5, "loss");
        assert.deepEqual(await store.read(WEIGHTS[0], read), values.get(WEIGHTS[0].name));
      });
    },
  });

  Deno.test({
    name: `${name}: what it needs is known before, to the byte, and freed behind it`,
    ...quiet,
    fn: async () => {
      const gpu = await testGpu(), before = gpu.memory.bytes, dry = dryGpu(gpu.adapter);
      const estimate = smallTraining(dry, options(await make(), { storage: "packed" }));
      const training = smallTraining(gpu, options(await make(), { storage: "packed" }));
      assert.equal(gpu.memory.bytes - before, dry.memory.bytes);
      for (const made of [estimate, training]) made.destroy();
      assert.equal(gpu.memory.bytes, before);
      assert.equal(dry.memory.bytes, 0);
    },
  });
}
