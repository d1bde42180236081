/** Masks that change, in numbers, against masks on the CPU. */
import { strict as assert } from "node:assert";
import { maskableLayers } from "../../src/nn/model.ts";
import { fromDense, intersect, type Mask, toDense, union } from "../../src/masks/mask.ts";
import { fixed } from "../../src/methods/fixed.ts";
import type { Method } from "../../src/methods/method.ts";
import type { MaskRecord } from "../../src/train/mask_recorder.ts";
import { noise, quiet } from "../ops/gpu.ts";
import { BATCH, IMAGES, model, source, withTraining } from "./small_training.ts";

const parameters = model.parameters.filter(({ maskable }) => maskable);
const layers = maskableLayers(model);
const ORDER = Uint32Array.from({ length: IMAGES }, (_, i) => i);

/** Drops some weights of a mask and grows others. */
function other(mask: Mask, seed: number): Mask {
  const random = noise(mask.shape[0] * mask.shape[1], seed);
  return fromDense(
    mask.name,
    mask.shape,
    toDense(mask).map((kept, i) => kept ? +(random[i] < 0.3) : +(random[i] > 0.8)),
  );
}

/** The masks before training and after each of two changes. */
function history(): Map<string, Mask>[] {
  const first = source(), masks = [first];
  for (const seed of [1, 2]) masks.push(new Map([...masks.at(-1)!].map(([name, mask]) => [name, other(mask, seed)])));
  return masks;
}

/** Changes masks before steps 2 and 4, and takes dense gradients of the last layer at the second change. */
function changing(masks: Map<string, Mask>[]): Method {
  return {
    ...fixed({ apply: "after-step" }),
    name: "changing",
    nominalDensity: () => 0.25,
    wantsStep: ({ step }) => step === 2 || step === 4,
    async beforeStep({ store, step, denseGradients }) {
      if (step === 4) await denseGradients([parameters[1]], () => {});
      await store.setMasks(parameters.map((parameter) => ({ parameter, mask: masks[step / 2].get(parameter.name)! })));
    },
  };
}

const total = (masks: Iterable<Mask>) => [...masks].reduce((sum, { nnz }) => sum + nnz, 0);
const pairs = (a: Map<string, Mask>, b: Map<string, Mask>, join: typeof union) =>
  [...a].map(([name, mask]) => join(mask, b.get(name)!));
const weights = layers.reduce((sum, { shape }) => sum + shape[0] * shape[1], 0);

for (const storage of ["dense", "packed"] as const) {
  Deno.test({
    name: `each change of masks is recorded with its overlaps and the cost so far, ${storage}`,
    ...quiet,
    fn: async () => {
      const masks = history(), records: MaskRecord[] = [];
      const capacity = new Map(layers.map(({ name, shape }) => [name, shape[0] * shape[1]]));
      const method = changing(masks);
      const begin: Method["begin"] = (context) => ({ ...fixed({ apply: "after-step" }).begin(context), capacity });
      await withTraining({ storage, method: { ...method, begin } }, async ({ trainer, recorder, store }, gpu) => {
        recorder.listen((record) => records.push(record));
        const before = gpu.memory.bytes;
        await trainer.epoch(0, ORDER, 0.1, { steps: 2 });
        assert.equal(gpu.memory.bytes, before, "nothing is taken before a mask changes");
        await trainer.epoch(0, ORDER, 0.1);
        const last = await recorder.masks(trainer.runner);
        for (const parameter of parameters) {
          assert.deepEqual(last.get(parameter.name), masks[2].get(parameter.name));
          assert.equal(store.nnz(parameter), last.get(parameter.name)!.nnz);
        }
      });
      assert.deepEqual(records.map(({ reason, step, nominal }) => [reason, step, nominal]), [
        ["start", 0, 0.25],
        ["update", 2, 0.25],
        ["update", 4, 0.25],
      ]);
      const density = (i: number) => total(masks[i].values()) / weights; // one position a weight: also compute density
      const ever = pairs(masks[0], masks[1], union).map((mask) => union(mask, masks[2].get(mask.name)!));
      const [start, first, second] = records;
      assert.deepEqual(start.nnz, Object.fromEntries([...masks[0]].map(([name, { nnz }]) => [name, nnz])));
      assert.deepEqual([start.stayed, start.inSource, start.explored], [null, 1, density(0)]);
      for (const [i, record] of [first, second].entries()) {
        const nnz = total(masks[i + 1].values());
        assert.equal(record.realised, nnz / weights);
        assert.equal(record.compute, record.realised);
        assert.equal(record.stayed, total(pairs(masks[i + 1], masks[i], intersect)) / nnz);
        assert.equal(record.inSource, total(pairs(masks[i + 1], masks[0], intersect)) / nnz);
      }
      assert.equal(second.explored, total(ever) / weights);
      assert.equal(start.denseImages, 0);
      const close = (a: number, b: number) => assert(Math.abs(a - b) < 1e-9 * b, `${a}, expected ${b}`);
      close(first.denseImages, 2 * BATCH * density(0));
      // forward and input gradients at the density of before, and one layer's weight gradient dense
      const share = parameters[1].size / weights, grown = (2 * density(1) + share) / 3;
      close(second.denseImages, BATCH * (2 * density(0) + 2 * density(1) + grown));
    },
  });
}

Deno.test({
  name: "without a listener, and for a mask that never changes, nothing is counted but cost",
  ...quiet,
  fn: () =>
    withTraining({}, async ({ trainer, recorder, masks }, gpu) => {
      const before = gpu.memory.bytes, records: MaskRecord[] = [];
      await trainer.epoch(0, ORDER, 0.1);
      const kept = total(masks.values()) / weights;
      assert(Math.abs(recorder.denseImages - IMAGES * kept) < 1e-9);
      recorder.listen((record) => records.push(record));
      await trainer.epoch(1, ORDER, 0.1);
      assert.equal(records.length, 1);
      assert.equal(await recorder.masks(trainer.runner), masks);
      assert.equal(gpu.memory.bytes, before);
    }),
});
