/** Masks that change in the middle of training: packed layers against dense ones behind the same masks. */
import { strict as assert } from "node:assert";
import { type Slice, whole } from "../../src/gpu/memory.ts";
import { type BlockSize, NO_BLOCKS } from "../../src/masks/blocks.ts";
import { makeMasks } from "../../src/masks/make.ts";
import { emptyMask, fromDense, fullMask, keeps, type Mask, sameMask } from "../../src/masks/mask.ts";
import { fixed } from "../../src/methods/fixed.ts";
import type { Method } from "../../src/methods/method.ts";
import { maskableLayers } from "../../src/nn/model.ts";
import type { Storage } from "../../src/nn/plan.ts";
import type { MaskChange } from "../../src/nn/store.ts";
import type { OptimizerSettings } from "../../src/ops/optimizer.ts";
import type { Training, TrainingOptions } from "../../src/train/training.ts";
import { madeUpImages, NORMALISATION } from "../nn/reference_model.ts";
import { smallConv as model } from "../nn/small_conv.ts";
import { assertClose, noise, quiet, testGpu } from "../ops/gpu.ts";
import { smallTraining, weights } from "./small_training.ts";

const BATCH = 8, IMAGES = 8 * BATCH;

const LAYERS = model.parameters.filter(({ maskable }) => maskable);

const order = (steps: number) => Uint32Array.from({ length: steps * BATCH }, (_, i) => i % IMAGES);

function source(density = 0.4, block: BlockSize = NO_BLOCKS): Map<string, Mask> {
  const { masks } = makeMasks(maskableLayers(model), { rule: "uniform", density, block }, 3);
  return new Map(masks.map((mask) => [mask.name, mask]));
}

async function training(options: Partial<TrainingOptions>): Promise<Training> {
  return smallTraining(await testGpu(), {
    model,
    source: source(),
    data: { splits: [madeUpImages(model, IMAGES)], normalisation: NORMALISATION(model) },
    weightDecay: 1e-3,
    batch: BATCH,
    evalBatch: BATCH,
    ...options,
  });
}

/** Keeps a random part of a mask and adds as many others as asked for. */
function change(mask: Mask, kept: number, grown: number, seed = 1): Mask {
  const draws = noise(mask.bits.length * 32, seed);
  const size = mask.shape.reduce((product, n) => product * n, 1);
  const next = (i: number) => draws[i] < 2 * (keeps(mask, i) ? kept : grown) - 1;
  return fromDense(mask.name, mask.shape, Array.from({ length: size }, (_, i) => Number(next(i))));
}

const changes = (masks: ReadonlyMap<string, Mask>, storage?: Storage): MaskChange[] =>
  LAYERS.map((parameter) => ({ parameter, mask: masks.get(parameter.name)!, storage }));

const losses = async ({ trainer }: Training, steps: number, rate = 0.05) =>
  (await trainer.follow(order(steps), rate)).map(({ loss, images }) => loss / images);

const CHANGES: Record<string, (mask: Mask, layer: number) => Mask> = {
  "half of the weights pruned": (mask, layer) => change(mask, 0.5, 0, layer + 1),
  "weights dropped and others grown": (mask, layer) => change(mask, 0.6, 0.2, layer + 1),
  "one layer emptied": (mask, layer) => layer === 1 ? emptyMask(mask.name, mask.shape) : change(mask, 0.7, 0, 9),
};
const OPTIMIZERS: OptimizerSettings[] = [
  { name: "sgd", momentum: 0.9, nesterov: false },
  { name: "adamw", beta1: 0.9, beta2: 0.99, epsilon: 1e-6 },
];

for (const [how, changed] of Object.entries(CHANGES)) {
  for (const block of [NO_BLOCKS, [4, 2]] as const) {
    Deno.test({
      name: `${how} between two steps, in blocks of ${block.join("x")}: packed trains on as dense does`,
      ...quiet,
      fn: async () => {
        const from = source(0.4, block);
        const next = new Map(LAYERS.map(({ name }, i) => [name, changed(from.get(name)!, i)]));
        for (const optimizer of OPTIMIZERS) {
          const rate = optimizer.name === "sgd" ? 0.05 : 0.01;
          const all = async (storage: Storage) => {
            const made = await training({
              storage,
              source: from,
              block,
              optimizer,
              method: roomy(from), // what grows may need more blocks than the source has
            });
            const before = await losses(made, 5, rate);
            const counts = await made.store.setMasks(changes(next));
            counts.forEach(({ parameter, nnz }) => assert.equal(nnz, next.get(parameter.name)!.nnz));
            for (const parameter of LAYERS) {
              assert.ok(sameMask((await made.store.mask(parameter))!, next.get(parameter.name)!), parameter.name);
              assert.equal(made.store.storage(parameter), storage);
            }
            const after = await losses(made, 5, rate), values = await weights(made);
            made.destroy();
            return { before, after, values };
          };
          const dense = await all("dense"), packed = await all("packed");
          assertClose(packed.before, dense.before, 1e-5, "losses before");
          assertClose(packed.after, dense.after, 1e-4, "losses after");
          for (const [name, values] of dense.values) assertClose(packed.values.get(name)!, values, 2e-3, name);
        }
      },
    });
  }
}

