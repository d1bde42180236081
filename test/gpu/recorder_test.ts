/** Recording and planning: lifetimes, sharing, what is refused; on the real device because bind groups are made. */
import { strict as assert } from "node:assert";
import { GpuError } from "../../src/errors.ts";
import { whole } from "../../src/gpu/memory.ts";
import {
  type FinishOptions,
  flatGrid,
  MAX_GROUPS,
  type Operand,
  Recorder,
  type Tensor,
} from "../../src/gpu/recorder.ts";
import { Runner } from "../../src/gpu/runner.ts";
import { recordAdd, recordCopy, recordRelu } from "../../src/ops/elementwise.ts";
import { quiet, stepBlock, testGpu } from "../ops/gpu.ts";

const SIZE = 1024, BYTES = 4 * SIZE;

async function recorderWith<T>(record: (recorder: Recorder, input: Operand) => T) {
  const gpu = await testGpu();
  const recorder = new Recorder(gpu.memory, gpu.kernels);
  const input = gpu.memory.upload("input", new Float32Array(SIZE).fill(1));
  const made = record(recorder, whole(input));
  const list = recorder.finish();
  return {
    gpu,
    made,
    list,
    destroy: () => {
      list.destroy();
      gpu.memory.destroy(input);
    },
  };
}

/** A chain input → t0 → t1 → … of copies. */
function chain(recorder: Recorder, input: Operand, length: number): Tensor[] {
  const tensors = Array.from({ length }, (_, i) => recorder.tensor(`t${i}`, BYTES));
  tensors.forEach((tensor, i) => recordCopy(recorder, SIZE, { x: tensors[i - 1] ?? input, y: tensor }, false));
  return tensors;
}

Deno.test({
  name: "a chain of tensors shares two buffers, and no dispatch meets one buffer twice",
  ...quiet,
  fn: async () => {
    const { list, made, destroy } = await recorderWith((recorder, input) => chain(recorder, input, 6));
    const places = made.map((tensor) => list.locate(tensor).buffer);
    assert.equal(new Set(places).size, 2);
    for (let i = 1; i < places.length; i++) assert.notEqual(places[i], places[i - 1]);
    assert.equal(list.unsharedBytes, 6 * BYTES);
    assert.ok(list.plannedBytes < 3 * BYTES + 6 * 256);
    destroy();
  },
});

Deno.test({
  name: "a tensor that is needed later keeps its buffer until then",
  ...quiet,
  fn: async () => {
    const { list, made: [first, ...rest], destroy } = await recorderWith((recorder, input) => {
      const tensors = chain(recorder, input, 4);
      const sum = recorder.tensor("sum", BYTES);
      recordAdd(recorder, SIZE, { a: tensors[0], b: tensors[3], y: sum }, false);
      return [...tensors, sum];
    });
    const place = list.locate(first).buffer;
    for (const tensor of rest) assert.notEqual(list.locate(tensor).buffer, place);
    destroy();
  },
});

Deno.test({
  name: "a kept tensor shares with nobody and can be read after the list has run",
  ...quiet,
  fn: async () => {
    const { gpu, list, made, destroy } = await recorderWith((recorder, input) => {
      const tensors = chain(recorder, input, 6);
      recorder.keep(tensors[1]);
      return tensors;
    });
    const place = list.locate(made[1]).buffer;
    for (const tensor of made) if (tensor !== made[1]) assert.notEqual(list.locate(tensor).buffer, place);
    const runner = new Runner(gpu);
    runner.submit(list, [stepBlock()]);
    assert.ok((await runner.readFloats(list.locate(made[1]))).every((value) => value === 1));
    runner.destroy();
    destroy();
  },
});

Deno.test({
  name: "a small tensor does not take a buffer many times its size",
  ...quiet,
  fn: async () => {
    const { list, made: [large, small], destroy } = await recorderWith((recorder, input) => {
      const large = recorder.tensor("large", 64 * BYTES), small = recorder.tensor("small", 16);
      recordCopy(recorder, SIZE, { x: input, y: large }, false);
      recordRelu(recorder, 4, { x: input, y: small });
      return [large, small];
    });
    assert.notEqual(list.locate(large).buffer, list.locate(small).buffer);
    destroy();
  },
});

