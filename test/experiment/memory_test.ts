/** What a run is said to need is what it takes, and a run that cannot fit is refused with the reason. */
import { strict as assert } from "node:assert";
import { parseConfig } from "../../src/experiment/config.ts";
import { byteWords } from "../../src/bytes.ts";
import { checkMemory, estimateRun, type MemoryEstimate } from "../../src/experiment/memory.ts";
import { buildNetwork } from "../../src/experiment/network.ts";
import { chooseImages, countImages, spacedIndices } from "../../src/experiment/run_data.ts";
import { trainingOptions } from "../../src/experiment/run_training.ts";
import { GpuError } from "../../src/errors.ts";
import { UNKNOWN_ADAPTER } from "../../src/gpu/dry.ts";
import { createDenoHost } from "../../src/host/deno.ts";
import { buildTraining } from "../../src/train/training.ts";
import { METHOD_NAMES } from "../../src/methods/names.ts";
import { METHODS } from "../../src/methods/registry.ts";
import { quiet, testGpu } from "../ops/gpu.ts";

const GiB = 2 ** 30;
const host = createDenoHost();

async function estimate(settings: unknown, shape: [number, number, number], classes: number): Promise<MemoryEstimate> {
  const config = parseConfig(settings, "test");
  const network = await buildNetwork(host, config, shape, classes);
  const used = countImages(config, 50_000, 10_000);
  const sizes = { shape, kind: "u8", train: 50_000, test: 10_000, used } as const;
  return (await estimateRun(config, network, sizes)).memory;
}

Deno.test({
  name: "the estimate is what training takes on the device, to the byte",
  ...quiet,
  fn: async () => {
    const gpu = await testGpu();
    const settings = { model: { name: "lab", width: 8 }, mask: { density: 0.05 }, kernels: { storage: "packed" } };
    const config = parseConfig({ ...settings, train: { batch: 40, evalBatch: 100 } }, "test");
    const shape: [number, number, number] = [1, 28, 28];
    const network = await buildNetwork(host, config, shape, 10);
    const split = (count: number) => {
      return { images: new Uint8Array(count * 784), labels: new Uint8Array(count), count };
    };
    const splits = [split(300), split(200)];
    const used = { train: 300, validation: 0, test: 200 };
    const sizes = { shape, kind: "u8", train: 300, test: 200, used } as const;
    const { total, data, parts } = (await estimateRun(config, network, sizes, gpu.adapter)).memory;
    const before = gpu.memory.bytes;
    const normalisation = { mean: [0], std: [1] };
    const common = { gpu, network, shape, splits, normalisation, milliseconds: () => 0 };
    const options = await trainingOptions(config, { ...common, images: 300, evaluated: 200 });
    const training = await gpu.allocate(() => buildTraining(options));
    try {
      assert.equal(total, gpu.memory.bytes - before);
      assert.equal(data, training.trainer.options.dataset.bytes);
      assert.equal(parts, 1);
    } finally {
      training.destroy();
    }
  },
});

Deno.test("what methods hold besides is found by rehearsing them", async () => {
  const settings = { model: { name: "lab", width: 8 }, train: { batch: 32, evalBatch: 32 } };
  const shape: [number, number, number] = [1, 28, 28];
  for (const density of [1, 0.5]) {
    for (const name of METHOD_NAMES) {
      const target = METHODS[name].target === "density" ? { density: 0.2 } : {};
      const mask = { rule: density === 1 ? "dense" : "uniform", density };
      const { method, values, moments, total } = await estimate(
        { ...settings, mask, method: { name, ...target } },
        shape,
        10,
      );
      assert(name !== "fixed" || method === 0, `fixed holds ${method}`);
      assert(total > method && method >= 0, name);
      // weights and moments to go back to
      if (name === "imp") assert(method >= values + moments, `imp holds ${method} of ${values} + ${moments}`);
      // four sets of bits for the records, of each layer from a multiple of 256 bytes on
      if (name !== "fixed") assert(method >= 4 * 8456 / 8, `${name} holds ${method}`);
    }
  }
});

