/** Methods that prune or drop and grow: exact counts, masks inside their source, the schedule's densities. */
import { strict as assert } from "node:assert";
import { UserError } from "../../src/errors.ts";
import type { BlockSize } from "../../src/masks/blocks.ts";
import { makeMasks } from "../../src/masks/make.ts";
import { difference, fullMask, type Mask, sameMask } from "../../src/masks/mask.ts";
import { ruleDensities } from "../../src/masks/rules/registry.ts";
import { planGradualPruning } from "../../src/methods/gmp.ts";
import type { Method } from "../../src/methods/method.ts";
import { gmpSettings } from "../../src/methods/method_settings.ts";
import { createMethod } from "../../src/methods/registry.ts";
import { maskableLayers } from "../../src/nn/model.ts";
import type { MeasuredCosts } from "../../src/nn/layer_costs.ts";
import type { Storage } from "../../src/nn/plan.ts";
import { denseVariants } from "../../src/ops/conv_dense.ts";
import { ADAPTER_CLASSES } from "../../src/ops/emit.ts";
import type { Training } from "../../src/train/training.ts";
import { madeUpImages, NORMALISATION } from "../nn/reference_model.ts";
import { smallConv as model } from "../nn/small_conv.ts";
import { quiet, testGpu } from "../ops/gpu.ts";
import { withTraining } from "../train/small_training.ts";

const BATCH = 8, STEPS = 24;
const LAYERS = model.parameters.filter(({ maskable }) => maskable);
const SIZE = LAYERS.reduce((sum, { size }) => sum + size, 0);
const ORDER = Uint32Array.from({ length: STEPS * BATCH }, (_, i) => i);
const OPTIMIZER = { name: "sgd", momentum: 0.9, nesterov: false } as const;
const RUN = { epochs: 1, stepsInEpoch: STEPS, learningRate: () => 0.05, optimizer: OPTIMIZER, weightDecay: 0 };

type Masks = Map<string, Mask>;

function source(density: number, block?: BlockSize): Masks {
  if (density === 1) return new Map();
  const choice = { rule: "erk", density, draw: "exact", flow: "off", block } as const;
  return new Map(makeMasks(maskableLayers(model), choice, 2).masks.map((mask) => [mask.name, mask]));
}

async function masksOf({ store }: Training): Promise<Masks> {
  const masks: Masks = new Map();
  for (const parameter of LAYERS) {
    const { name, shape } = parameter;
    masks.set(name, await store.mask(parameter) ?? fullMask(name, shape));
  }
  return masks;
}

interface Trained {
  /** Masks after each change, the first ones before any. */
  readonly history: Masks[];
  readonly storages: Storage[];
  readonly losses: number[];
}

/** Trains with a method and looks at the masks after each of its changes. */
async function train(
  method: Method,
  options: { density: number; storage: "auto" | Storage; block?: BlockSize; measured?: MeasuredCosts },
): Promise<Trained> {
  const history: Masks[] = [];
  let look: (() => Promise<void>) | undefined;
  const { beforeStep, afterGradients } = method;
  const watched: Method = {
    ...method,
    ...(beforeStep && {
      beforeStep: async (moment) => {
        await beforeStep(moment);
        await look!();
      },
    }),
    ...(afterGradients && {
      afterGradients: async (moment) => {
        const result = await afterGradients(moment);
        await look!();
        return result;
      },
    }),
  };
  const made = {
    model,
    source: source(options.density, options.block),
    block: options.block,
    data: { splits: [madeUpImages(model, STEPS * BATCH)], normalisation: NORMALISATION(model) },
    method: watched,
    storage: options.storage,
    measured: options.measured,
    run: RUN,
  };
  return await withTraining(made, async (training) => {
    look = async () => void history.push(await masksOf(training));
    await look();
    const sums = await training.trainer.follow(ORDER, 0.05);
    const losses = sums.map(({ loss, images }) => loss / images);
    assert.ok(losses.every(Number.isFinite));
    return { history, storages: LAYERS.map((parameter) => training.store.storage(parameter)), losses };
  });
}

