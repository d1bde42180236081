/** Dense gradients of packed layers, against the gradients of the same network stored dense. */
import { strict as assert } from "node:assert";
import { recordBatch } from "../../src/data/batch.ts";
import { createBatchSource } from "../../src/data/batch_source.ts";
import { Runner } from "../../src/gpu/runner.ts";
import type { BlockSize } from "../../src/masks/blocks.ts";
import { makeMasks } from "../../src/masks/make.ts";
import { compileDenseGradients } from "../../src/nn/dense_gradient.ts";
import { initialise } from "../../src/nn/initialise.ts";
import { maskableLayers } from "../../src/nn/model.ts";
import { planKernels, type Storage } from "../../src/nn/plan.ts";
import { compile, type ProgramOptions } from "../../src/nn/program.ts";
import { ParameterStore } from "../../src/nn/store.ts";
import type { AdapterClass } from "../../src/ops/emit.ts";
import { assertClose, CLASSES, quiet, stepBlock, testGpu } from "../ops/gpu.ts";
import { madeUpImages, NORMALISATION } from "./reference_model.ts";
import { smallConv as model } from "./small_conv.ts";

const BATCH = 8;
const LAYERS = model.parameters.filter(({ maskable }) => maskable);

async function bench(storage: Storage, block: BlockSize, adapterClass: AdapterClass, bytes?: number) {
  const gpu = await testGpu(), runner = new Runner(gpu);
  const { masks } = makeMasks(maskableLayers(model), { rule: "uniform", density: 0.3, block }, 5);
  const byName = new Map(masks.map((mask) => [mask.name, mask]));
  const store = new ParameterStore(gpu, model, {
    plan: planKernels(model, byName, adapterClass.name, storage, { block }),
    masks: byName,
    optimizer: { name: "sgd", momentum: 0.9, nesterov: false },
    groups: [{ learningRate: 1, weightDecay: 0 }],
  });
  const values = initialise(model, 1);
  for (const parameter of model.parameters) store.write(parameter, values.get(parameter.name)!);
  const dataset = createBatchSource(gpu, {
    shape: model.input,
    splits: [madeUpImages(model, BATCH)],
    largestBatch: BATCH,
    normalisation: NORMALISATION(model),
  });
  dataset.setOrder(Uint32Array.from({ length: BATCH }, (_, i) => i));
  const options: ProgramOptions = {
    mode: "train",
    capacity: BATCH,
    adapterClass,
    tensorBytes: bytes,
    batch: (recorder, columns) =>
      recordBatch(recorder, dataset, { ...columns, crop: 0, flip: false, seed: 1, augment: false }),
  };
  const program = compile(store, options);
  const read = (slice: Parameters<typeof runner.readFloats>[0]) => runner.readFloats(slice);
  const destroy = () => [program, store, dataset, runner].forEach((made) => made.destroy());
  return { gpu, runner, store, options, program, read, destroy, masks: byName };
}

const STEP = stepBlock({ count: BATCH - 1, learningRate: 0.1, slot: 3 });

for (const adapterClass of CLASSES) {
  for (const { block, bytes } of [{ block: [1, 1] as const }, { block: [4, 2] as const, bytes: 16_000 }]) {
    Deno.test({
      name: `${adapterClass.name}: dense gradients of packed layers in blocks of ${
        block.join("x")
      } are those of dense ones`,
      ...quiet,
      fn: async () => {
        const dense = await bench("dense", block, adapterClass, bytes);
        dense.runner.submit(dense.program.list, [STEP], { end: dense.program.updateFrom });
        const { gpu, runner, store, program, options, read, masks, destroy } = await bench(
          "packed",
          block,
          adapterClass,
          bytes,
        );
        if (bytes) assert.ok(program.logits.length > 1, "the batch is in parts");
        runner.submit(program.list, [STEP], { end: program.updateFrom });
        const state = async () => {
          const all = await Promise.all(model.parameters.flatMap((parameter) => [
            store.read(parameter, read),
            store.read(parameter, read, "gradient"),
          ]));
          return [...all, ...(await store.readStatistics(read)).values(), await read(program.ring)];
        };
        const before = await state(), memory = gpu.memory.bytes;
        const wanted = compileDenseGradients(store, options, LAYERS, program), reached: string[] = [];
        await wanted.run(runner, STEP, async (parameter, slice) => {
          reached.push(parameter.name);
          const gradient = (await read(slice)).slice(0, parameter.size);
          const expected = await dense.store.read(parameter, dense.read, "gradient");
          assertClose(gradient, expected, 1e-4, parameter.name);
          const pruned = expected.filter((_, i) => !(masks.get(parameter.name)!.bits[i >>> 5] >>> (i & 31) & 1));
          assert.ok(pruned.some((g) => g !== 0), "gradients of pruned weights are what this is for");
        });
        assert.deepEqual(reached.toSorted(), LAYERS.map(({ name }) => name).toSorted());
        assert.deepEqual(await state(), before, "values, gradients, statistics and metrics stay");

        // one layer near the end: the pass ends there
        const last = LAYERS.at(-1)!, one = compileDenseGradients(store, options, [last], program);
        assert.ok(one.list.dispatches.length < 0.8 * wanted.list.dispatches.length);
        await one.run(runner, STEP, async (parameter, slice) => {
          const expected = await dense.store.read(parameter, dense.read, "gradient");
          assertClose((await read(slice)).slice(0, parameter.size), expected, 1e-4, parameter.name);
        });
        one.destroy();
        const scratch = gpu.memory.bytes - memory;
        assert.ok(scratch < program.list.plannedBytes / 2, `${scratch} bytes: it borrows ${program.list.plannedBytes}`);
        wanted.destroy();
        assert.equal(gpu.memory.bytes, memory);
        assert.throws(
          () => compileDenseGradients(store, options, [model.norms[0].scale!], program),
          /no layer's weight/,
        );
        dense.destroy();
        destroy();
      },
    });
  }
}
