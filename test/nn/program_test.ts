import { strict as assert } from "node:assert";
import { recordBatch } from "../../src/data/batch.ts";
import { type BatchSource, createBatchSource } from "../../src/data/batch_source.ts";
import type { Gpu } from "../../src/gpu/device.ts";
import { Runner, type StepBlock } from "../../src/gpu/runner.ts";
import { ModelBuilder } from "../../src/nn/builder.ts";
import { initialise } from "../../src/nn/initialise.ts";
import type { Model, Parameter } from "../../src/nn/model.ts";
import { densePlan } from "../../src/nn/plan.ts";
import { compile, cutBatch, type Program } from "../../src/nn/program.ts";
import { buildModel } from "../../src/nn/registry.ts";
import { ParameterStore } from "../../src/nn/store.ts";
import { readRing } from "../../src/train/metrics_ring.ts";
import { assertClose, noise, quiet, stepBlock, testGpu } from "../ops/gpu.ts";
import { madeUpImages, NORMALISATION, referenceModel } from "./reference_model.ts";

const IMAGES = 20;

/** A model with its numbers and images on the device. */
class Bench {
  readonly runner: Runner;
  readonly store: ParameterStore;
  readonly split;
  readonly values: Map<string, Float32Array>;
  readonly #dataset: BatchSource;
  readonly #programs: Program[] = [];