/** The fixed mask, in buffers for every block. */
function roomy(masks: ReadonlyMap<string, Mask>): Method {
  const method = fixed({ apply: "after-step" });
  const capacity = new Map([...masks].map(([name, { shape }]) => [name, shape.reduce((a, b) => a * b, 1)]));
  return { ...method, begin: (context) => ({ ...method.begin(context), capacity }) };
}

Deno.test({
  name: "without momentum, a changed mask is a training begun anew with that mask and those weights",
  ...quiet,
  fn: async () => {
    const optimizer = { name: "sgd", momentum: 0, nesterov: false } as const;
    const first = await training({ storage: "packed", optimizer, method: roomy(source()) });
    await losses(first, 4);
    const next = new Map(LAYERS.map(({ name }, i) => [name, change(source().get(name)!, 0.5, 0.2, i + 1)]));
    const values = await weights(first);
    await first.store.setMasks(changes(next));
    const again = await training({ storage: "dense", optimizer, source: next, values });
    assertClose(await losses(first, 5), await losses(again, 5), 1e-5, "losses");
    for (const made of [first, again]) made.destroy();
  },
});

Deno.test({
  name: "weights that stay keep their momentum, weights that come start without",
  ...quiet,
  fn: async () => {
    const rate = 0.125;
    for (const storage of ["dense", "packed"] as const) {
      const made = await training({ storage, weightDecay: 0, method: roomy(source()) });
      await losses(made, 3, rate);
      const before = await weights(made);
      await losses(made, 1, rate);
      const then = await weights(made);
      const next = new Map(LAYERS.map(({ name }, i) => [name, change(source().get(name)!, 0.5, 0.2, i + 1)]));
      await made.store.setMasks(changes(next));
      await losses(made, 1, rate);
      const after = await weights(made);
      for (const parameter of LAYERS) {
        const { name } = parameter, old = source().get(name)!, mask = next.get(name)!;
        const gradient = await made.store.read(parameter, made.read, "gradient");
        const expected = Array.from(gradient, (g, i) => {
          if (!keeps(mask, i)) return 0;
          if (!keeps(old, i)) return -rate * g;
          const momentum = (before.get(name)![i] - then.get(name)![i]) / rate;
          return then.get(name)![i] - rate * (0.9 * momentum + g);
        });
        assertClose(after.get(name)!, expected, 1e-5, `${storage} ${name}`);
      }
      made.destroy();
    }
  },
});

Deno.test({
  name: "a dense start goes packed where it is sparse enough, and back, and trains on as if it had not",
  ...quiet,
  fn: async () => {
    const full = new Map(LAYERS.map(({ name, shape }) => [name, fullMask(name, shape)]));
    const half = new Map(LAYERS.map(({ name }, i) => [name, change(full.get(name)!, 0.5, 0, i + 1)]));
    const less = new Map(LAYERS.map(({ name }, i) => [name, change(half.get(name)!, 0.5, 0, i + 7)]));
    const all = async (plan: (Storage | undefined)[]) => {
      const made = await training({ storage: "dense", source: full }), found: number[] = [];
      found.push(...await losses(made, 2));
      for (const [i, masks] of [half, less, half].entries()) {
        await made.store.setMasks(changes(masks, plan[i]));
        for (const parameter of LAYERS) assert.equal(made.store.storage(parameter), plan[i]);
        found.push(...await losses(made, 3));
      }
      const values = await weights(made);
      made.destroy();
      return { found, values };
    };
    const dense = await all(["dense", "dense", "dense"]), packed = await all(["packed", "packed", "dense"]);
    assertClose(packed.found, dense.found, 1e-4, "losses");
    for (const [name, values] of dense.values) assertClose(packed.values.get(name)!, values, 2e-3, name);
  },
});

/** Drops the smallest third of each layer and grows as many by gradient: RigL's move, chosen on the CPU for the test. */
function dropAndGrow(every: number, seen: string[]): Method {
  return {
    ...roomy(source()),
    name: "test",
    wantsStep: ({ step }) => step > 0 && step % every === 0,
    async beforeStep({ store, runner, denseGradients, step }) {
      const changes: MaskChange[] = [];
      const read = (slice: Parameters<typeof runner.readFloats>[0]) => runner.readFloats(slice);
      await denseGradients(LAYERS, async (parameter, slice) => {
        const gradient = await read(slice), values = await store.read(parameter, read);
        const mask = (await store.mask(parameter))!;
        const indices = Array.from({ length: parameter.size }, (_, i) => i);
        const kept = indices.filter((i) => keeps(mask, i)), pruned = indices.filter((i) => !keeps(mask, i));
        const by = (numbers: Float32Array) => (a: number, b: number) => Math.abs(numbers[b]) - Math.abs(numbers[a]);
        const moved = Math.floor(kept.length / 3);
        const stay = kept.sort(by(values)).slice(0, kept.length - moved),
          grow = pruned.sort(by(gradient)).slice(0, moved);
        const next = new Set([...stay, ...grow]);
        const dense = indices.map((i) => Number(next.has(i)));
        changes.push({ parameter, mask: fromDense(parameter.name, parameter.shape, dense) });
        seen.push(`${step} ${parameter.name}`);
      });
      await store.setMasks(changes);
    },
  };
}

