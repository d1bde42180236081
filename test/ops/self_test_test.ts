import { strict as assert } from "node:assert";
import { GpuError } from "../../src/errors.ts";
import { type Gpu, openGpu } from "../../src/gpu/device.ts";
import { KernelCache } from "../../src/gpu/kernel.ts";
import { requireSelfTest, selfTest } from "../../src/ops/self_test.ts";
import { quiet, testGpu } from "./gpu.ts";

Deno.test({
  name: "this adapter passes the long self-test, and leaves no buffer behind",
  ...quiet,
  fn: async () => {
    const gpu = await testGpu(), before = gpu.memory.bytes;
    const results = await selfTest(gpu, { long: true });
    assert.deepEqual(results.filter(({ passed }) => !passed), []);
    assert.ok(results.length >= 8);
    assert.equal(gpu.memory.bytes, before);
    await requireSelfTest(gpu);
    const again = await selfTest(gpu);
    assert.ok(
      again.reduce((sum, { milliseconds }) => sum + milliseconds, 0) < 1000,
      "the short test takes milliseconds",
    );
  },
});

/** A device whose kernels are spoilt by a change of their text, as a broken driver or compiler would. */
function broken(gpu: Gpu, from: string | RegExp, to: string): Gpu {
  const kernels = new KernelCache(gpu.device);
  const get = kernels.get.bind(kernels);
  kernels.get = (label, code) => get(label, code.replace(from, to));
  const { device, adapter, memory } = gpu;
  return {
    device,
    adapter,
    memory,
    kernels,
    check: () => gpu.check(),
    idle: () => gpu.idle(),
    allocate: (act) => gpu.allocate(act),
    close: () => gpu.close(),
  };
}

Deno.test({
  name: "a wrong result is a typed error that names the check, the kernel and the value",
  ...quiet,
  fn: async () => {
    const cases: [string | RegExp, string, RegExp][] = [
      [
        /< s\.inHeight;/g,
        "< s.inHeight - 1u;",
        /convolution \(kernel convDenseForward\): value \d+ of 48 is .*, expected/,
      ],
      ["k < splits", "k + 1u < splits", /reduction \(kernel sumSplits\)/],
      ["round < 10u", "round < 9u", /random generator \(kernel philox4x32\): value 0 of 12/],
    ];
    for (const [from, to, message] of cases) {
      const gpu = await testGpu();
      await assert.rejects(requireSelfTest(broken(gpu, from, to)), (error) => {
        assert.ok(error instanceof GpuError);
        assert.equal(error.kind, "validation");
        assert.match(error.message, message);
        assert.ok(error.message.includes(gpu.adapter.description));
        return true;
      });
    }
  },
});

Deno.test({
  name: "a kernel that does not compile is found, and the checks after it still run",
  ...quiet,
  fn: async () => {
    const gpu = await openGpu(navigator.gpu);
    const spoilt = broken(gpu, "fn philoxMultiply", "fn nobodysMultiply");
    const results = await selfTest(spoilt);
    assert.deepEqual(results.map(({ passed }) => passed), [true, true, false]);
    assert.match(results[2].detail, /philox/i);
    gpu.close();
  },
});
