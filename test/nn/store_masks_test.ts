import { strict as assert } from "node:assert";
import type { Gpu } from "../../src/gpu/device.ts";
import { whole } from "../../src/gpu/memory.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { IDLE_STEP, Runner } from "../../src/gpu/runner.ts";
import { emptyMask, fromDense, fullMask, keeps, type Mask, sameMask, wordCount } from "../../src/masks/mask.ts";
import { ModelBuilder } from "../../src/nn/builder.ts";
import { planKernels, type Storage } from "../../src/nn/plan.ts";
import { ParameterStore, type StoreOptions } from "../../src/nn/store.ts";
import { noise, quiet, testGpu } from "../ops/gpu.ts";

const model = (() => {
  const b = new ModelBuilder("t", [5, 4, 4]);
  const x = b.batchNorm(b.conv(b.input, "conv", { channels: 37, kernel: 3, pad: 1 }), "bn");
  b.linear(b.globalPool(x), "fc", 3);
  return b.finish();
})();
const [CONV, FC] = model.parameters.filter(({ maskable }) => maskable);

function random(
  { name, shape, size }: { name: string; shape: readonly number[]; size: number },
  p: number,
  seed: number,
) {
  return fromDense(name, shape, noise(size, seed).map((x) => +(x < 2 * p - 1)));
}

async function withStore(
  storage: Storage,
  { density = 0.3, ...more }: Partial<StoreOptions> & { density?: number },
  act: (bench: { gpu: Gpu; runner: Runner; store: ParameterStore; masks: Map<string, Mask> }) => Promise<void>,
): Promise<void> {
  const gpu = await testGpu(), runner = new Runner(gpu), before = gpu.memory.bytes;
  const masks = new Map([CONV, FC].map((parameter, i) => [parameter.name, random(parameter, density, i + 1)]));
  const store = new ParameterStore(gpu, model, {
    plan: planKernels(model, masks, "software", storage, { block: [4, 2] }),
    masks,
    optimizer: { name: "sgd", momentum: 0.9, nesterov: false },
    groups: [{ learningRate: 1, weightDecay: 0 }],
    ...more,
  });
  await act({ gpu, runner, store, masks });
  store.destroy();
  assert.equal(gpu.memory.bytes, before, "nothing is left behind");
  runner.destroy();
}

for (const storage of ["dense", "packed"] as const) {
  Deno.test({
    name: `${storage}: masks and dense tensors are given on the device, and kept values are loaded from them`,
    ...quiet,
    fn: () =>
      withStore(storage, { capacity: new Map([[CONV.name, 400]]) }, async ({ gpu, runner, store, masks }) => {
        const read = (slice: Parameters<typeof runner.readFloats>[0]) => runner.readFloats(slice);
        const check = async (mask: Mask, what: string) => {
          const all = noise(CONV.size, 8), { memory } = gpu;
          const bits = memory.create("bits", 4 * wordCount(CONV.size)), dense = memory.create("dense", 4 * CONV.size);
          const given = memory.upload("given", all), recorder = new Recorder(memory, gpu.kernels);
          store.recordLoad(recorder, CONV, whole(given));
          store.recordMask(recorder, CONV, whole(bits));
          store.recordDense(recorder, CONV, "values", whole(dense));
          const list = recorder.finish();
          runner.submit(list, [IDLE_STEP]);
          const expected = all.map((value, i) => keeps(mask, i) ? value : 0);
          assert.deepEqual((await read(whole(dense))).slice(0, CONV.size), expected, what);
          assert.deepEqual(await store.read(CONV, read), expected, what);
          const words = new Uint32Array(await runner.read(whole(bits))).slice(0, mask.bits.length);
          assert.deepEqual(words, mask.bits, what);
          list.destroy();
          for (const buffer of [bits, dense, given]) memory.destroy(buffer);
        };
        await check(masks.get(CONV.name)!, "as drawn");
        const next = random(CONV, 0.2, 77), fresh = noise(CONV.size, 5), old = masks.get(CONV.name)!;
        const values = await store.read(CONV, read), buffer = gpu.memory.upload("fresh", fresh);
        const [{ nnz, density }] = await store.setMasks([{ parameter: CONV, mask: next, fresh: whole(buffer) }]);
        gpu.memory.destroy(buffer);
        assert.deepEqual([nnz, density], [next.nnz, next.nnz / CONV.size]);
        assert.throws(() => store.write(CONV, fresh), /read its mask back/);
        const now = await store.read(CONV, read);
        const expected = values.map((value, i) => keeps(next, i) ? keeps(old, i) ? value : fresh[i] : 0);
        assert.deepEqual(now, expected, "new weights start with the values that were given");
        await check(next, "changed");
        await store.mask(CONV);
        store.write(CONV, fresh);
        assert.deepEqual(await store.read(CONV, read), fresh.map((value, i) => keeps(next, i) ? value : 0));
        assert.ok(sameMask((await store.mask(FC))!, masks.get(FC.name)!), "the other layer is as it was");
      }),
  });
}

