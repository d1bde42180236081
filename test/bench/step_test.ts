/** The benchmark of training steps on a tiny network: cells, bytes, data, stopping. */
import { strict as assert } from "node:assert";
import { benchStep, checkDensities, type StepBenchRequest } from "../../src/bench/step.ts";
import { datasetBatch, randomBatch } from "../../src/bench/step_data.ts";
import { stepMacs } from "../../src/bench/step_training.ts";
import { UserError } from "../../src/errors.ts";
import { makeMasks } from "../../src/masks/make.ts";
import { maskableLayers } from "../../src/nn/model.ts";
import { buildModel } from "../../src/nn/registry.ts";
import { quiet, testGpu } from "../ops/gpu.ts";

const REQUEST: StepBenchRequest = {
  model: { name: "mlp", widths: [32] },
  dataset: "random",
  input: [1, 6, 6],
  classes: 5,
  batch: 8,
  rule: "uniform",
  block: [1, 1],
  flow: "off",
  densities: [0.1, 1, 0.5],
  storage: "packed",
  activations: "f32",
  optimizer: "sgd",
  rounds: 2,
  seed: 1,
};
const data = randomBatch([1, 6, 6], 5, 8, 1);
const watch = { milliseconds: () => performance.now() };

Deno.test("densities are sorted from dense to sparse; what is no fraction is refused", () => {
  assert.deepEqual(checkDensities([0.01, 1, 0.1]), [1, 0.1, 0.01]);
  for (const wrong of [0, -1, 1.5, NaN]) {
    assert.throws(() => checkDensities([wrong]), (error: Error) => error instanceof UserError, String(wrong));
  }
  assert.throws(() => checkDensities([0.1, 0.1]), /one is there twice/);
});

Deno.test("a random batch has bytes and classes of its seed; a data set's batch is spread over it", () => {
  assert.deepEqual(randomBatch([1, 6, 6], 5, 8, 1), data);
  assert.equal(data.split.images instanceof Uint8Array && data.split.images.length, 8 * 36);
  assert(data.split.labels.every((label) => label < 5));
  const images = Uint8Array.from({ length: 6 * 2 }, (_, i) => 20 * i), labels = Uint8Array.from([0, 1, 2, 3, 4, 5]);
  const train = { images, labels, count: 6 };
  const dataset = { name: "made-up", shape: [1, 1, 2] as [number, number, number], train } as unknown as Parameters<
    typeof datasetBatch
  >[0];
  const { split } = datasetBatch(dataset, 3);
  assert.deepEqual([[...split.labels], [...split.images as Uint8Array]], [[0, 2, 4], [0, 20, 80, 100, 160, 180]]);
  assert.throws(() => datasetBatch(dataset, 7), /made-up has 6 training images, too few for a batch of 7/);
});

Deno.test("multiply-adds of a step: two passes for layers that read the images, three for the others", () => {
  const model = buildModel({ name: "lenet5" }, [1, 28, 28], 10), layers = maskableLayers(model);
  const { report } = makeMasks(layers, { rule: "dense", density: 1 }, 1);
  const [first, ...others] = report.layers;
  const all = 2 * first.macs + 3 * others.reduce((sum, { macs }) => sum + macs, 0);
  assert.deepEqual(stepMacs(model, report), { kept: all, all });
});

Deno.test({
  name: "each density is timed in turns with dense, its bytes are told, and all is freed",
  ...quiet,
  fn: async () => {
    const gpu = await testGpu(), before = gpu.memory.bytes;
    let done = 0, total = 0;
    const memory = () => ({ resident: 1000 + done });
    const progress = (now: { done: number; total: number }) => ({ done, total } = now);
    const result = await benchStep(gpu, REQUEST, data, { ...watch, memory, progress });
    assert.equal(gpu.memory.bytes, before);
    assert.equal(done, total);
    assert.deepEqual(result.cells.map(({ density, rule }) => [density, rule]), [
      [1, "dense"],
      [0.5, "uniform"],
      [0.1, "uniform"],
    ]);
    const [dense, half, tenth] = result.cells, weights = 4 * (36 * 32 + 32 * 5);
    assert.deepEqual([dense.computeDensity, dense.ratioToDense, dense.packedLayers], [1, 1, 0]);
    assert(dense.plan.every(({ storage, density }) => storage === "dense" && density === 1));
    assert.deepEqual(dense.bytes.maskable, {
      weights,
      gradients: weights,
      optimizer: weights,
      pattern: 0,
      total: 3 * weights,
    });
    for (const cell of result.cells) {
      const { weights, gradients, optimizer, pattern, masks, activations, total } = cell.bytes;
      assert.equal(weights + gradients + optimizer + pattern + masks + activations, total);
      assert(cell.medianMs > 0 && cell.firstMs > 0 && cell.buildMs > 0 && cell.denseMs > 0);
      assert(cell.steps > 0 && cell.layers === 2);
      assert(cell.effectiveGflops <= cell.denseEquivalentGflops);
    }
    assert.equal(tenth.packedLayers, 2);
    assert(tenth.computeDensity < 0.2 && Math.abs(half.realisedDensity - 0.5) < 0.05);
    assert(tenth.bytes.maskable.weights < 0.2 * weights && tenth.bytes.maskable.pattern > 0);
    assert.equal(tenth.maskableBytesToDense, tenth.bytes.maskable.total / (3 * weights));
    assert.equal(tenth.residentGrowth, 2);
    assert.deepEqual(JSON.parse(JSON.stringify(result)), result);
  },
});

Deno.test({
  name: "a stop keeps the densities that were measured",
  ...quiet,
  fn: async () => {
    const gpu = await testGpu(), before = gpu.memory.bytes, abort = new AbortController();
    const progress = ({ what }: { what: string }) => what === "compiling density 0.1" && abort.abort();
    const result = await benchStep(gpu, REQUEST, data, { ...watch, progress, signal: abort.signal });
    assert.deepEqual([result.interrupted, gpu.memory.bytes], [true, before]);
    assert.deepEqual(result.cells.map(({ density }) => density), [1, 0.5]);
  },
});

Deno.test({
  name: "on a software adapter two networks that do not fit are refused before anything is allocated",
  ...quiet,
  fn: async () => {
    const gpu = await testGpu();
    if (!gpu.adapter.software) return;
    const memory = () => ({ resident: 0, available: 1000 });
    const refused = benchStep(gpu, REQUEST, data, { ...watch, memory });
    await assert.rejects(refused, /dense and a sparse network side by side need .* MiB, but 0\.0 MiB/);
  },
});