  constructor(readonly gpu: Gpu, readonly model: Model) {
    this.runner = new Runner(gpu);
    this.store = new ParameterStore(gpu, model, {
      plan: densePlan("software"),
      masks: new Map(),
      optimizer: { name: "sgd", momentum: 0.9, nesterov: true },
      groups: [{ learningRate: 1, weightDecay: 0 }],
    });
    this.values = initialise(model, 1);
    // scales and biases away from 1 and 0, where mistakes with them would not show
    for (const { name, size, index, maskable } of model.parameters) {
      if (!maskable) this.values.set(name, noise(size, index + 1).map((v) => 0.8 + 0.4 * v));
    }
    this.reset();
    this.split = madeUpImages(model, IMAGES);
    this.#dataset = createBatchSource(gpu, {
      shape: model.input,
      splits: [this.split],
      largestBatch: IMAGES,
      normalisation: NORMALISATION(model),
    });
    this.#dataset.setOrder(Uint32Array.from({ length: IMAGES }, (_, i) => i));
  }

  reset(): void {
    for (const parameter of this.model.parameters) this.store.write(parameter, this.values.get(parameter.name)!);
  }

  program(mode: "train" | "evaluate", capacity: number, tensorBytes?: number): Program {
    const program = compile(this.store, {
      mode,
      capacity,
      tensorBytes,
      batch: (recorder, columns) =>
        recordBatch(recorder, this.#dataset, { ...columns, crop: 0, flip: false, seed: 1, augment: false }),
    });
    this.#programs.push(program);
    return program;
  }

  /** Mean losses of steps over the first images of the order. */
  async losses(program: Program, steps: Partial<StepBlock>[]): Promise<number[]> {
    this.runner.submit(program.list, steps.map((step, i) => stepBlock({ ...step, slot: i })));
    const sums = await readRing(this.runner, program, 0, steps.length);
    sums.forEach(({ images }, i) => assert.equal(images, steps[i].count));
    return sums.map(({ loss, images }) => loss / images);
  }

  read(parameter: Parameter, what?: "values" | "gradient"): Promise<Float32Array> {
    return this.store.read(parameter, (slice) => this.runner.readFloats(slice), what);
  }

  /** Everything that training changes, as read back. */
  async state(): Promise<Float32Array[]> {
    const values: Float32Array[] = [];
    for (const parameter of this.model.parameters) values.push(await this.read(parameter));
    const statistics = await this.store.readStatistics((slice) => this.runner.readFloats(slice));
    return [...values, ...statistics.values()];
  }

  destroy(): void {
    for (const program of this.#programs) program.destroy();
    this.#dataset.destroy();
    this.store.destroy();
    this.runner.destroy();
  }
}

async function withBench(model: Model, act: (bench: Bench) => Promise<void>): Promise<void> {
  const bench = new Bench(await testGpu(), model);
  try {
    await act(bench);
  } finally {
    bench.destroy();
  }
}

function convNet(): Model {
  const b = new ModelBuilder("t", [1, 6, 6]);
  const conv = b.conv(b.input, "conv", { channels: 4, kernel: 3, pad: 1 });
  b.linear(b.globalPool(b.relu(b.batchNorm(conv, "bn", { affine: false }))), "fc", 3);
  return b.finish();
}

/**
 * Every way in which gradients meet: a projection, an identity shortcut, a result that three nodes read, a sum of a node
 * with itself (fused and not), a ReLU that cannot be fused, pools, a norm without trained parameters.
 */
function tangle(): Model {
  const b = new ModelBuilder("t", [1, 6, 6]);
  const conv = (x: number, name: string, channels: number) =>
    b.conv(x, name, { channels, kernel: 3, pad: 1, bias: name === "a" });
  const a = b.relu(conv(b.input, "a", 4)); // a bias that no norm takes away again
  const left = b.relu(b.batchNorm(conv(a, "b", 4), "nb", { affine: false }));
  const block = b.relu(b.add(b.batchNorm(conv(left, "c", 4), "nc"), a));
  const three = b.add(b.add(block, a), b.relu(block));
  const doubled = b.relu(b.add(three, three));
  const pooled = b.maxPool(b.add(doubled, doubled), 2);
  const norm = b.batchNorm(pooled, "nd");
  const both = b.add(norm, b.relu(norm));
  b.linear(b.flatten(b.averagePool(both, 3)), "fc", 3);
  return b.finish();
}

Deno.test({
  name: "a partly filled batch trains as a program of its size does, batch norm included",
  ...quiet,
  fn: () =>
    withBench(convNet(), async (bench) => {
      const steps = [0, 1, 2, 3].map((index) => ({ count: 7, start: 3 * index, index, learningRate: 0.1 }));
      const exact = await bench.losses(bench.program("train", 7), steps);
      const values = await bench.state();
      const second = new Bench(bench.gpu, bench.model);
      const partial = await second.losses(second.program("train", 16), steps);
      assertClose(partial, exact, 1e-6, "losses");
      (await second.state()).forEach((tensor, i) => assertClose(tensor, values[i], 1e-5, `tensor ${i}`));
      assert(new Set(exact).size === 4);
      second.destroy();
    }),
});

Deno.test({
  name: "a batch that is cut into parts trains and evaluates as a whole one",
  ...quiet,
  fn: () =>
    withBench(tangle(), async (bench) => {
      // 144 values an image in the largest activation: parts of 8 columns, and the last of three mostly empty
      const bytes = 4 * 144 * 8;
      const steps = [0, 1, 2].map((index) => ({ count: index === 2 ? 5 : 17, start: index, index, learningRate: 0.1 }));
      const whole = await bench.losses(bench.program("train", 20), steps);
      const [evaluated] = await bench.losses(bench.program("evaluate", 20), [{ count: 18 }]);
      const values = await bench.state();
      const second = new Bench(bench.gpu, bench.model);
      const program = second.program("train", 20, bytes);
      assert.equal(program.logits.length, 3);
      assertClose(await second.losses(program, steps), whole, 1e-6, "losses");
      (await second.state()).forEach((tensor, i) => assertClose(tensor, values[i], 2e-5, `tensor ${i}`));
      const parts = second.program("evaluate", 20, bytes);
      assertClose(await second.losses(parts, [{ count: 18 }]), [evaluated], 1e-5, "evaluation");
      second.destroy();
    }),
});

Deno.test("a batch is cut into the fewest equal parts whose activations fit", () => {
  const MiB = 2 ** 20, resnet50 = buildModel({ name: "resnet50" }, [3, 32, 32], 10);
  // the first stage's output, 256 channels of 32×32, takes 128 MiB for 128 images
  assert.deepEqual(cutBatch(resnet50, 128, 128 * MiB), { parts: 1, capacity: 128 });
  assert.deepEqual(cutBatch(resnet50, 256, 128 * MiB), { parts: 2, capacity: 128 });
  assert.deepEqual(cutBatch(resnet50, 256, 2048 * MiB), { parts: 1, capacity: 256 });
  assert.deepEqual(cutBatch(resnet50, 129, 128 * MiB), { parts: 2, capacity: 96 });
  // an image that does not fit alone is left to the recorder's error
  assert.deepEqual(cutBatch(resnet50, 2, 1024), { parts: 1, capacity: 4 });
});

Deno.test({
  name: "evaluation changes nothing, sees what training changed, and does not depend on its batch",
  ...quiet,
  fn: () =>
    withBench(convNet(), async (bench) => {
      const training = bench.program("train", 16), evaluation = bench.program("evaluate", 16);
      const narrow = bench.program("evaluate", 7);
      const all = [{ count: 16 }];
      const [before] = await bench.losses(evaluation, all);
      await bench.losses(training, [0, 1, 2].map((index) => ({ count: 16, index, learningRate: 0.1 })));
      const state = await bench.state();
      const [after] = await bench.losses(evaluation, all);
      assert.notEqual(after, before, "one store");
      assert.deepEqual(await bench.state(), state, "bit for bit");
      const parts = await bench.losses(narrow, [{ count: 7 }, { count: 7, start: 7 }, { count: 2, start: 14 }]);
      assertClose([(7 * parts[0] + 7 * parts[1] + 2 * parts[2]) / 16], [after], 1e-6, "evaluation by parts");
      assert(training.list.plannedBytes < training.list.unsharedBytes, "activations share buffers");
      assert.match(evaluation.list.dispatches.at(-1)!.label, /^loss/, "nothing comes after the loss");
      assert.equal(evaluation.updateFrom, evaluation.list.dispatches.length);
      assert.equal(training.updateFrom, training.list.dispatches.length - 1, "the optimizer is one dispatch");
    }),
});

Deno.test({
  name: "loss and gradients of a tangled network agree with differences of the reference in double precision",
  ...quiet,
  fn: () =>
    withBench(tangle(), async (bench) => {
      const { model, values, split } = bench;
      const count = 6;
      const program = bench.program("train", count);
      const [loss] = await bench.losses(program, [{ count }]);
      const exact = new Map([...values].map(([name, tensor]) => [name, Float64Array.from(tensor)]));
      const reference = () => referenceModel(model, exact, split, count).loss;
      assertClose([loss], [reference()], 1e-5, "loss");
      const step = 1e-5;
      for (const parameter of model.parameters) {
        const tensor = exact.get(parameter.name)!;
        const differences = tensor.map((value, i) => {
          const at = (moved: number) => (tensor[i] = moved, reference());
          const difference = (at(value + step) - at(value - step)) / (2 * step);
          tensor[i] = value;
          return difference;
        });
        assertClose(await bench.read(parameter, "gradient"), differences, 2e-4, parameter.name);
      }
    }),
});