Deno.test("ResNet-50 at batch 256 is cut into two parts under default bindings, and its activations are counted", async () => {
  const model = { name: "resnet50" }, train = { batch: 256, evalBatch: 128 }, kernels = { storage: "dense" };
  const { parts, total, training, values, moments } = await estimate({ model, train, kernels }, [3, 32, 32], 10);
  assert.equal(parts, 2);
  assert(values >= 4 * 23_520_832 && values < 4.1 * 23_520_832, `${values}`);
  assert.equal(moments, values);
  // a convolution's and a norm's output of 256 channels at 32×32 for 256 images takes 256 MiB, and there are dozens
  assert(training > 5 * GiB && total > training, byteWords(training));
  const small = await estimate({ model, train: { batch: 32, evalBatch: 32 } }, [3, 32, 32], 10);
  assert(small.training < training / 6, `${byteWords(small.training)} for an eighth of the batch`);
  assert.equal(small.parts, 1);
});

Deno.test("packed weights take less than dense ones, and the estimate shows it", async () => {
  const at = (storage: string) =>
    estimate({ model: { name: "vgg16" }, mask: { rule: "erk", density: 0.01 }, kernels: { storage } }, [3, 32, 32], 10);
  const dense = await at("dense"), packed = await at("packed");
  assert(packed.values + packed.patterns < 0.1 * dense.values);
  assert(Math.abs(packed.training - dense.training) < 0.2 * dense.training, "activations stay");
});

Deno.test("a run that cannot fit is refused with what it needs, on software adapters only", async () => {
  const needs = await estimate({ model: { name: "resnet50" }, train: { batch: 256 } }, [3, 32, 32], 10);
  const machine = (available?: number) => ({ memory: () => ({ resident: 0, available }) });
  const refused = (error: unknown) => {
    assert(error instanceof GpuError && error.kind === "out-of-memory");
    assert.match(
      error.message,
      /^this run needs \d+(\.\d)? GiB on the device \(a training step's activations .*\), but 2\.0 GiB of memory are available$/,
    );
    assert.match(error.hint!, /train\.batch.*startsparse plan/);
    return true;
  };
  assert.throws(() => checkMemory(machine(2 * GiB), UNKNOWN_ADAPTER, needs), refused);
  checkMemory(machine(200 * GiB), UNKNOWN_ADAPTER, needs);
  checkMemory(machine(), UNKNOWN_ADAPTER, needs);
  checkMemory(machine(2 * GiB), { ...UNKNOWN_ADAPTER, software: false }, needs);
});

Deno.test("bytes are said in a unit that fits", () => {
  assert.deepEqual([0, 1023, 1024, 150 * 2 ** 20, 2 ** 31].map(byteWords), [
    "0 B",
    "1023 B",
    "1.0 KiB",
    "150 MiB",
    "2.0 GiB",
  ]);
});

Deno.test("limits take evenly spaced images, so that a set sorted by class keeps every class", () => {
  assert.deepEqual([...spacedIndices(10, 4)], [0, 2, 5, 7]);
  assert.deepEqual([...spacedIndices(3)], [0, 1, 2]);
  assert.deepEqual([...spacedIndices(3, 9)], [0, 1, 2]);
  const config = parseConfig({ data: { limit: 100, testLimit: 10, validation: 0.2 } }, "test");
  const labels = Uint8Array.from({ length: 1000 }, (_, i) => Math.floor(i / 100));
  const { train, validation, test } = chooseImages(config, { labels, count: 1000 }, { count: 50 });
  assert.deepEqual([train.length, validation.length, test.length], [80, 20, 10]);
  assert.deepEqual(countImages(config, 1000, 50), { train: 80, validation: 20, test: 10 });
  for (const part of [train, validation]) {
    assert.equal(new Set([...part].map((i) => labels[i])).size, 10, "every class");
  }
  assert.equal(new Set([...train, ...validation]).size, 100, "no image twice");
  assert(test.every((i) => i >= 1000 && i < 1050), "test images come after the training images");
});
