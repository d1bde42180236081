/** Tangents on the GPU against the plain reference, and the reference against finite differences. */
import {
  batchNormCoefficients,
  type BatchNormShape,
  recordBatchNormEvaluate,
  recordBatchNormEvaluateBackward,
  recordBatchNormTrain,
} from "../../src/ops/batch_norm.ts";
import { recordBatchNormBackwardTangent } from "../../src/ops/batch_norm_tangent.ts";
import {
  METRIC_BYTES,
  METRIC_SLOTS,
  recordCrossEntropy,
  recordCrossEntropyTangent,
} from "../../src/ops/cross_entropy.ts";
import { recordMaxPoolTangent } from "../../src/ops/pool.ts";
import { batchNormEvalBackward, batchNormTrain, batchNormTrainBackward } from "../../src/ops/reference/batch_norm.ts";
import { crossEntropy } from "../../src/ops/reference/cross_entropy.ts";
import { maxPoolForward } from "../../src/ops/reference/max_pool.ts";
import { reluBackward } from "../../src/ops/reference/relu.ts";
import { batchNormBackwardTangent, crossEntropyTangent, maxPoolTangent } from "../../src/ops/reference/tangents.ts";
import { poolShape } from "../../src/ops/shape.ts";
import { assertClose, assertPadding, CLASSES, noise, quiet, real, runOps } from "./gpu.ts";

const EPSILON = 1e-5;

/** (f(x + h·t) − f(x − h·t)) / 2h, in double precision. */
function difference(
  f: (...operands: Float64Array[]) => Float64Array,
  operands: Float64Array[],
  tangents: Float64Array[],
): Float64Array {
  const h = 1e-5;
  const moved = (sign: number) => f(...operands.map((x, i) => x.map((v, k) => v + sign * h * tangents[i][k])));
  const up = moved(1), down = moved(-1);
  return up.map((v, k) => (v - down[k]) / (2 * h));
}

const double = (length: number, seed: number) => Float64Array.from(noise(length, seed));

Deno.test("the reference's tangents are finite differences", () => {
  const sizes = { channels: 3, plane: 5, columns: 4 }, size = 60;
  const [x, dy, tx, tdy] = [1, 2, 3, 4].map((seed) => double(size, seed)), scale = double(3, 5);
  const backward = (x: Float64Array, dy: Float64Array) => {
    const { mean, invStd } = batchNormTrain(sizes, x);
    return batchNormTrainBackward(sizes, x, dy, mean, invStd, scale).dx;
  };
  const tangent = batchNormBackwardTangent(sizes, { x, tx, dy, tdy }, scale);
  assertClose(tangent, difference(backward, [x, dy], [tx, tdy]), 1e-7, "batch norm");
  const logits = double(12, 6), labels = [2, 0, 1, 1], t = double(12, 7);
  const gradient = (z: Float64Array) =>
    crossEntropy(3, z.map((v) => v / 7), labels, 0.1, 4, 3).gradient.map((v) => v / 7);
  assertClose(crossEntropyTangent(3, logits, t, 7, 4, 3), difference(gradient, [logits], [t]), 1e-7, "cross-entropy");
  const shape = poolShape({ channels: 1, inHeight: 5, inWidth: 5, kernel: 3, stride: 2, pad: 1 });
  const [image, moves] = [double(100, 8), double(100, 9)];
  const pool = (x: Float64Array) => maxPoolForward(shape, x, 4).y;
  assertClose(maxPoolTangent(shape, image, moves, 4), difference(pool, [image], [moves]), 1e-7, "max pool");
});

const CASES = [
  { channels: 5, positions: 21, capacity: 12, count: 12, relu: false },
  { channels: 5, positions: 21, capacity: 12, count: 7, relu: true },
  { channels: 70, positions: 2, capacity: 136, count: 133, relu: true },
];