const nnz = (masks: Masks) => LAYERS.map(({ name }) => masks.get(name)!.nnz);
const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
const inside = (inner: Masks, outer: Masks) =>
  LAYERS.every(({ name, shape }) => difference(inner.get(name)!, outer.get(name) ?? fullMask(name, shape)).nnz === 0);

for (const storage of ["dense", "packed", "auto"] as const) {
  for (const density of [1, 0.4]) {
    Deno.test({
      name: `gmp prunes to exactly the schedule's counts, from density ${density}, ${storage}`,
      ...quiet,
      fn: async () => {
        for (const scope of ["global", "layers"] as const) {
          const method = await createMethod("gmp", { density: 0.1, interval: 4, until: 0.7, scope });
          const { history, storages } = await train(method, { density, storage });
          assert.equal(history.length, 5);
          const initial = nnz(history[0]), start = sum(initial) / SIZE;
          history.slice(1).forEach((masks, i) => {
            const wanted = 0.1 + (start - 0.1) * (1 - (i + 1) / 4) ** 3;
            if (scope === "global") assert.equal(sum(nnz(masks)), Math.floor(SIZE * wanted), `update ${i + 1}`);
            else assert.deepEqual(nnz(masks), initial.map((count) => Math.round(count * wanted / start)));
            assert.ok(inside(masks, history[i]), "pruning only prunes");
          });
          if (storage !== "auto") assert.ok(storages.every((how) => how === storage), storages.join());
        }
      },
    });
  }
}

for (const name of ["rigl", "set", "granet"]) {
  for (const storage of ["dense", "packed"] as const) {
    for (const confineToSource of [true, false]) {
      Deno.test({
        name: `${name}, ${storage}, ${
          confineToSource ? "confined" : "free"
        }: counts are exact, and sources are not left`,
        ...quiet,
        fn: async () => {
          const settings = { density: 0.2, interval: 5, drop: 0.4, confineToSource };
          const { history } = await train(await createMethod(name, settings), { density: 0.4, storage });
          const from = source(0.4);
          assert.ok(history.length > 3, `${history.length} masks`);
          assert.ok(inside(history[0], from));
          history.slice(1).forEach((masks, i) => {
            if (name !== "granet") assert.deepEqual(nnz(masks), nnz(history[0]), "a constant density");
            const before = history[i];
            assert.ok(LAYERS.some(({ name }) => !sameMask(before.get(name)!, masks.get(name)!)), "something changes");
          });
          const last = history.at(-1)!;
          assert.equal(inside(last, from), confineToSource);
          if (name === "granet") assert.equal(sum(nnz(last)), Math.floor(SIZE * 0.2));
          else assert.ok(Math.abs(sum(nnz(last)) / SIZE - 0.2) < LAYERS.length / SIZE);
        },
      });
    }
  }
}

Deno.test("the cubic schedule over the paper's run: densities of the specification, and the target in the end", () => {
  const half = source(0.5), run = { ...RUN, epochs: 160, stepsInEpoch: 450 };
  const settings = gmpSettings.parse({ density: 0.01, interval: 1000 });
  const { density, updates } = planGradualPruning("gmp", settings, { model, source: half, run });
  assert.deepEqual(updates, { interval: 1000, first: 1000, last: 49_000 });
  const expected = [[1, 0.470608], [10, 0.257060], [20, 0.111579], [30, 0.038567], [48, 0.010004], [49, 0.01]];
  const real = sum(LAYERS.map(({ name }) => half.get(name)!.nnz)) / SIZE;
  for (const [k, value] of expected) {
    const scaled = 0.01 + (value - 0.01) * (real - 0.01) / 0.49; // the source has not exactly half
    assert.ok(Math.abs(density(1000 * k) - scaled) < 1e-6, `update ${k}: ${density(1000 * k)}`);
  }
});