Deno.test({
  name: "a mask that finds no room is refused by name, and nothing changes for any layer",
  ...quiet,
  fn: () =>
    withStore("packed", { density: 0.05 }, async ({ runner, store, masks }) => {
      const read = (slice: Parameters<typeof runner.readFloats>[0]) => runner.readFloats(slice);
      for (const parameter of [CONV, FC]) store.write(parameter, noise(parameter.size, 3));
      const before = await Promise.all([CONV, FC].map((parameter) => store.read(parameter, read)));
      const { version } = store;
      const larger = [{ parameter: FC, mask: emptyMask(FC.name, FC.shape) }, {
        parameter: CONV,
        mask: fullMask(CONV.name, CONV.shape),
      }];
      await assert.rejects(
        store.setMasks(larger),
        /conv\.weight: the new mask needs room for 270 blocks, but .* for \d+/,
      );
      assert.equal(store.version, version);
      assert.deepEqual(await Promise.all([CONV, FC].map((parameter) => store.read(parameter, read))), before);
      for (const parameter of [CONV, FC]) {
        assert.ok(sameMask((await store.mask(parameter))!, masks.get(parameter.name)!));
      }
      const dense = [{ parameter: CONV, mask: random(CONV, 0.1, 2), storage: "dense" as const }];
      await assert.rejects(store.setMasks(dense), /conv\.weight: the new mask needs room for 1665 weights/);
      const bias = model.parameters.find(({ maskable }) => !maskable)!;
      await assert.rejects(store.setMasks([{ parameter: bias, mask: fullMask(bias.name, bias.shape) }]), /has no mask/);
    }),
});

Deno.test({
  name: "the optimizer leaves out room that is not in use, where it is large",
  ...quiet,
  fn: async () => {
    const gpu = await testGpu();
    const b = new ModelBuilder("t", [64, 2, 2]);
    b.linear(
      b.globalPool(b.conv(b.conv(b.input, "a", { channels: 512, kernel: 1 }), "b", { channels: 64, kernel: 1 })),
      "fc",
      3,
    );
    const net = b.finish(),
      masks = new Map(
        net.parameters.filter(({ maskable }) => maskable).map((
          parameter,
        ) => [parameter.name, random(parameter, 0.5, 1)]),
      );
    const store = new ParameterStore(gpu, net, {
      plan: planKernels(net, masks, "software", "packed"),
      masks,
      capacity: new Map([["a.weight", 32_768]]),
      optimizer: { name: "sgd", momentum: 0.9, nesterov: false },
      groups: [{ learningRate: 1, weightDecay: 0 }],
    });
    const count = () => {
      const recorder = new Recorder(gpu.memory, gpu.kernels);
      store.recordStep(recorder);
      return recorder.length;
    };
    assert.equal(count(), 1);
    const parameter = net.parameters[0];
    await store.setMasks([{ parameter, mask: random(parameter, 0.05, 2) }]);
    assert.equal(count(), 2, "before the empty room, and behind it");
    store.destroy();
  },
});
