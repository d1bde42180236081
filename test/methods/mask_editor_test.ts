/** Editing masks of random networks: whatever shapes, densities and counts, they are exact and stay where they may. */
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { Runner } from "../../src/gpu/runner.ts";
import { makeMasks } from "../../src/masks/make.ts";
import { difference, fullMask, keeps, type Mask, toIndices } from "../../src/masks/mask.ts";
import { LayerBits } from "../../src/methods/layer_bits.ts";
import { MaskEditor } from "../../src/methods/mask_editor.ts";
import { maskableLayers, type Model } from "../../src/nn/model.ts";
import { mlp } from "../../src/nn/models/small.ts";
import { planKernels } from "../../src/nn/plan.ts";
import { ParameterStore } from "../../src/nn/store.ts";
import { selectBest } from "../../src/ops/reference/select.ts";
import { randomU32, STREAM } from "../../src/random/philox.ts";
import { noise, quiet, testGpu } from "../ops/gpu.ts";

const SEED = 5;

/** A store of made-up values with several equal ones, behind a random mask of some layers. */
async function made(widths: readonly number[], density: number, storage: "dense" | "packed") {
  const gpu = await testGpu(), model: Model = mlp([1, 3, 5], 4, [...widths]);
  const choice = { rule: "uniform", density, flow: "off" } as const;
  const drawn = density === 1 ? [] : makeMasks(maskableLayers(model), choice, SEED).masks;
  const masks = new Map(drawn.map((mask) => [mask.name, mask]));
  const plan = planKernels(model, masks, "software", storage);
  const store = new ParameterStore(gpu, model, {
    plan,
    masks,
    optimizer: { name: "sgd", momentum: 0.9, nesterov: false },
    groups: [{ learningRate: 1, weightDecay: 0 }],
  });
  const values = new Map<string, Float32Array>(), gradients = new Map<string, Float32Array>();
  for (const parameter of model.parameters) {
    const own = noise(parameter.size, parameter.index + 1).map((x) => Math.round(40 * x) / 40);
    values.set(parameter.name, own);
    store.write(parameter, own);
  }
  const layers = model.parameters.filter(({ maskable }) => maskable);
  const started = new Map(layers.map(({ name, shape }) => [name, masks.get(name) ?? fullMask(name, shape)]));
  for (const parameter of layers) {
    const { name, size, index } = parameter, own = noise(size, index + 50).map((x) => Math.round(9 * x) / 9);
    gradients.set(name, own);
    // single weights are packed in row-major order
    const isPacked = store.storage(parameter) === "packed";
    const stored = isPacked ? Float32Array.from(toIndices(started.get(name)!), (i) => own[i]) : own;
    gpu.memory.write(store.gradient(parameter), stored);
  }
  return { gpu, store, values, gradients, layers, masks, started, runner: new Runner(gpu) };
}

async function masksOf(store: ParameterStore): Promise<Map<string, Mask>> {
  const masks = new Map<string, Mask>();
  for (const parameter of store.model.parameters) {
    if (!parameter.maskable) continue;
    masks.set(parameter.name, await store.mask(parameter) ?? fullMask(parameter.name, parameter.shape));
  }
  return masks;
}

const widths = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 2 });
const density = fc.constantFrom(1, 0.7, 0.3, 0.05);
const storage = fc.constantFrom("dense", "packed");