Deno.test("a classifier may keep more than its part, and the other layers pay for it", () => {
  const settings = gmpSettings.parse({ density: 0.1, interval: 10, scope: "layers", classifierDensity: 0.2 });
  const context = { model, source: new Map(), run: { ...RUN, stepsInEpoch: 100 } };
  const { choice, updates } = planGradualPruning("gmp", settings, context);
  const { keep } = choice(updates.last), last = LAYERS.length - 1;
  assert.equal(keep[last], Math.round(0.2 * LAYERS[last].size));
  assert.ok(Math.abs(sum(keep) - 0.1 * SIZE) <= LAYERS.length);
});

Deno.test({
  name: "a source that is sparse already is trained as it is, with a warning; the same seed trains to the same bits",
  ...quiet,
  fn: async () => {
    const gmp = await createMethod("gmp", { density: 0.5, interval: 4 });
    const { warnings } = gmp.begin({ gpu: await testGpu(), model, source: source(0.4), run: RUN });
    assert.match(warnings![0], /the source has density 0.4, not more than method.density/);
    const still = await createMethod("set", { density: 0.2, interval: 50 });
    const begun = still.begin({ gpu: await testGpu(), model, source: source(0.4), run: RUN });
    assert.match(begun.warnings![0], /no change of the mask fits into the first 24 steps \(method.interval 50\)/);
    still.destroy();
    const settings = { density: 0.15, interval: 6 };
    const [first, again] = [
      await train(await createMethod("granet", settings), { density: 0.4, storage: "packed" }),
      await train(await createMethod("granet", settings), { density: 0.4, storage: "packed" }),
    ];
    assert.deepEqual(again.losses, first.losses);
    assert.deepEqual(again.history, first.history);
  },
});

Deno.test({
  name: "a network may start with a rule's densities, as far as the source has the weights",
  ...quiet,
  fn: async () => {
    const options = { density: 1, storage: "dense" } as const;
    const { history } = await train(await createMethod("rigl", { density: 0.2, rule: "erk", interval: 5 }), options);
    const densities = ruleDensities("erk", maskableLayers(model), 0.2);
    assert.deepEqual(nnz(history[0]), LAYERS.map(({ size }, i) => Math.round(densities[i] * size)));
    assert.deepEqual(nnz(history.at(-1)!), nnz(history[0]));
    const less = await train(await createMethod("rigl", { density: 0.35, rule: "uniform", interval: 9 }), {
      density: 0.4,
      storage: "packed",
    });
    const from = source(0.4);
    assert.deepEqual(
      nnz(less.history[0]),
      LAYERS.map(({ name, size }) => Math.min(from.get(name)!.nnz, Math.round(0.35 * size))),
    );
  },
});

Deno.test({
  name: "settings that cannot be met are refused with what to change",
  ...quiet,
  fn: async () => {
    const refused = (method: Method, message: RegExp) =>
      assert.rejects(
        train(method, { density: 0.4, storage: "dense" }),
        (error) => error instanceof UserError && message.test(error.message) && error.hint !== undefined,
      );
    await refused(await createMethod("gmp", { interval: 100 }), /no pruning fits into the first 17 of 24 steps/);
    await refused(await createMethod("rigl", { density: 0.5 }), /source has density 0\.4, less than method.density/);
    await refused(await createMethod("imp", { density: 0.6 }), /source has density 0.4, and method.density is 0.6/);
    await assert.rejects(createMethod("set", { growth: "gradient" }), UserError);
  },
});

