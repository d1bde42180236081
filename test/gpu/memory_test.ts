import { strict as assert } from "node:assert";
import { GpuError } from "../../src/errors.ts";
import { align, mebibytes, Memory, whole } from "../../src/gpu/memory.ts";
import { Runner } from "../../src/gpu/runner.ts";
import { quiet, testGpu } from "../ops/gpu.ts";

Deno.test("sizes are rounded up to the alignment", () => {
  assert.deepEqual([align(0), align(1), align(256), align(257), align(5, 4)], [0, 256, 256, 512, 8]);
  assert.equal(mebibytes(3 * 2 ** 19), "1.5 MiB");
});

Deno.test({
  name: "memory counts what there is and what there was at most",
  ...quiet,
  fn: async () => {
    const memory = new Memory((await testGpu()).device);
    const a = memory.create("a", 1000), b = memory.upload("b", new Float32Array(100));
    assert.equal(a.size, 1008); // whole vec4s
    assert.equal(memory.bytes, 1408);
    memory.destroy(a);
    memory.destroy(a); // a second time changes nothing
    assert.equal(memory.bytes, 400);
    assert.equal(memory.create("tiny", 1).size, 16);
    memory.destroyAll();
    assert.deepEqual([memory.bytes, memory.peak], [0, 1408]);
    assert.equal(b.size, 400);
  },
});

Deno.test({
  name: "a buffer beyond the adapter's limit is refused before it is made, with its name and both sizes",
  ...quiet,
  fn: async () => {
    const { device } = await testGpu();
    const memory = new Memory(device), most = device.limits.maxBufferSize;
    assert.throws(() => memory.create("activations of conv3", most + 16), (error) => {
      assert.ok(error instanceof GpuError);
      assert.equal(error.kind, "out-of-memory");
      assert.ok(error.message.includes("activations of conv3"), error.message);
      assert.ok(error.message.includes(mebibytes(most + 16)) && error.message.includes(mebibytes(most)), error.message);
      assert.ok(error.hint);
      return true;
    });
    assert.deepEqual([memory.bytes, memory.peak], [0, 0]);
  },
});

Deno.test({
  name: "bytes that do not fill a word are written with zeros behind them",
  ...quiet,
  fn: async () => {
    const gpu = await testGpu();
    const runner = new Runner(gpu);
    const buffer = gpu.memory.upload("bytes", new Uint8Array(16).fill(255));
    gpu.memory.write({ buffer, offset: 4, size: 8 }, Uint8Array.of(1, 2, 3, 4, 5));
    gpu.memory.write({ buffer, offset: 0, size: 0 }, new Float32Array(0)); // nothing is no error
    assert.equal((await runner.read({ buffer, offset: 0, size: 0 })).byteLength, 0);
    assert.deepEqual([...new Uint8Array(await runner.read(whole(buffer)))], [
      ...[255, 255, 255, 255, 1, 2, 3, 4, 5, 0, 0, 0, 255, 255, 255, 255],
    ]);
    gpu.memory.destroy(buffer);
    runner.destroy();
  },
});
