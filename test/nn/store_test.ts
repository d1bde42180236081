import { strict as assert } from "node:assert";
import type { Gpu } from "../../src/gpu/device.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { Runner } from "../../src/gpu/runner.ts";
import { emptyMask, fromDense, keeps, type Mask } from "../../src/masks/mask.ts";
import { ModelBuilder } from "../../src/nn/builder.ts";
import type { Model } from "../../src/nn/model.ts";
import { densePlan, planKernels, type Storage } from "../../src/nn/plan.ts";
import { ParameterStore, type StoreOptions } from "../../src/nn/store.ts";
import { noise, quiet, stepBlock, testGpu } from "../ops/gpu.ts";

/** Sizes that fill neither a word of mask bits nor a group of values. */
function model(width = 5): Model {
  const b = new ModelBuilder("t", [2, 4, 4]);
  const x = b.batchNorm(b.conv(b.input, "conv", { channels: width, kernel: 3, pad: 1 }), "bn");
  b.linear(b.globalPool(x), "fc", 3);
  return b.finish();
}

function everyNth(model: Model, n: number): Map<string, Mask> {
  return new Map(
    model.parameters.filter(({ maskable }) => maskable).map(({ name, shape, size }) => [
      name,
      fromDense(name, shape, Float32Array.from({ length: size }, (_, i) => Number(i % n === 0))),
    ]),
  );
}

function makeStore(
  gpu: Gpu,
  model: Model,
  storage: Storage,
  masks: Map<string, Mask>,
  more: Partial<StoreOptions> = {},
) {
  return new ParameterStore(gpu, model, {
    plan: planKernels(model, masks, "software", storage),
    masks,
    optimizer: { name: "sgd", momentum: 0, nesterov: false },
    groups: [{ learningRate: 1, weightDecay: 0 }],
    ...more,
  });
}

async function withRunner(act: (gpu: Gpu, runner: Runner) => Promise<void>): Promise<void> {
  const gpu = await testGpu(), runner = new Runner(gpu);
  try {
    await act(gpu, runner);
  } finally {
    runner.destroy();
  }
}

for (const storage of ["dense", "packed"] as const) {
  Deno.test({
    name: `${storage} storage: values and gradients come back as written, behind the mask`,
    ...quiet,
    fn: () =>
      withRunner(async (gpu, runner) => {
        const net = model(), masks = everyNth(net, 3);
        const store = makeStore(gpu, net, storage, masks);
        const written = net.parameters.map(({ size }, i) => noise(size, i + 1));
        net.parameters.forEach((parameter, i) => store.write(parameter, written[i]));
        for (const [i, parameter] of net.parameters.entries()) {
          const mask = masks.get(parameter.name);
          const expected = written[i].map((value, k) => !mask || keeps(mask, k) ? value : 0);
          const read = await store.read(parameter, (slice) => runner.readFloats(slice));
          assert.deepEqual(read, expected, parameter.name);
        }
        const [weight] = net.parameters, mask = masks.get(weight.name)!;
        const stored = storage === "packed" ? mask.nnz : weight.size;
        gpu.memory.write(store.gradient(weight), Float32Array.from({ length: stored }, (_, i) => i + 1));
        const gradient = await store.read(weight, (slice) => runner.readFloats(slice), "gradient");
        assert.equal(gradient.length, weight.size);
        const last = 3 * (mask.nnz - 1);
        assert.equal(gradient[last], storage === "packed" ? mask.nnz : last + 1, "in the order of the kept weights");
        assert.throws(() => store.write(weight, new Float32Array(3)), /conv\.weight has 90 values, got 3/);
        store.destroy();
      }),
  });
}

