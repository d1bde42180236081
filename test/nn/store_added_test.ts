/** Parameters that a method trains beside the model's, and parameters that are frozen. */
import { strict as assert } from "node:assert";
import type { Slice } from "../../src/gpu/memory.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { Runner } from "../../src/gpu/runner.ts";
import { fromDense, keeps, type Mask } from "../../src/masks/mask.ts";
import type { AddedParameter, Parameter } from "../../src/nn/model.ts";
import { planKernels, type Storage } from "../../src/nn/plan.ts";
import { ParameterStore } from "../../src/nn/store.ts";
import { noise, quiet, stepBlock, testGpu } from "../ops/gpu.ts";
import { smallConv as model } from "./small_conv.ts";

const WEIGHTS = model.parameters.filter(({ maskable }) => maskable);
const [CONV, SECOND, SHORTCUT] = WEIGHTS;

function random({ name, shape, size }: Parameter, density: number, seed: number): Mask {
  return fromDense(name, shape, noise(size, seed).map((x) => +(x < 2 * density - 1)));
}

function added(name: string, like?: Parameter): AddedParameter {
  const shape = like?.shape ?? [1], size = like?.size ?? 1;
  const init = { name: "constant", value: 0 } as const;
  return { index: model.parameters.length, name, shape, size, init, maskable: false, like: like?.name };
}

const SCORES = added("scores", SECOND),
  SCALAR = added("threshold"),
  BIAS = model.parameters.find(({ name }) => name === "fc.bias")!;
const FROZEN = new Set([SHORTCUT.name, BIAS.name]);

async function withStore(
  storage: Storage,
  act: (bench: {
    store: ParameterStore;
    masks: Map<string, Mask>;
    read: (slice: Slice) => Promise<Float32Array>;
    step: (rate: number) => void;
  }) => Promise<void>,
): Promise<void> {
  const gpu = await testGpu(), runner = new Runner(gpu), before = gpu.memory.bytes;
  const masks = new Map(WEIGHTS.map((parameter, i) => [parameter.name, random(parameter, 0.4, i + 1)]));
  const full = new Map(WEIGHTS.map(({ name, size }) => [name, size]));
  const store = new ParameterStore(gpu, model, {
    plan: planKernels(model, masks, "software", storage),
    masks,
    capacity: full,
    optimizer: { name: "sgd", momentum: 0.9, nesterov: false },
    groups: [{ learningRate: 1, weightDecay: 0 }, { learningRate: 0.5, weightDecay: 0.1 }],
    groupOf: ({ name }) => Number(name === SCALAR.name),
    added: [SCORES, SCALAR],
    frozen: FROZEN,
  });
  const recorder = new Recorder(gpu.memory, gpu.kernels);
  store.recordStep(recorder);
  const list = recorder.finish();
  const step = (rate: number) => runner.submit(list, [stepBlock({ learningRate: rate })]);
  await act({ store, masks, read: (slice) => runner.readFloats(slice), step });
  list.destroy();
  store.destroy();
  assert.equal(gpu.memory.bytes, before, "nothing is left behind");
  runner.destroy();
}

for (const storage of ["dense", "packed"] as const) {
  Deno.test({
    name: `${storage}: what is added trains in its group and behind its layer's mask, what is frozen does not`,
    ...quiet,
    fn: () =>
      withStore(storage, async ({ store, masks, read, step }) => {
        assert.deepEqual(store.parameters.map(({ name }) => name), [
          ...model.parameters.map(({ name }) => name),
          "scores",
          "threshold",
        ]);
        assert(store.trainedLength < store.length);
        assert(FROZEN.size === store.parameters.filter((parameter) => !store.trained(parameter)).length);
        assert.throws(() => store.gradient(SHORTCUT), /shortcut\.weight is frozen/);
        assert.throws(() => store.parameter("other"), RangeError);
        assert.equal(store.stored(SCORES), store.stored(SECOND));
        const mask = masks.get(SECOND.name)!, start = noise(SECOND.size, 7), gradient = noise(SECOND.size, 8);
        for (const parameter of store.parameters) store.write(parameter, noise(parameter.size, 3));
        store.write(SCORES, start);
        store.write(SCALAR, Float32Array.of(2));
        const place = store.gradient(SCORES), { memory } = store.gpu;
        // gradients are written where stored values are: by way of the values of the same slots
        store.write(SCORES, gradient);
        const packed = await read(store.values(SCORES));
        memory.write(place, packed);
        memory.write(store.gradient(SCALAR), Float32Array.of(1));
        store.write(SCORES, start);
        const before = await Promise.all(store.parameters.map((parameter) => store.read(parameter, read)));
        step(0.5);
        const scores = await store.read(SCORES, read);
        scores.forEach((value, i) =>
          assert(Math.abs(value - (keeps(mask, i) ? start[i] - 0.5 * gradient[i] : 0)) < 1e-6, `score ${i}`)
        );
        // half the rate, and decay 0.1 of its own
        assert(Math.abs((await store.read(SCALAR, read))[0] - (2 - 0.25 * (1 + 0.2))) < 1e-6);
        for (const [i, parameter] of store.parameters.entries()) {
          if (FROZEN.has(parameter.name)) {
            assert.deepEqual(await store.read(parameter, read), before[i], parameter.name);
          }
        }
      }),
  });

  Deno.test({
    name: `${storage}: a new mask takes along what is stored like its layer, and a frozen layer's values`,
    ...quiet,
    fn: () =>
      withStore(storage, async ({ store, masks, read, step }) => {
        for (const parameter of store.parameters) store.write(parameter, noise(parameter.size, parameter.size));
        const parameters = [SECOND, SHORTCUT], all = [...parameters, SCORES];
        const before = await Promise.all(all.map((parameter) => store.read(parameter, read)));
        const next = parameters.map((parameter, i) => random(parameter, 0.5, 20 + i));
        await store.setMasks(parameters.map((parameter, i) => ({ parameter, mask: next[i] })));
        for (const [i, parameter] of all.entries()) {
          const host = parameter === SCORES ? 0 : i, old = masks.get(parameters[host].name)!, mask = next[host];
          const now = await store.read(parameter, read);
          const expected = before[i].map((value, k) => keeps(mask, k) && keeps(old, k) ? value : 0);
          assert.deepEqual(now, expected, parameter.name);
          assert.equal(store.nnz(parameter), mask.nnz);
        }
        assert.equal(store.stored(SCORES), store.stored(SECOND));
        step(0.1); // the optimizer of before does no harm: gradients are 0
        assert.deepEqual(await store.mask(SCORES), await store.mask(SECOND));
      }),
  });
}

Deno.test({
  name: "what is to be stored like a parameter that there is not is refused by name",
  ...quiet,
  fn: async () => {
    const gpu = await testGpu(), plan = planKernels(model, new Map(), "software", "dense");
    const make = (like: string, size: number) =>
      new ParameterStore(gpu, model, {
        plan,
        masks: new Map(),
        optimizer: { name: "sgd", momentum: 0.9, nesterov: false },
        groups: [{ learningRate: 1, weightDecay: 0 }],
        added: [{ ...added("scores", CONV), like, size }],
      });
    assert.throws(() => make("nothing.weight", CONV.size), /scores is to be stored like nothing\.weight/);
    assert.throws(() => make(CONV.name, 5), /scores is to be stored like conv1\.weight/);
  },
});