for (const adapter of CLASSES) {
  for (const { count, ...rest } of CASES) {
    const shape: BatchNormShape = { ...rest, epsilon: EPSILON, momentum: 0 };
    const { channels, positions, capacity, relu } = shape;
    const sizes = { channels, plane: positions, columns: capacity, count }, size = channels * positions * capacity;
    Deno.test({
      name: `batch norm's tangents, ${adapter.name} ${channels}×${positions}×${capacity} count ${count}${
        relu ? " +relu" : ""
      }`,
      ...quiet,
      fn: async () => {
        // beyond the batch lies garbage, which nothing may see
        const [x, tx, dy, tdy] = [1, 2, 3, 4].map((seed) =>
          noise(size, seed).map((v, k) => k % capacity < count ? 2 * v : k % 2 ? NaN : 1e30)
        );
        const scale = noise(channels, 5), shift = noise(channels, 6), start = noise(size, 7);
        const mean = noise(channels, 8), variance = noise(channels, 9).map((v) => v + 1.5);
        const got = await runOps(({ recorder, input, output }) => {
          const coefficients = batchNormCoefficients(recorder, shape);
          const xs = [input(x)], dys = [input(dy)], scales = input(scale), shifts = input(shift);
          const statistics = {
            scale: scales,
            shift: shifts,
            runningMean: input(mean),
            runningVariance: input(variance),
          };
          const y = [recorder.tensor("y", 4 * size)];
          recordBatchNormTrain(recorder, shape, adapter, { x: xs, y, ...statistics, coefficients });
          const operands = { x: xs, tx: [input(tx)], dy: dys, tdy: [input(tdy)], coefficients };
          recordBatchNormBackwardTangent(recorder, shape, adapter, { ...operands, tdx: [output("tdx", size)] }, false);
          const added = { ...operands, tdx: [output("tdx+", size, start)] };
          recordBatchNormBackwardTangent(recorder, shape, adapter, added, true);
          const fixed = batchNormCoefficients(recorder, shape);
          recordBatchNormEvaluate(recorder, shape, adapter, { x: xs, y, ...statistics, coefficients: fixed });
          const back = { x: xs, dy: dys, coefficients: fixed, dx: [output("dx", size)] };
          recordBatchNormEvaluateBackward(recorder, shape, adapter, back, false);
        }, { count });
        const [x64, tx64, dy64, tdy64, scale64, shift64] = [x, tx, dy, tdy, scale, shift].map((v) =>
          Float64Array.from(v)
        );
        const { y } = batchNormTrain(sizes, x64, { scale: scale64, shift: shift64 });
        const through = (d: Float64Array) => relu ? reluBackward(y, d) : d;
        const tangents = { x: x64, tx: tx64, dy: through(dy64), tdy: through(tdy64) };
        const expected = batchNormBackwardTangent(sizes, tangents, scale64);
        assertClose(real(got.tdx, sizes), real(expected, sizes), 2e-5, "tdx");
        assertClose(real(got["tdx+"], sizes), real(expected.map((v, k) => v + start[k]), sizes), 2e-5, "tdx, added");
        assertPadding(got.tdx, sizes, "tdx");
        const running = { mean: Float64Array.from(mean), variance: Float64Array.from(variance) };
        const a = (k: number) => {
          const c = Math.floor(k / (positions * capacity)), sigma = Math.sqrt(variance[c] + EPSILON);
          return relu && (x[k] - mean[c]) / sigma * scale[c] + shift[c] <= 0 ? 0 : dy64[k];
        };
        const evaluated = batchNormEvalBackward(sizes, x64, dy64.map((_, k) => a(k)), running, scale64).dx;
        assertClose(real(got.dx, sizes), real(evaluated, sizes), 1e-5, "dx in evaluation");
        assertPadding(got.dx, sizes, "dx in evaluation");
      },
    });
  }
}

Deno.test({
  name: "max pool's tangent follows the first maximum",
  ...quiet,
  fn: async () => {
    for (const [kernel, stride, pad] of [[2, 2, 0], [3, 2, 1]]) {
      const shape = poolShape({ channels: 3, inHeight: 7, inWidth: 6, kernel, stride, pad });
      const size = 3 * 7 * 6 * 4, outputs = 3 * shape.outHeight * shape.outWidth * 4;
      const x = noise(size, 1).map((v) => Math.max(0, Math.round(3 * v))), tx = noise(size, 2); // with many ties
      const got = await runOps(({ recorder, input, output }) =>
        recordMaxPoolTangent(recorder, shape, 4, { x: input(x), tx: input(tx), ty: output("ty", outputs) })
      );
      assertClose(got.ty, maxPoolTangent(shape, x, tx, 4), 0, `${kernel}×${kernel}`);
    }
  },
});

Deno.test({
  name: "cross-entropy with a temperature, and its tangent",
  ...quiet,
  fn: async () => {
    const classes = 10, capacity = 12, count = 9, temperature = 200;
    const logits = noise(classes * capacity, 1).map((v, k) => k % capacity < count ? 300 * v : NaN);
    const tangents = noise(classes * capacity, 2);
    const labels = Array.from({ length: capacity }, (_, n) => n % classes);
    const samples = Uint32Array.from(labels.flatMap((label, n) => [n, label]));
    const got = await runOps(({ recorder, input, output }) => {
      const logitsIn = input(logits), shape = { classes, capacity, smoothing: 0.1, temperature };
      const parts = { logits: logitsIn, samples: input(samples), gradient: output("gradient", classes * capacity) };
      recordCrossEntropy(recorder, shape, [parts], output("ring", METRIC_SLOTS * METRIC_BYTES / 4));
      const tangent = { logits: logitsIn, tangents: input(tangents), tgradient: output("tangent", classes * capacity) };
      recordCrossEntropyTangent(recorder, shape, [tangent]);
    }, { count });
    const cooled = Float64Array.from(logits, (v) => v / temperature);
    const expected = crossEntropy(classes, cooled, labels, 0.1, capacity, count);
    assertClose(got.gradient, expected.gradient.map((v) => v / temperature), 2e-6, "gradient");
    assertClose([got.ring[0]], [expected.loss * count], 2e-6, "summed loss");
    const tangent = crossEntropyTangent(
      classes,
      Float64Array.from(logits),
      Float64Array.from(tangents),
      temperature,
      capacity,
      count,
    );
    assertClose(got.tangent, tangent, 1e-5, "tangent");
    assertPadding(got.tangent, { columns: capacity, count }, "tangent");
  },
});
