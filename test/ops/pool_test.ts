/** Pools on the GPU against the plain references and PyTorch's fixtures: ties, overlapping windows, gaps, padding. */
import { strict as assert } from "node:assert";
import {
  averagePoolShape,
  globalPoolShape,
  recordAveragePool,
  recordAveragePoolBackward,
  recordMaxPool,
  recordMaxPoolBackward,
} from "../../src/ops/pool.ts";
import { add } from "../../src/ops/reference/add.ts";
import {
  avgPoolBackward,
  avgPoolForward,
  globalAvgPoolBackward,
  globalAvgPoolForward,
} from "../../src/ops/reference/avg_pool.ts";
import { maxPoolBackward, maxPoolForward } from "../../src/ops/reference/max_pool.ts";
import { poolShape, type PoolSizes } from "../../src/ops/shape.ts";
import { toChannelMajor } from "../golden/layout.ts";
import { opCases } from "../golden/ops.ts";
import { assertClose, noise, quiet, real, runOps } from "./gpu.ts";

const CASES: (PoolSizes & { columns: number })[] = [
  { channels: 3, inHeight: 6, inWidth: 8, kernel: 2, columns: 12 },
  { channels: 2, inHeight: 7, inWidth: 5, kernel: 3, stride: 2, pad: 1, columns: 4 },
  { channels: 2, inHeight: 5, inWidth: 6, kernel: 3, stride: 1, pad: 1, columns: 4 },
  { channels: 5, inHeight: 9, inWidth: 7, kernel: 2, stride: 3, columns: 4 },
  { channels: 1, inHeight: 4, inWidth: 4, kernel: 4, stride: 1, pad: 2, columns: 4 },
];

for (const { columns, ...sizes } of CASES) {
  const shape = poolShape(sizes);
  const title =
    `${shape.kernel}/${shape.stride} pad ${shape.pad}, ${sizes.channels}×${sizes.inHeight}×${sizes.inWidth}`;
  const inSize = shape.channels * shape.inHeight * shape.inWidth * columns;
  const outSize = shape.channels * shape.outHeight * shape.outWidth * columns;
  const dy = noise(outSize, 2), start = noise(inSize, 3);

  for (const ties of [false, true]) {
    Deno.test({
      name: `max pool ${title}${ties ? ", ties" : ""}`,
      ...quiet,
      fn: async () => {
        // all negative without ties: padding must never win; few values and many zeros with ties
        const x = noise(inSize, 1).map((v) => ties ? Math.max(0, Math.round(2 * v)) : v - 1);
        const { y, argmax } = maxPoolForward(shape, x, columns);
        const got = await runOps(({ recorder, input, output }) => {
          const xs = input(x), ys = input(y), dys = input(dy);
          recordMaxPool(recorder, shape, columns, { x: xs, y: output("y", outSize) });
          const operands = { x: xs, y: ys, dy: dys };
          recordMaxPoolBackward(recorder, shape, columns, { ...operands, dx: output("dx", inSize) }, false);
          recordMaxPoolBackward(recorder, shape, columns, { ...operands, dx: output("dx+", inSize, start) }, true);
        });
        const dx = maxPoolBackward(shape, dy, argmax, columns);
        assertClose(got.y, y, 0, "y");
        assertClose(got.dx, dx, 1e-6, "dx");
        assertClose(got["dx+"], add(dx, start), 1e-6, "dx, added");
      },
    });
  }

  Deno.test({
    name: `average pool ${title}`,
    ...quiet,
    fn: async () => {
      const x = noise(inSize, 1), average = averagePoolShape(shape);
      const got = await runOps(({ recorder, input, output }) => {
        const dys = input(dy);
        recordAveragePool(recorder, average, columns, { x: input(x), y: output("y", outSize) });
        recordAveragePoolBackward(recorder, average, columns, { dy: dys, dx: output("dx", inSize) }, false);
        recordAveragePoolBackward(recorder, average, columns, { dy: dys, dx: output("dx+", inSize, start) }, true);
      });
      const dx = avgPoolBackward(shape, dy, columns);
      assertClose(got.y, avgPoolForward(shape, x, columns), 1e-6, "y");
      assertClose(got.dx, dx, 1e-6, "dx");
      assertClose(got["dx+"], add(dx, start), 1e-6, "dx, added");
    },
  });
}

Deno.test({
  name: "global average pool of images that are not square",
  ...quiet,
  fn: async () => {
    const [channels, height, width, columns] = [7, 3, 5, 8], plane = height * width;
    const shape = globalPoolShape(channels, height, width);
    const x = noise(channels * plane * columns, 1), dy = noise(channels * columns, 2);
    const got = await runOps(({ recorder, input, output }) => {
      recordAveragePool(recorder, shape, columns, { x: input(x), y: output("y", dy.length) });
      recordAveragePoolBackward(recorder, shape, columns, { dy: input(dy), dx: output("dx", x.length) }, false);
    });
    assertClose(got.y, globalAvgPoolForward(channels, plane, x, columns), 1e-6, "y");
    assertClose(got.dx, globalAvgPoolBackward(channels, plane, dy, columns), 1e-6, "dx");
  },
});

Deno.test({
  name: "max pool shows a NaN of its window",
  ...quiet,
  fn: async () => {
    const shape = poolShape({ channels: 1, inHeight: 2, inWidth: 2, kernel: 2 });
    const x = noise(16, 1);
    x[4] = NaN; // position (0, 1), column 0
    const got = await runOps(({ recorder, input, output }) => {
      recordMaxPool(recorder, shape, 4, { x: input(x), y: output("y", 4) });
    });
    assert.deepEqual(Array.from(got.y, Number.isNaN), [true, false, false, false]);
  },
});

Deno.test({
  name: "pools are PyTorch's, ties included",
  ...quiet,
  fn: async () => {
    for (const kind of ["max-pool", "avg-pool"]) {
      for (const test of await opCases(kind)) {
        const [count, channels, inHeight, inWidth] = test.shape("x");
        const { kernel, stride, pad } = test.settings as Record<"kernel" | "stride" | "pad", number>;
        const shape = poolShape({ channels, inHeight, inWidth, kernel, stride, pad });
        const padded = (name: string) => toChannelMajor(test.values(name), test.shape(name), 4);
        const x = padded("x"), y = padded("y"), dx = padded("dx");
        const got = await runOps(({ recorder, input, output }) => {
          const xs = input(x), dys = input(padded("dy"));
          const forward = { x: xs, y: output("y", y.length) }, back = { dy: dys, dx: output("dx", dx.length) };
          if (kind === "max-pool") {
            recordMaxPool(recorder, shape, 4, forward);
            recordMaxPoolBackward(recorder, shape, 4, { ...back, x: xs, y: input(y) }, false);
          } else {
            recordAveragePool(recorder, averagePoolShape(shape), 4, forward);
            recordAveragePoolBackward(recorder, averagePoolShape(shape), 4, back, false);
          }
        });
        const sizes = { columns: 4, count };
        assertClose(real(got.y, sizes), real(y, sizes), 1e-6, `${test.name} y`);
        assertClose(real(got.dx, sizes), real(dx, sizes), 1e-6, `${test.name} dx`);
      }
    }
  },
});
