import { strict as assert } from "node:assert";
import type { Gpu } from "../../src/gpu/device.ts";
import { UserError } from "../../src/errors.ts";
import { whole } from "../../src/gpu/memory.ts";
import { keeps } from "../../src/masks/mask.ts";
import { fixed } from "../../src/methods/fixed.ts";
import type { Method } from "../../src/methods/method.ts";
import { createMethod } from "../../src/methods/registry.ts";
import { initialise } from "../../src/nn/initialise.ts";
import type { Training } from "../../src/train/training.ts";
import { assertClose, noise, quiet, testGpu } from "../ops/gpu.ts";
import { BATCH, model, smallTraining, source, weights, withTraining } from "../train/small_training.ts";

const [WEIGHT, SECOND] = model.parameters.filter(({ maskable }) => maskable);
const ORDER = Uint32Array.from({ length: 3 * BATCH }, (_, i) => i);

/** Runs something and catches the buffers that it makes under a label. */
function buffersCalled(gpu: Gpu, label: string, act: () => Training): { training: Training; buffers: GPUBuffer[] } {
  const { memory } = gpu, create = memory.create, buffers: GPUBuffer[] = [];
  memory.create = (name, bytes, usage) => {
    const buffer = create.call(memory, name, bytes, usage);
    if (name === label) buffers.push(buffer);
    return buffer;
  };
  try {
    return { training: act(), buffers };
  } finally {
    memory.create = create;
  }
}

Deno.test({
  name: "after-step: pruned weights and their momentum stay zero, though their gradients are not",
  ...quiet,
  fn: async () => {
    const gpu = await testGpu();
    const { training, buffers } = buffersCalled(gpu, "moment 1", () => smallTraining(gpu, { weightDecay: 0.1 }));
    const { store, trainer, read, masks } = training;
    await trainer.follow(ORDER, 0.1);
    assert.equal(buffers.length, 1);
    const moments = await read(whole(buffers[0]));
    for (const parameter of [WEIGHT, SECOND]) {
      const values = await store.read(parameter, read);
      const gradients = await store.read(parameter, read, "gradient");
      const offset = store.values(parameter).offset / 4;
      const mask = masks.get(parameter.name)!;
      let moved = 0, pulled = 0;
      values.forEach((value, i) => {
        const moment = moments[offset + i];
        if (keeps(mask, i)) moved += Number(moment !== 0);
        else {
          assert.equal(value, 0, `${parameter.name} ${i}`);
          assert.equal(moment, 0, `momentum of ${parameter.name} ${i}`);
          pulled += Number(gradients[i] !== 0);
        }
      });
      assert(moved > 0 && pulled > 0, `${moved} moments, ${pulled} gradients at pruned weights`);
    }
    training.destroy();
  },
});

Deno.test({
  name: "in-forward: pruned weights have no effect and no gradient, and decay alone moves them",
  ...quiet,
  fn: async () => {
    const values = initialise(model, 1), rate = 0.1, weightDecay = 0.25;
    const one = ORDER.subarray(0, BATCH);
    const outside = await withTraining({ values, weightDecay }, async (training) => {
      const sums = await training.trainer.follow(one, rate);
      return { sums, weights: await weights(training) };
    });
    await withTraining({ values, weightDecay, method: fixed({ apply: "in-forward" }) }, async (training) => {
      const { store, read, trainer } = training;
      const masks = source();
      assert.deepEqual((await weights(training)).get(WEIGHT.name), values.get(WEIGHT.name), "stored without the mask");
      assert.deepEqual(await trainer.follow(one, rate), outside.sums, "the same network at the first step");
      for (const parameter of [WEIGHT, SECOND]) {
        const start = values.get(parameter.name)!, mask = masks.get(parameter.name)!;
        const now = await store.read(parameter, read), gradient = await store.read(parameter, read, "gradient");
        const expected = outside.weights.get(parameter.name)!;
        start.forEach((value, i) => {
          if (keeps(mask, i)) assertClose([now[i]], [expected[i]], 1e-5, `${parameter.name} ${i}`);
          else {
            assert.equal(Math.abs(gradient[i]), 0);
            assertClose([now[i]], [value * (1 - rate * weightDecay)], 1e-6, `pruned ${parameter.name} ${i}`);
          }
        });
      }
    });
  },
});

Deno.test({
  name: "in-forward: what pruned weights are does not show in the loss",
  ...quiet,
  fn: async () => {
    const masks = source();
    const losses = (seed: number) => {
      const values = initialise(model, 1);
      for (const { name, size } of [WEIGHT, SECOND]) {
        const other = noise(size, seed), mask = masks.get(name)!;
        values.set(name, values.get(name)!.map((value, i) => keeps(mask, i) ? value : other[i]));
      }
      const method = fixed({ apply: "in-forward" });
      return withTraining({ values, method }, ({ trainer }) => trainer.follow(ORDER, 0.1));
    };
    assert.deepEqual(await losses(5), await losses(6));
  },
});

Deno.test({
  name: "a method sees a step's gradients before its update, and looking changes no bit",
  ...quiet,
  fn: async () => {
    const ordinary = await withTraining({}, async (training) => {
      const sums = await training.trainer.follow(ORDER, 0.1);
      return { sums, weights: await weights(training) };
    });
    const asked: number[] = [], seen: number[] = [];
    let look: ((step: number) => Promise<void>) | undefined;
    const method: Method = {
      ...fixed({ apply: "after-step" }),
      name: "spy",
      wantsGradients: ({ step }) => (asked.push(step), step !== 1),
      afterGradients: ({ step }) => look!(step),
    };
    await withTraining({ method }, async (training) => {
      const { store, read, trainer } = training;
      const before = await store.read(WEIGHT, read);
      look = async (step) => {
        seen.push(step);
        const gradient = await store.read(WEIGHT, read, "gradient"), values = await store.read(WEIGHT, read);
        assert(gradient.some((value) => value !== 0), `step ${step} has gradients`);
        if (step === 0) assert.deepEqual(values, before, "the optimizer has not run");
        else assert.notDeepEqual(values, before, "the steps before have");
      };
      assert.deepEqual(await trainer.follow(ORDER, 0.1), ordinary.sums);
      assert.deepEqual(await weights(training), ordinary.weights);
    });
    assert.deepEqual(asked, [0, 1, 2]);
    assert.deepEqual(seen, [0, 2]);
  },
});

Deno.test({
  name: "what a method makes of the gradients is what the optimizer takes",
  ...quiet,
  fn: () => {
    let store: Training["store"] | undefined;
    const method: Method = {
      ...fixed({ apply: "after-step" }),
      name: "brake",
      wantsGradients: () => true,
      afterGradients: () => {
        for (const parameter of model.parameters) {
          store!.gpu.memory.write(store!.gradient(parameter), new Float32Array(parameter.size));
        }
        return Promise.resolve();
      },
    };
    return withTraining({ method }, async (training) => {
      store = training.store;
      const before = await weights(training);
      await training.trainer.follow(ORDER, 0.1);
      assert.deepEqual(await weights(training), before);
    });
  },
});

Deno.test("methods are made by name", async () => {
  assert.equal((await createMethod("fixed")).name, "fixed");
  await assert.rejects(
    createMethod("moving"),
    (error) => error instanceof UserError && /no method "moving"/.test(error.message) && /fixed/.test(error.hint ?? ""),
  );
  await assert.rejects(
    createMethod("fixed", { interval: 3 }),
    (error) => error instanceof UserError && /method fixed: .*interval/.test(error.message),
  );
});
