/** Batch norm on the GPU against the plain reference: both modes, fused ReLU, partial batches, both adapter classes. */
import {
  batchNormCoefficients,
  type BatchNormShape,
  recordBatchNormBackward,
  recordBatchNormEvaluate,
  recordBatchNormTrain,
} from "../../src/ops/batch_norm.ts";
import {
  batchNormEval,
  type BatchNormSizes,
  batchNormTrain,
  batchNormTrainBackward,
} from "../../src/ops/reference/batch_norm.ts";
import { reluBackward, reluForward } from "../../src/ops/reference/relu.ts";
import { toChannelMajor } from "../golden/layout.ts";
import { opCases } from "../golden/ops.ts";
import { assertClose, assertPadding, CLASSES, noise, quiet, real, runOps } from "./gpu.ts";

const EPSILON = 1e-5, MOMENTUM = 0.1;

/** Uneven channels and positions; one position, as behind a linear layer; more columns than a GPU's workgroup lanes. */
const CASES = [
  { channels: 5, positions: 21, capacity: 12, count: 12, relu: false },
  { channels: 5, positions: 21, capacity: 12, count: 7, relu: true },
  { channels: 3, positions: 1, capacity: 8, count: 5, relu: true },
  { channels: 70, positions: 2, capacity: 136, count: 133, relu: false },
];

/** Values away from 0, with garbage in the padded columns that no statistic may see. */
function activations(sizes: BatchNormSizes, seed: number): Float32Array {
  const { channels, plane, columns, count = columns } = sizes;
  return noise(channels * plane * columns, seed).map((v, k) => k % columns < count ? 2 * v + 3 : k % 2 ? NaN : 1e30);
}

for (const adapter of CLASSES) {
  for (const { count, ...rest } of CASES) {
    const shape: BatchNormShape = { ...rest, epsilon: EPSILON, momentum: MOMENTUM };
    const { channels, positions, capacity, relu } = shape;
    const sizes = { channels, plane: positions, columns: capacity, count };
    const title = `${channels}×${positions}×${capacity} count ${count}${relu ? " +relu" : ""}`;
    const x = activations(sizes, 1);
    const scale = noise(channels, 2), shift = noise(channels, 3);
    const mean = noise(channels, 4), variance = noise(channels, 5).map((v) => v + 1.5);
    const size = x.length;

    Deno.test({
      name: `batch norm ${adapter.name} ${title}, training`,
      ...quiet,
      fn: async () => {
        // padded columns of a gradient are zero by convention, but here nothing may depend on it
        const dy = activations(sizes, 6).map((v) => v - 3);
        const startX = noise(size, 7), startScale = noise(channels, 8), startShift = noise(channels, 9);
        const got = await runOps(({ recorder, input, output }) => {
          const coefficients = batchNormCoefficients(recorder, shape);
          const xs = input(x), dys = input(dy);
          recordBatchNormTrain(recorder, shape, adapter, {
            x: [xs],
            y: [output("y", size)],
            scale: input(scale),
            shift: input(shift),
            runningMean: output("mean", channels, mean),
            runningVariance: output("variance", channels, variance),
            coefficients,
          });
          recordBatchNormBackward(recorder, shape, adapter, {
            x: [xs],
            dy: [dys],
            coefficients,
            dx: [output("dx", size)],
            dscale: output("dscale", channels),
            dshift: output("dshift", channels),
          }, { input: false, parameters: false });
          recordBatchNormBackward(recorder, shape, adapter, {
            x: [xs],
            dy: [dys],
            coefficients,
            dx: [output("dx+", size, startX)],
            dscale: output("dscale+", channels, startScale),
            dshift: output("dshift+", channels, startShift),
          }, { input: true, parameters: true });
        }, { count });
        const double = Float64Array.from(x);
        const running = { mean: Float64Array.from(mean), variance: Float64Array.from(variance) };
        const affine = { scale: Float64Array.from(scale), shift: Float64Array.from(shift) };
        const forward = batchNormTrain(sizes, double, affine, running, EPSILON, MOMENTUM);
        const y = relu ? reluForward(forward.y) : forward.y;
        const upstream = relu ? reluBackward(forward.y, Float64Array.from(dy)) : Float64Array.from(dy);
        const back = batchNormTrainBackward(sizes, double, upstream, forward.mean, forward.invStd, affine.scale);
        assertClose(real(got.y, sizes), real(y, sizes), 1e-5, "y");
        assertClose(got.mean, running.mean, 1e-6, "running mean");
        assertClose(got.variance, running.variance, 1e-6, "running variance");
        assertClose(got.dx, back.dx, 1e-5, "dx");
        assertClose(got.dscale, back.dScale, 1e-5, "dscale");
        assertClose(got.dshift, back.dShift, 1e-5, "dshift");
        assertClose(got["dx+"], back.dx.map((v, i) => v + startX[i]), 1e-5, "dx, added");
        assertClose(got["dscale+"], back.dScale.map((v, i) => v + startScale[i]), 1e-5, "dscale, added");
        assertClose(got["dshift+"], back.dShift.map((v, i) => v + startShift[i]), 1e-5, "dshift, added");
        assertPadding(got.dx, sizes, "dx");
      },
    });

    if (adapter !== CLASSES[0]) continue; // the evaluation kernels are the same for both
    Deno.test({
      name: `batch norm ${title}, evaluation`,
      ...quiet,
      fn: async () => {
        const got = await runOps(({ recorder, input, output }) => {
          recordBatchNormEvaluate(recorder, shape, adapter, {
            x: [input(x)],
            y: [output("y", size)],
            scale: input(scale),
            shift: input(shift),
            runningMean: output("mean", channels, mean),
            runningVariance: output("variance", channels, variance),
            coefficients: batchNormCoefficients(recorder, shape),
          });
        }, { count });
        const y = batchNormEval(sizes, x, { mean, variance }, { scale, shift }, EPSILON);
        assertClose(real(got.y, sizes), real(relu ? reluForward(y) : y, sizes), 1e-5, "y");
        assertClose(got.mean, mean, 0, "running mean stays");
        assertClose(got.variance, variance, 0, "running variance stays");
      },
    });
  }
}