Deno.test({
  name: "a method that drops and grows on dense gradients in the middle of an epoch: packed as dense, step by step",
  ...quiet,
  fn: async () => {
    const all = async (storage: Storage) => {
      const seen: string[] = [];
      const made = await training({ storage, method: dropAndGrow(3, seen) });
      const found = await losses(made, 8), values = await weights(made);
      const masks = await Promise.all(LAYERS.map((parameter) => made.store.mask(parameter)));
      made.destroy();
      const turn = [...LAYERS].reverse().map(({ name }) => name).sort();
      assert.deepEqual(seen.slice(0, LAYERS.length).map((text) => text.slice(2)).sort(), turn);
      assert.deepEqual(seen.length, 2 * LAYERS.length, "before the steps 3 and 6");
      return { found, values, masks };
    };
    const dense = await all("dense"), packed = await all("packed");
    assertClose(packed.found, dense.found, 1e-4, "losses");
    packed.masks.forEach((mask, i) => assert.ok(sameMask(mask!, dense.masks[i]!), LAYERS[i].name));
    for (const [name, values] of dense.values) assertClose(packed.values.get(name)!, values, 2e-3, name);
  },
});

Deno.test({
  name: "afterGradients may change masks, and may leave the optimizer's part of the step out",
  ...quiet,
  fn: async () => {
    const next = new Map(LAYERS.map(({ name }, i) => [name, change(source().get(name)!, 0.5, 0, i + 1)]));
    const all = async (storage: Storage, skip: boolean) => {
      const made = await training({
        storage,
        method: {
          ...fixed({ apply: "after-step" }),
          wantsGradients: ({ step }) => step === 2,
          async afterGradients({ store }) {
            await store.setMasks(changes(next));
            if (skip) return "skip update";
          },
        },
      });
      const found = await losses(made, 2);
      const before = await weights(made);
      found.push(...await losses(made, 1));
      const after = await weights(made);
      found.push(...await losses(made, 2));
      made.destroy();
      return { found, before, after };
    };
    const dense = await all("dense", false), packed = await all("packed", false);
    assertClose(packed.found, dense.found, 1e-4, "losses");
    const skipped = await all("packed", true);
    for (const parameter of model.parameters) {
      const { name } = parameter, mask = next.get(name);
      const expected = skipped.before.get(name)!.map((value, i) => !mask || keeps(mask, i) ? value : 0);
      assert.deepEqual(skipped.after.get(name), expected, name);
      assert.notDeepEqual(packed.after.get(name), expected, name);
    }
  },
});

Deno.test({
  name: "masks that change again and again take no more memory, and a destroyed training leaves none behind",
  ...quiet,
  fn: async () => {
    const gpu = await testGpu(), before = gpu.memory.bytes;
    const made = await training({ storage: "packed", method: roomy(source()) });
    const { store, trainer } = made;
    const sizes: number[] = [], bits = new Map<string, Slice>();
    for (let round = 0; round < 6; round++) {
      // masks that a method keeps on the device, in the same buffers every time: one list serves all rounds
      const masks = LAYERS.map(({ name }, i) => change(source().get(name)!, 0.5, 0.3, 10 * round + i + 1));
      masks.forEach((mask) => {
        const slice = bits.get(mask.name) ?? whole(gpu.memory.upload(mask.name, mask.bits));
        gpu.memory.write(slice, mask.bits);
        bits.set(mask.name, slice);
      });
      const kernels = gpu.kernels.size;
      await store.setMasks(LAYERS.map((parameter) => ({ parameter, mask: bits.get(parameter.name)! })));
      assert.ok(round === 0 || gpu.kernels.size === kernels, "no kernel is compiled for another mask");
      for (const [i, parameter] of LAYERS.entries()) {
        assert.ok(sameMask((await store.mask(parameter))!, masks[i]), `${round} ${parameter.name}`);
      }
      await trainer.follow(order(2), 0.05);
      await trainer.evaluate(order(2));
      sizes.push(gpu.memory.bytes);
    }
    assert.deepEqual(sizes.slice(2), sizes.slice(2).map(() => sizes[1]), "bytes after each round");
    made.destroy();
    for (const { buffer } of bits.values()) gpu.memory.destroy(buffer);
    assert.equal(gpu.memory.bytes, before);
  },
});