Deno.test({
  name: "batch norm starts with mean 0 and variance 1, and without trained parameters with scale 1 and shift 0",
  ...quiet,
  fn: () =>
    withRunner(async (gpu, runner) => {
      const b = new ModelBuilder("t", [70, 1, 1]);
      b.linear(b.batchNorm(b.batchNorm(b.input, "a"), "b", { affine: false }), "fc", 2);
      const net = b.finish();
      const store = new ParameterStore(gpu, net, {
        plan: densePlan("software"),
        masks: new Map(),
        optimizer: { name: "adam", beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
        groups: [{ learningRate: 1, weightDecay: 0 }],
      });
      const statistics = await store.readStatistics((slice) => runner.readFloats(slice));
      const filled = (value: number) => new Float32Array(70).fill(value);
      assert.deepEqual(
        statistics,
        new Map([
          ["a.running_mean", filled(0)],
          ["a.running_var", filled(1)],
          ["b.running_mean", filled(0)],
          ["b.running_var", filled(1)],
        ]),
      );
      const { scale, shift } = store.norm(net.norms[1]);
      assert.deepEqual((await runner.readFloats(scale)).slice(0, 70), filled(1));
      assert.deepEqual((await runner.readFloats(shift)).slice(0, 70), filled(0));
      assert.equal(store.bytes().moments, 2 * store.bytes().values, "adam keeps two");
      store.destroy();
    }),
});

Deno.test({
  name: "packed storage takes fewer bytes, patterns included, and an empty layer none worth mentioning",
  ...quiet,
  fn: () =>
    withRunner(async (gpu, runner) => {
      const net = model(64), masks = everyNth(net, 50);
      const before = gpu.memory.bytes;
      const [dense, packed] = [makeStore(gpu, net, "dense", masks), makeStore(gpu, net, "packed", masks)];
      const total = (store: ParameterStore) => Object.values(store.bytes()).reduce((a, b) => a + b);
      assert(packed.bytes().values < dense.bytes().values / 2);
      assert(packed.bytes().moments < dense.bytes().moments / 2);
      assert(dense.bytes().patterns === 0 && packed.bytes().patterns > 0);
      assert(total(packed) < total(dense), `${total(packed)} < ${total(dense)}`);
      for (const store of [dense, packed]) store.destroy();

      const conv = net.parameters[0];
      const nothing = new Map(masks).set(conv.name, emptyMask(conv.name, conv.shape));
      const empty = makeStore(gpu, net, "packed", nothing);
      empty.write(conv, noise(conv.size, 1));
      const read = await empty.read(conv, (slice) => runner.readFloats(slice));
      assert.deepEqual(read, new Float32Array(conv.size));
      empty.destroy();
      assert.equal(gpu.memory.bytes, before, "a destroyed store leaves nothing behind");
    }),
});

Deno.test({
  name: "parameter groups: each has its own learning rate and weight decay, and masked values stay zero",
  ...quiet,
  fn: () =>
    withRunner(async (gpu, runner) => {
      const net = model(), masks = everyNth(net, 2);
      const store = makeStore(gpu, net, "dense", masks, {
        groups: [{ learningRate: 1, weightDecay: 0 }, { learningRate: 0.5, weightDecay: 0.1 }],
        groupOf: ({ maskable }) => Number(!maskable),
      });
      const recorder = new Recorder(gpu.memory, gpu.kernels);
      store.recordStep(recorder);
      const list = recorder.finish();
      for (const parameter of net.parameters) {
        store.write(parameter, new Float32Array(parameter.size).fill(1));
        gpu.memory.write(store.gradient(parameter), new Float32Array(parameter.size).fill(2));
      }
      runner.submit(list, [stepBlock({ count: 1, learningRate: 0.25 })]);
      for (const parameter of net.parameters) {
        const read = await store.read(parameter, (slice) => runner.readFloats(slice));
        const kept = (i: number) => !parameter.maskable || keeps(masks.get(parameter.name)!, i);
        // 1 − 0.25 · 2, and 1 − 0.25 · 0.5 · (2 + 0.1 · 1)
        const expected = parameter.maskable ? 0.5 : 0.7375;
        read.forEach((value, i) =>
          assert(Math.abs(value - (kept(i) ? expected : 0)) < 1e-6, `${parameter.name} ${i}: ${value}`)
        );
      }
      list.destroy();
      store.destroy();
    }),
});