Deno.test({
  name: "dense and packed storage change their masks alike",
  ...quiet,
  fn: async () => {
    for (const name of ["gmp", "rigl", "set", "granet"]) {
      const settings = { density: 0.15, interval: 6 };
      const [dense, packed] = [
        await train(await createMethod(name, settings), { density: 0.4, storage: "dense" }),
        await train(await createMethod(name, settings), { density: 0.4, storage: "packed" }),
      ];
      // one update: later ones see weights whose last bits differ
      for (const { name: layer } of LAYERS) {
        assert.ok(sameMask(dense.history[1].get(layer)!, packed.history[1].get(layer)!), `${name} ${layer}`);
      }
    }
  },
});

Deno.test({
  name: "a dense start is packed layer by layer where packed is expected to be faster, and trains on as if it were not",
  ...quiet,
  fn: async () => {
    const pass: MeasuredCosts["pass"] = (pass, work) => {
      const names = denseVariants(pass, { ...work, adapter: ADAPTER_CLASSES.software });
      // a layer that keeps less than half is faster packed
      return { dense: Object.fromEntries(names.map((name) => [name, 2])), fixed: 1, slope: 2 };
    };
    const measured: MeasuredCosts = {
      source: "made up",
      pass,
      dense: (name, work) => pass(name, work, { block: [1, 1], activations: "f32" })?.dense,
    };
    for (const name of ["gmp", "granet"]) {
      const method = () => createMethod(name, { density: 0.3, interval: 5 });
      const { history, storages, losses } = await train(await method(), { density: 1, storage: "auto", measured });
      const last = history.at(-1)!, shares = LAYERS.map((layer) => last.get(layer.name)!.nnz / layer.size);
      assert.deepEqual(storages, shares.map((share) => share < 0.5 ? "packed" : "dense"));
      assert.ok(storages.includes("packed") && storages.includes("dense"), storages.join());
      const dense = await train(await method(), { density: 1, storage: "dense" });
      losses.forEach((loss, i) => assert.ok(Math.abs(loss - dense.losses[i]) < 1e-3, `step ${i}: ${loss}`));
    }
  },
});

Deno.test({
  name: "masks in blocks stay masks of blocks",
  ...quiet,
  fn: async () => {
    const block = [4, 2] as const;
    for (const name of ["gmp", "rigl", "granet", "set"]) {
      for (const storage of ["dense", "packed"] as const) {
        const method = await createMethod(name, { density: 0.15, interval: 6 }), how = `${name} ${storage}`;
        const { history } = await train(method, { density: 0.4, storage, block });
        const blocks = (masks: Masks) =>
          LAYERS.map(({ name, shape }) => keptBlocks(masks.get(name)!, shape, block) ?? assert.fail(`${how} ${name}`));
        for (const masks of history.slice(1)) {
          // blocks at a layer's edges are clipped, so that as many blocks need not be as many weights
          if (name === "rigl" || name === "set") assert.deepEqual(blocks(masks), blocks(history[0]), how);
          else assert.ok(sum(blocks(masks)) <= sum(blocks(history[0])), how);
        }
        const realised = sum(nnz(history.at(-1)!)) / SIZE;
        assert.ok(Math.abs(realised - 0.15) < 0.02, `${how}: ${realised}`);
      }
    }
  },
});

/** How many blocks are kept, where all are kept or pruned as a whole. */
function keptBlocks(mask: Mask, shape: readonly number[], [outs, ins]: BlockSize): number | undefined {
  const [outputs, inputs, ...kernel] = shape;
  const taps = kernel.reduce((a, b) => a * b, 1), kept = new Map<string, Set<number>>();
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      for (let tap = 0; tap < taps; tap++) {
        const index = (o * inputs + i) * taps + tap, key = `${Math.floor(o / outs)} ${Math.floor(i / ins)} ${tap}`;
        const bits = kept.get(key) ?? new Set();
        kept.set(key, bits.add(mask.bits[index >>> 5] >>> (index & 31) & 1));
      }
    }
  }
  const all = [...kept.values()];
  return all.every(({ size }) => size === 1) ? all.filter((bits) => bits.has(1)).length : undefined;
}
