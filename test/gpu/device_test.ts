/** What a device reports comes out as typed errors; step blocks, submissions and readback. */
import { strict as assert } from "node:assert";
import { GpuError } from "../../src/errors.ts";
import { type Gpu, openGpu } from "../../src/gpu/device.ts";
import { whole } from "../../src/gpu/memory.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { Runner, STEPS_PER_SUBMIT } from "../../src/gpu/runner.ts";
import stepCode from "../../shaders/common/step.wgsl" with { type: "text" };
import { quiet, stepBlock, testGpu } from "../ops/gpu.ts";

/** A device of its own, because these tests break it. */
async function withGpu(act: (gpu: Gpu) => Promise<void>): Promise<void> {
  const gpu = await openGpu(navigator.gpu);
  try {
    await act(gpu);
  } finally {
    gpu.close();
  }
}

async function rejection(promise: Promise<unknown>): Promise<GpuError> {
  const error = await promise.then(() => undefined, (error) => error);
  assert.ok(error instanceof GpuError, `expected a GpuError, got ${error}`);
  return error;
}

const BROKEN = `@group(0) @binding(0) var<storage, read_write> y: array<f32>;
@compute @workgroup_size(1) fn main() { y[0] = nowhere; }`;

Deno.test({
  name: "WGSL that does not compile is a validation error that names the kernel",
  ...quiet,
  fn: () =>
    withGpu(async (gpu) => {
      gpu.kernels.get("fancyKernel", BROKEN);
      const error = await rejection(gpu.idle());
      assert.equal(error.kind, "validation");
      assert.match(error.message, /fancyKernel/);
      assert.match(error.message, /nowhere/);
    }),
});

Deno.test({
  name: "work that the device refuses is a validation error, reported once",
  ...quiet,
  fn: () =>
    withGpu(async (gpu) => {
      gpu.device.createBuffer({ label: "odd", size: 7, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE });
      assert.equal((await rejection(gpu.idle())).kind, "validation");
      await gpu.idle();
    }),
});

Deno.test({
  name: "a device that is gone says so, and not when it was closed on purpose",
  ...quiet,
  fn: async () => {
    const gpu = await openGpu(navigator.gpu);
    gpu.device.destroy();
    await gpu.device.lost;
    await Promise.resolve();
    assert.throws(() => gpu.check(), (error) => error instanceof GpuError && error.kind === "device-lost");
    const other = await openGpu(navigator.gpu);
    other.close();
    await other.device.lost;
    await Promise.resolve();
    other.check();
  },
});

const COUNTING = `${stepCode}
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@compute @workgroup_size(1) fn main() {
  out[step.slot] += vec4f(f32(step.count), f32(step.start + step.index), f32(step.epoch), step.learningRate);
}`;

Deno.test({
  name: "each step of a submission sees its own step block, in order",
  ...quiet,
  fn: async () => {
    const gpu = await testGpu();
    const runner = new Runner(gpu), recorder = new Recorder(gpu.memory, gpu.kernels);
    const out = gpu.memory.create("out", 16 * STEPS_PER_SUBMIT);
    recorder.dispatch("counting", COUNTING, { out: whole(out) }, {}, [1, 1, 1]);
    const list = recorder.finish();
    const steps = Array.from(
      { length: STEPS_PER_SUBMIT },
      (_, i) => stepBlock({ count: i + 1, start: 10 * i, index: i, epoch: 3, slot: i, learningRate: i / 4 }),
    );
    runner.submit(list, steps);
    runner.submit(list, steps.slice(0, 2));
    const got = await runner.readFloats(whole(out));
    steps.forEach((step, i) => {
      const times = i < 2 ? 2 : 1;
      const expected = [step.count, step.start + step.index, step.epoch, step.learningRate].map((v) => times * v);
      assert.deepEqual([...got.slice(4 * i, 4 * i + 4)], expected);
    });
    assert.throws(() => runner.submit(list, [...steps, stepBlock()]), RangeError);
    list.destroy();
    runner.destroy();
    gpu.memory.destroy(out);
  },
});

Deno.test({
  name: "profiling gives a time for each dispatch, and the same results",
  ...quiet,
  fn: async () => {
    const gpu = await testGpu();
    const runner = new Runner(gpu), recorder = new Recorder(gpu.memory, gpu.kernels);
    const out = gpu.memory.create("out", 16);
    for (let i = 0; i < 3; i++) recorder.dispatch("counting", COUNTING, { out: whole(out) }, {}, [1, 1, 1]);
    const list = recorder.finish();
    const times = await runner.profile(list, stepBlock({ count: 5 }));
    assert.equal((await runner.readFloats(whole(out)))[0], 15);
    assert.equal(times !== undefined, gpu.device.features.has("timestamp-query"));
    if (times) assert.ok(times.length === 3 && times.every((time) => time >= 0), `${times}`);
    list.destroy();
    runner.destroy();
    gpu.memory.destroy(out);
  },
});