Deno.test({
  name: "batch norm of large values with a small spread keeps its variance",
  ...quiet,
  fn: async () => {
    const shape = { channels: 1, positions: 64, capacity: 12, epsilon: EPSILON, momentum: 1, relu: false };
    const sizes = { channels: 1, plane: 64, columns: 12 };
    const x = noise(64 * 12, 1).map((v) => 1000 + v / 8);
    const got = await runOps(({ recorder, input, output }) => {
      recordBatchNormTrain(recorder, shape, CLASSES[0], {
        x: [input(x)],
        y: [output("y", x.length)],
        scale: input(Float32Array.of(1)),
        shift: input(Float32Array.of(0)),
        runningMean: output("mean", 1, Float32Array.of(0)),
        runningVariance: output("variance", 1, Float32Array.of(0)),
        coefficients: batchNormCoefficients(recorder, shape),
      });
    }, { count: 12 });
    const running = { mean: new Float64Array(1), variance: new Float64Array(1) };
    batchNormTrain(sizes, Float64Array.from(x), undefined, running, EPSILON, 1);
    assertClose(got.mean, running.mean, 1e-6, "mean");
    assertClose(got.variance, running.variance, 1e-4, "variance");
  },
});

Deno.test({
  name: "batch norm shows a NaN behind its ReLU",
  ...quiet,
  fn: async () => {
    const shape = { channels: 1, positions: 1, capacity: 4, epsilon: EPSILON, momentum: 0.1, relu: true };
    const got = await runOps(({ recorder, input, output }) => {
      recordBatchNormTrain(recorder, shape, CLASSES[0], {
        x: [input(Float32Array.of(1, NaN, 2, 3))],
        y: [output("y", 4)],
        scale: input(Float32Array.of(1)),
        shift: input(Float32Array.of(0)),
        runningMean: output("mean", 1, Float32Array.of(0)),
        runningVariance: output("variance", 1, Float32Array.of(1)),
        coefficients: batchNormCoefficients(recorder, shape),
      });
    }, { count: 4 });
    if (!got.y.every(Number.isNaN)) throw new Error(`a NaN of the batch is hidden: ${got.y}`);
  },
});

Deno.test({
  name: "batch norm in training is PyTorch's",
  ...quiet,
  fn: async () => {
    for (const test of (await opCases("batch-norm")).filter(({ settings }) => settings.train)) {
      const [count, channels, height, width] = test.shape("x");
      const capacity = 8, positions = height * width;
      const shape = { channels, positions, capacity, epsilon: EPSILON, momentum: MOMENTUM, relu: false };
      const sizes = { channels, plane: positions, columns: capacity, count };
      const padded = (name: string, fill: number) =>
        toChannelMajor(test.values(name), test.shape(name), capacity, fill);
      const x = padded("x", NaN), dy = padded("dy", 0);
      const got = await runOps(({ recorder, input, output }) => {
        const coefficients = batchNormCoefficients(recorder, shape);
        const xs = input(x);
        recordBatchNormTrain(recorder, shape, CLASSES[0], {
          x: [xs],
          y: [output("y", x.length)],
          scale: input(test.optional("scale") ?? new Float32Array(channels).fill(1)),
          shift: input(test.optional("shift") ?? new Float32Array(channels)),
          runningMean: output("newRunningMean", channels, test.values("runningMean")),
          runningVariance: output("newRunningVariance", channels, test.values("runningVariance")),
          coefficients,
        });
        recordBatchNormBackward(recorder, shape, CLASSES[0], {
          x: [xs],
          dy: [input(dy)],
          coefficients,
          dx: [output("dx", x.length)],
          dscale: output("dScale", channels),
          dshift: output("dShift", channels),
        }, { input: false, parameters: false });
      }, { count });
      for (const name of ["y", "dx"]) {
        assertClose(real(got[name], sizes), real(padded(name, 0), sizes), 1e-5, `${test.name} ${name}`);
      }
      for (const name of ["newRunningMean", "newRunningVariance", "dScale", "dShift"]) {
        const expected = test.optional(name);
        if (expected) assertClose(got[name], expected, 1e-5, `${test.name} ${name}`);
      }
    }
  },
});