Deno.test({
  name: "pruning keeps exactly the largest by any score, in each layer or in all, ties by index",
  ...quiet,
  fn: async () => {
    const scores = fc.constantFrom("magnitude", "gradient", "saliency");
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const property = fc.asyncProperty(widths, density, storage, share, scores, async (
      widths,
      density,
      storage,
      share,
      score,
    ) => {
      for (const scope of ["global", "layers"] as const) {
        const { store, values, gradients, layers, started, runner } = await made(widths, density, storage);
        const editor = new MaskEditor(store, runner);
        const nnz = layers.map(({ name }) => started.get(name)!.nnz), all = nnz.reduce((a, b) => a + b, 0);
        const keep = scope === "global" ? [Math.floor(share * all)] : nnz.map((count) => Math.round(share * count));
        const counts = await editor.prune({ score, scope, keep });
        await editor.apply();
        const masks = await masksOf(store);
        // all layers behind each other, as where they compete
        const flat = layers.flatMap(({ name }) => {
          const value = values.get(name)!, gradient = gradients.get(name)!;
          if (score === "magnitude") return [...value];
          return score === "gradient" ? [...gradient] : [...value.map((x, i) => x * gradient[i])];
        });
        let at = 0;
        const first = layers.map(({ size }) => (at += size) - size);
        const kept = layers.map(({ name }, i) => [...toIndices(started.get(name)!)].map((index) => first[i] + index));
        const order = { direction: "largest", absolute: true } as const;
        const expected = scope === "global"
          ? selectBest(flat, kept.flat(), keep[0], order)
          : kept.flatMap((own, i) => selectBest(flat, own, keep[i], order));
        const actual = layers.flatMap(({ name }, i) => [...toIndices(masks.get(name)!)].map((k) => first[i] + k));
        assert.deepEqual(actual, expected);
        assert.deepEqual(counts, layers.map(({ name }) => masks.get(name)!.nnz));
        editor.destroy();
        runner.destroy();
        store.destroy();
      }
    });
    await fc.assert(property, { numRuns: 24, seed: 2 });
  },
});

Deno.test({
  name: "dropping and growing at random is exact and stays where it may grow",
  ...quiet,
  fn: async () => {
    const property = fc.asyncProperty(
      widths,
      fc.constantFrom(0.6, 0.3, 0.1),
      storage,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.boolean(),
      async (widths, density, storage, share, isFree) => {
        const { gpu, store, values, layers, started, runner } = await made(widths, density, storage);
        const source = new Map(layers.map(({ name, shape, size }, i) => {
          const draws = noise(size, i + 31), mask = started.get(name)!, more = fullMask(name, shape);
          draws.forEach((x, k) => {
            if (x > 0 && !keeps(mask, k)) more.bits[k >>> 5] &= ~(1 << (k & 31));
          });
          return [name, { ...more, nnz: 0 }];
        }));
        const allowed = new LayerBits(gpu.memory, "allowed", layers);
        allowed.write(isFree ? new Map() : source);
        const editor = new MaskEditor(store, runner);
        const counts = layers.map(({ name }) => Math.ceil(share * started.get(name)!.nnz));
        editor.drop(counts);
        editor.growAtRandom(counts, allowed, SEED, 9);
        await editor.apply();
        const masks = await masksOf(store);
        layers.forEach(({ name, size }, layer) => {
          const before = started.get(name)!, after = masks.get(name)!;
          assert.equal(after.nnz, before.nnz, `${name}: as many as before`);
          if (!isFree) assert.equal(difference(after, source.get(name)!).nnz, 0, `${name}: inside`);
          const dropped = selectBest(values.get(name)!, toIndices(before), counts[layer], {
            direction: "smallest",
            absolute: true,
          });
          const stay = new Set(toIndices(before));
          for (const i of dropped) stay.delete(i);
          const random = randomU32(SEED, STREAM.score, layer, 9, size).map((word) => word >>> 8);
          const free = [...Array(size).keys()].filter((i) => !stay.has(i) && (isFree || keeps(source.get(name)!, i)));
          const grown = selectBest(random, free, counts[layer], { direction: "largest" });
          assert.deepEqual([...toIndices(after)], [...stay, ...grown].sort((a, b) => a - b), name);
        });
        editor.destroy();
        allowed.destroy();
        runner.destroy();
        store.destroy();
      },
    );
    await fc.assert(property, { numRuns: 15, seed: 3 });
  },
});