Deno.test({
  name: "random lists: tensors alive at the same time never share a buffer, and everything is freed",
  ...quiet,
  fn: async () => {
    const gpu = await testGpu();
    const before = gpu.memory.bytes;
    let state = 7;
    const random = (below: number) => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) % below;
    for (let round = 0; round < 20; round++) {
      const uses: [Tensor, number][] = [];
      const { list, destroy } = await recorderWith((recorder, input) => {
        const tensors: Tensor[] = [];
        for (let time = 0; time < 30; time++) {
          const x = tensors.length ? tensors[Math.max(0, tensors.length - 1 - random(6))] : undefined;
          const y = recorder.tensor(`t${time}`, 16 * (1 + random(200)));
          tensors.push(y);
          if (x) uses.push([x, time]);
          uses.push([y, time]);
          recordRelu(recorder, 4, { x: x ?? input, y });
        }
      });
      const lives = new Map<Tensor, [number, number]>();
      for (const [tensor, time] of uses) lives.set(tensor, [lives.get(tensor)?.[0] ?? time, time]);
      const all = [...lives];
      all.forEach(([a, [fromA, toA]], i) => {
        assert.ok(list.locate(a).size >= a.bytes);
        for (const [b, [fromB, toB]] of all.slice(i + 1)) {
          if (fromA <= toB && fromB <= toA) assert.notEqual(list.locate(a).buffer, list.locate(b).buffer);
        }
      });
      destroy();
    }
    await gpu.idle();
    assert.equal(gpu.memory.bytes, before);
  },
});

const KERNEL = `@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
struct S { count: u32 }
@group(0) @binding(2) var<uniform> s: S;
@compute @workgroup_size(1) fn main() { y[0] = x[0] * f32(s.count); }`;

Deno.test({
  name: "a list borrows another's buffers but for those that are kept, and a list that replaces it inherits all",
  ...quiet,
  fn: async () => {
    const gpu = await testGpu(), before = gpu.memory.bytes;
    const { list, made, destroy } = await recorderWith((recorder, input) => {
      const tensors = chain(recorder, input, 6);
      recorder.keep(tensors[0]);
      return tensors;
    });
    const [kept, spare] = [list.locate(made[0]).buffer, list.locate(made[1]).buffer];
    assert.ok(list.spare.includes(spare) && !list.spare.includes(kept));
    const input = gpu.memory.upload("input", new Float32Array(SIZE));
    const build = (options: FinishOptions, length: number) => {
      const recorder = new Recorder(gpu.memory, gpu.kernels), tensors = chain(recorder, whole(input), length);
      const built = recorder.finish(options);
      return { built, buffers: new Set(tensors.map((tensor) => built.locate(tensor).buffer)) };
    };
    const whileBorrowing = gpu.memory.bytes, borrower = build({ borrow: list.spare }, 4);
    assert.ok(borrower.buffers.has(spare) && !borrower.buffers.has(kept));
    assert.ok(borrower.built.plannedBytes < BYTES, "it owns nothing but its constants");
    borrower.built.destroy();
    assert.equal(gpu.memory.bytes, whileBorrowing, "what was borrowed is still there");

    const heir = build({ inherit: list.release() }, 2);
    assert.equal(heir.buffers.size, 2);
    assert.ok(gpu.memory.bytes < whileBorrowing, "what the heir has no use for is freed");
    heir.built.destroy();
    gpu.memory.destroy(input);
    destroy();
    assert.equal(gpu.memory.bytes, before, "everything is freed once");
  },
});

