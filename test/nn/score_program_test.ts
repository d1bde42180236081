/** Programs for scores: Hessian-vector products against finite differences, in parts and for both classes of adapters. */
import { strict as assert } from "node:assert";
import { recordBatch } from "../../src/data/batch.ts";
import { createBatchSource } from "../../src/data/batch_source.ts";
import { whole } from "../../src/gpu/memory.ts";
import type { DispatchList } from "../../src/gpu/recorder.ts";
import { Runner } from "../../src/gpu/runner.ts";
import { initialise } from "../../src/nn/initialise.ts";
import type { Model } from "../../src/nn/model.ts";
import { densePlan } from "../../src/nn/plan.ts";
import {
  compileFlowSums,
  compileGradientSums,
  compileHessianSums,
  type ScoreProgramOptions,
} from "../../src/nn/score_program.ts";
import { ParameterStore } from "../../src/nn/store.ts";
import type { AdapterClass } from "../../src/ops/emit.ts";
import { assertClose, CLASSES, noise, quiet, stepBlock, testGpu } from "../ops/gpu.ts";
import { madeUpImages, NORMALISATION, referenceModel } from "./reference_model.ts";
import { chain, residual } from "./scored_models.ts";

const BATCH = 7;
const maskable = (model: Model) => model.parameters.filter(({ maskable }) => maskable);

async function bench(model: Model, adapterClass: AdapterClass, tensorBytes?: number) {
  const gpu = await testGpu(), runner = new Runner(gpu);
  const store = new ParameterStore(gpu, model, {
    plan: densePlan(adapterClass.name),
    masks: new Map(),
    optimizer: { name: "sgd", momentum: 0.9, nesterov: false },
    groups: [{ learningRate: 1, weightDecay: 0 }],
  });
  const values = new Map([...initialise(model, 3)].map(([name, v]) => [name, v.map((x) => 1.5 * x)]));
  for (const parameter of model.parameters) store.write(parameter, values.get(parameter.name)!);
  const split = madeUpImages(model, BATCH);
  const dataset = createBatchSource(gpu, {
    shape: model.input,
    splits: [split],
    largestBatch: BATCH,
    normalisation: NORMALISATION(model),
  });
  dataset.setOrder(Uint32Array.from({ length: BATCH }, (_, i) => i));
  const make = (label: string) => gpu.memory.create(label, 4 * store.length);
  const sums = make("sums"), direction = make("direction");
  const options: ScoreProgramOptions = {
    capacity: BATCH,
    adapterClass,
    tensorBytes,
    statistics: "batch",
    images: BATCH,
    sums,
    batch: (recorder, columns) =>
      recordBatch(recorder, dataset, { ...columns, crop: 0, flip: false, seed: 1, augment: false }),
  };
  /** The sums of all weights, one layer after the other. */
  const run = async (list: DispatchList) => {
    runner.submit(list, [stepBlock({ count: BATCH })]);
    const all = await runner.readFloats(whole(sums));
    list.destroy();
    return maskable(model).map((layer) => {
      const from = store.first(layer);
      return all.slice(from, from + layer.size);
    });
  };
  const destroy = () => {
    for (const buffer of [sums, direction]) gpu.memory.destroy(buffer);
    for (const made of [store, dataset, runner]) made.destroy();
  };
  return { gpu, store, runner, values, split, options, direction, run, destroy };
}

/** A random direction in the store's layout, and by layer. */
function directions(model: Model, store: ParameterStore) {
  const all = new Float32Array(store.length);
  const layers = maskable(model).map((layer, i) => {
    const own = noise(layer.size, 20 + i).map((v) => v / Math.sqrt(layer.size));
    all.set(own, store.first(layer));
    return own;
  });
  return { all, layers };
}

for (const model of [residual, chain]) {
  Deno.test({
    name: `${model.name}: H·v is what finite differences of the loss say`,
    ...quiet,
    fn: async () => {
      const { gpu, store, values, split, options, direction, run, destroy } = await bench(model, CLASSES[0]);
      const { all, layers } = directions(model, store);
      gpu.memory.write(whole(direction), all);
      const product = await run(compileHessianSums(store, { ...options, direction }));
      const exact = new Map([...values].map(([name, v]) => [name, Float64Array.from(v)]));
      const v = maskable(model).map(({ name }, i) => ({ name, move: layers[i] }));
      /** The loss with the weights moved by a · v and by b at one weight. */
      const loss = (a: number, [layer, index]: [number, number], b: number) => {
        const moved = new Map(exact);
        v.forEach(({ name, move }) => moved.set(name, exact.get(name)!.map((x, i) => x + a * move[i])));
        moved.get(v[layer].name)![index] += b;
        return referenceModel(model, moved, split, BATCH).loss;
      };
      const h = 1e-5, largest = Math.max(...product.flatMap((layer) => [...layer].map(Math.abs)));
      for (const [layer, own] of product.entries()) {
        // the weight of the layer with the largest product, and one anywhere
        const steepest = own.reduce((best, x, i) => Math.abs(x) > Math.abs(own[best]) ? i : best, 0);
        for (const index of [steepest, Math.floor(own.length / 3)]) {
          const at: [number, number] = [layer, index];
          const second = (loss(h, at, h) - loss(h, at, -h) - loss(-h, at, h) + loss(-h, at, -h)) / (4 * h * h);
          assertClose([own[index], largest], [second, largest], 2e-4, `${v[layer].name}[${index}]`);
        }
      }
      destroy();
    },
  });

  for (const adapterClass of CLASSES) {
    Deno.test({
      name:
        `${model.name}: gradients, H·v and flow on a ${adapterClass.name} adapter, whole and in parts, leave the store as it was`,
      ...quiet,
      fn: async () => {
        const results: Float32Array[][][] = [];
        for (const tensorBytes of [undefined, 8_192]) {
          const { gpu, store, runner, options, direction, run, destroy } = await bench(
            model,
            adapterClass,
            tensorBytes,
          );
          gpu.memory.write(whole(direction), directions(model, store).all);
          const read = (slice: Parameters<typeof runner.readFloats>[0]) => runner.readFloats(slice);
          const state = async () => [
            [...await read(store.all.values)],
            [...(await store.readStatistics(read)).values()].map((v) => [...v]),
            [...await read(store.all.kept)],
          ];
          const before = await state();
          results.push([
            await run(compileGradientSums(store, options)),
            await run(compileGradientSums(store, { ...options, statistics: "running", temperature: 3 })),
            await run(compileHessianSums(store, { ...options, direction, temperature: 2 })),
            await run(compileFlowSums(store, options)),
          ]);
          assert.deepEqual(await state(), before);
          destroy();
        }
        results[0].forEach((whole, i) =>
          whole.forEach((layer, l) => assertClose(results[1][i][l], layer, 2e-5, `${i}, ${l}`))
        );
      },
    });
  }
}
