/** ReLU, addition, copies and bias gradients on the GPU against the plain references; grids that are folded. */
import { strict as assert } from "node:assert";
import { whole } from "../../src/gpu/memory.ts";
import { MAX_GROUPS, Recorder } from "../../src/gpu/recorder.ts";
import { Runner } from "../../src/gpu/runner.ts";
import { FLAT } from "../../src/gpu/flat.ts";
import {
  recordAdd,
  recordBiasGradient,
  recordCopy,
  recordRelu,
  recordReluBackward,
} from "../../src/ops/elementwise.ts";
import { add } from "../../src/ops/reference/add.ts";
import { conv2dBiasGradient } from "../../src/ops/reference/conv2d.ts";
import { reluBackward, reluForward } from "../../src/ops/reference/relu.ts";
import { convShape } from "../../src/ops/shape.ts";
import { toChannelMajor } from "../golden/layout.ts";
import { opCases } from "../golden/ops.ts";
import { assertClose, noise, quiet, runOps, stepBlock, testGpu } from "./gpu.ts";

/** Not a multiple of a workgroup's 256 values. */
const SIZE = 1004;

/** Values of both signs with many zeros. */
const rough = (seed: number) => noise(SIZE, seed).map((v) => Math.abs(v) < 0.3 ? 0 : v);

Deno.test({
  name: "ReLU, forward and backward",
  ...quiet,
  fn: async () => {
    const x = rough(1), dy = noise(SIZE, 2), start = noise(SIZE, 3);
    const y = reluForward(x), dx = reluBackward(y, dy);
    const got = await runOps(({ recorder, input, output }) => {
      const ys = input(y), dys = input(dy);
      recordRelu(recorder, SIZE, { x: input(x), y: output("y", SIZE) });
      recordReluBackward(recorder, SIZE, { y: ys, dy: dys, dx: output("dx", SIZE) }, false);
      recordReluBackward(recorder, SIZE, { y: ys, dy: dys, dx: output("dx+", SIZE, start) }, true);
    });
    assertClose(got.y, y, 0, "y");
    assertClose(got.dx, dx, 0, "dx");
    assertClose(got["dx+"], add(dx, start), 1e-7, "dx, added");
  },
});

Deno.test({
  name: "ReLU is PyTorch's, and a NaN stays one",
  ...quiet,
  fn: async () => {
    const [test] = await opCases("relu");
    const values = (name: string) => toChannelMajor(test.values(name), test.shape(name), 4);
    const x = values("x"), y = values("y"), size = x.length;
    const got = await runOps(({ recorder, input, output }) => {
      recordRelu(recorder, size, { x: input(x), y: output("y", size) });
      recordReluBackward(recorder, size, { y: input(y), dy: input(values("dy")), dx: output("dx", size) }, false);
      recordRelu(recorder, 4, { x: input(Float32Array.of(NaN, -1, 0, 2)), y: output("nan", 4) });
    });
    assertClose(got.y, y, 0, "y");
    assertClose(got.dx, values("dx"), 0, "dx");
    assert.deepEqual([...got.nan], [NaN, 0, 0, 2]);
  },
});

Deno.test({
  name: "addition, with and without a ReLU behind it; copy and added copy",
  ...quiet,
  fn: async () => {
    const a = rough(4), b = rough(5), sum = add(a, b);
    const got = await runOps(({ recorder, input, output }) => {
      const as = input(a), bs = input(b);
      recordAdd(recorder, SIZE, { a: as, b: bs, y: output("sum", SIZE) }, false);
      recordAdd(recorder, SIZE, { a: as, b: bs, y: output("relu", SIZE) }, true);
      recordAdd(recorder, SIZE, { a: as, b: as, y: output("twice", SIZE) }, false);
      recordCopy(recorder, SIZE, { x: as, y: output("copy", SIZE) }, false);
      recordCopy(recorder, SIZE, { x: as, y: output("copy+", SIZE, b) }, true);
    });
    assertClose(got.sum, sum, 0, "sum");
    assertClose(got.relu, reluForward(sum), 0, "sum, ReLU");
    assertClose(got.twice, add(a, a), 0, "an operand added to itself");
    assertClose(got.copy, a, 0, "copy");
    assertClose(got["copy+"], sum, 0, "copy, added");
  },
});

Deno.test({
  name: "bias gradient, of an image and of a linear layer",
  ...quiet,
  fn: async () => {
    // more parts than there may be, fewer, and one
    for (const [channels, positions, columns] of [[3, 40, 12], [70, 1, 8], [5, 1, 4]]) {
      const plane = positions * columns;
      const dy = noise(channels * plane, 6), start = noise(channels, 7);
      const got = await runOps(({ recorder, input, output }) => {
        const dys = input(dy);
        recordBiasGradient(recorder, channels, plane, { dy: dys, db: output("db", channels) }, false);
        recordBiasGradient(recorder, channels, plane, { dy: dys, db: output("db+", channels, start) }, true);
      });
      const sizes = { inChannels: 1, outChannels: channels, inHeight: 1, inWidth: positions, kernelHeight: 1 };
      const db = conv2dBiasGradient(convShape(sizes), dy, columns);
      assertClose(got.db, db, 1e-6, `${channels}×${plane}`);
      assertClose(got["db+"], add(db, start), 1e-6, `${channels}×${plane}, added`);
    }
  },
});

Deno.test({
  name: "a copy over more workgroups than an axis holds is folded and complete",
  ...quiet,
  fn: async () => {
    const gpu = await testGpu();
    const groups = MAX_GROUPS + 4, size = 4 * (groups * FLAT - 3);
    if (4 * size > gpu.device.limits.maxStorageBufferBindingSize) return;
    const data = Float32Array.from({ length: size }, (_, i) => i % 65_521);
    const recorder = new Recorder(gpu.memory, gpu.kernels), runner = new Runner(gpu);
    const x = gpu.memory.upload("x", data), y = gpu.memory.create("y", data.byteLength);
    recordCopy(recorder, size, { x: whole(x), y: whole(y) }, false);
    const list = recorder.finish();
    assert.equal(list.dispatches[0].grid[1], 2);
    runner.submit(list, [stepBlock()]);
    const got = await runner.readFloats(whole(y));
    list.destroy();
    runner.destroy();
    for (const buffer of [x, y]) gpu.memory.destroy(buffer);
    assert.equal(data.findIndex((value, i) => value !== got[i]), -1, "first entry that was not copied");
  },
});