Deno.test({
  name: "what does not fit the kernel is refused when it is recorded, naming layer and kernel",
  ...quiet,
  fn: async () => {
    const gpu = await testGpu();
    const recorder = new Recorder(gpu.memory, gpu.kernels);
    recorder.scope = "conv1";
    const [x, y] = [recorder.tensor("x", 16), recorder.tensor("y", 16)];
    const grid = [1, 1, 1] as const;
    const refused = (message: RegExp, act: () => void) =>
      assert.throws(act, (error) => {
        assert.ok(error instanceof GpuError);
        assert.equal(error.kind, "validation");
        assert.match(error.message, message);
        return true;
      });
    refused(/conv1 times: operand y is missing/, () => recorder.dispatch("times", KERNEL, { x }, { count: 1 }, grid));
    refused(
      /conv1 times: operands x, y, z/,
      () => recorder.dispatch("times", KERNEL, { x, y, z: x }, { count: 1 }, grid),
    );
    refused(/times lacks the constant count/, () => recorder.dispatch("times", KERNEL, { x, y }, {}, grid));
    refused(
      /times has no constant size/,
      () => recorder.dispatch("times", KERNEL, { x, y }, { count: 1, size: 2 }, grid),
    );
    refused(
      /conv1 times: a grid of 65536 × 1 × 1/,
      () => recorder.dispatch("times", KERNEL, { x, y }, { count: 1 }, [MAX_GROUPS + 1, 1, 1]),
    );
    refused(
      /conv1 times: y is written and x is the same buffer/,
      () => recorder.dispatch("times", KERNEL, { x, y: x }, { count: 1 }, grid),
    );
    const buffer = gpu.memory.create("store", 1024);
    const slice = (offset: number) => ({ buffer, offset, size: 256 });
    refused(
      /conv1 times: y is written and x is the same buffer/,
      () => recorder.dispatch("times", KERNEL, { x: slice(0), y: slice(256) }, { count: 1 }, grid),
    );
    refused(
      /conv1 times: x starts at byte 128.*256/,
      () => recorder.dispatch("times", KERNEL, { x: slice(128), y }, { count: 1 }, grid),
    );
    gpu.memory.destroy(buffer);
  },
});

Deno.test({
  name: "a tensor beyond the adapter's binding size is refused with its name and a way out",
  ...quiet,
  fn: async () => {
    const gpu = await testGpu();
    const recorder = new Recorder(gpu.memory, gpu.kernels);
    const most = gpu.device.limits.maxStorageBufferBindingSize;
    assert.throws(() => recorder.tensor("activations of block 1", most + 16), (error) => {
      assert.ok(error instanceof GpuError);
      assert.equal(error.kind, "out-of-memory");
      assert.match(error.message, /activations of block 1.*MiB.*MiB/);
      assert.match(error.hint ?? "", /smaller batch/);
      return true;
    });
  },
});

Deno.test("flat grids cover their count and stay within WebGPU's limit", () => {
  for (const count of [1, 64, 65, 64 * MAX_GROUPS, 64 * MAX_GROUPS + 1, 64 * MAX_GROUPS * 3 - 1, 2 ** 30]) {
    const [x, y, z] = flatGrid(count, 64);
    assert.ok(x * y * 64 >= count && x <= MAX_GROUPS && y <= MAX_GROUPS && z === 1, `${count}`);
    assert.ok((x * y - y) * 64 < count, `${count}: a row of groups is idle`);
  }
  assert.deepEqual(flatGrid(0, 64), [1, 1, 1]);
});

Deno.test({
  name: "a copy is shared by its readers until what it copies is written again",
  ...quiet,
  fn: async () => {
    let made = 0;
    const { gpu, made: copies, list, destroy } = await recorderWith((recorder, input) => {
      const source = recorder.tensor("source", BYTES);
      recordCopy(recorder, SIZE, { x: input, y: source }, false);
      const copy = () =>
        recorder.derived(source, "copy", () => {
          const tensor = recorder.tensor(`copy ${++made}`, BYTES);
          recordCopy(recorder, SIZE, { x: source, y: tensor }, false);
          return recorder.keep(tensor);
        });
      const first = copy(), again = copy();
      recordCopy(recorder, SIZE, { x: input, y: source }, true);
      return [first, again, copy()];
    });
    assert.equal(made, 2);
    assert.equal(copies[0], copies[1]);
    const runner = new Runner(gpu);
    runner.submit(list, [stepBlock()]);
    assert.equal((await runner.readFloats(list.locate(copies[0])))[0], 1);
    assert.equal((await runner.readFloats(list.locate(copies[2])))[0], 2);
    runner.destroy();
    destroy();
  },
});
