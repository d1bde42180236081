/** The references give what PyTorch gives (fixtures of test/golden/ops.py), and never read padded columns. */
import { strict as assert } from "node:assert";
import { convShape, poolShape } from "../../src/ops/shape.ts";
import { adamStep } from "../../src/ops/reference/adam.ts";
import {
  avgPoolBackward,
  avgPoolForward,
  globalAvgPoolBackward,
  globalAvgPoolForward,
} from "../../src/ops/reference/avg_pool.ts";
import {
  batchNormEval,
  batchNormEvalBackward,
  batchNormTrain,
  batchNormTrainBackward,
} from "../../src/ops/reference/batch_norm.ts";
import {
  conv2dBiasGradient,
  conv2dForward,
  conv2dInputGradient,
  conv2dWeightGradient,
} from "../../src/ops/reference/conv2d.ts";
import { crossEntropy } from "../../src/ops/reference/cross_entropy.ts";
import {
  linearBiasGradient,
  linearForward,
  linearInputGradient,
  linearWeightGradient,
} from "../../src/ops/reference/linear.ts";
import { maxPoolBackward, maxPoolForward } from "../../src/ops/reference/max_pool.ts";
import { reluBackward, reluForward } from "../../src/ops/reference/relu.ts";
import { sgdStep } from "../../src/ops/reference/sgd.ts";
import { topKCorrect } from "../../src/ops/reference/top_k.ts";
import { assertClose } from "../golden/compare.ts";
import { toBatchMajor, toChannelMajor } from "../golden/layout.ts";
import { type OpCase, opCases } from "../golden/ops.ts";

/** The references accumulate in double precision and round once: a few units in the last place of float32. */
const TOLERANCE = 3e-7;
/** Padded columns beside the samples; they hold NaN, which would spoil every result that reads it. */
const PADDING = 3;

/** A batch tensor of a case as (C, H, W, N + PADDING). */
function padded(test: OpCase, tensor: string): Float32Array {
  const shape = test.shape(tensor);
  return toChannelMajor(test.values(tensor), shape, shape[0] + PADDING, NaN);
}

/** Compares a batch tensor with the fixture, and checks that its padded columns are 0. */
function assertBatch(actual: Float32Array, test: OpCase, tensor: string): void {
  const shape = test.shape(tensor);
  const columns = shape[0] + PADDING;
  assertClose(toBatchMajor(actual, shape, columns), test.values(tensor), TOLERANCE, `${test.name}/${tensor}`);
  for (let k = 0; k < actual.length; k++) {
    if (k % columns >= shape[0]) assert.equal(actual[k], 0, `${test.name}/${tensor}: padded column written`);
  }
}

function assertValues(actual: ArrayLike<number>, test: OpCase, tensor: string, tolerance = TOLERANCE): void {
  assertClose(actual, test.values(tensor), tolerance, `${test.name}/${tensor}`);
}

Deno.test("convolution is PyTorch's", async () => {
  for (const test of await opCases("conv")) {
    const [n, inChannels, inHeight, inWidth] = test.shape("x");
    const [outChannels, , kernelHeight, kernelWidth] = test.shape("weight");
    const stride = Number(test.settings.stride);
    const pad = Number(test.settings.pad);
    const sizes = { inChannels, inHeight, inWidth, outChannels, kernelHeight, kernelWidth, stride, pad };
    const shape = convShape(sizes);
    assert.deepEqual([n, outChannels, shape.outHeight, shape.outWidth], test.shape("y"));
    const [x, dy, weight, columns] = [padded(test, "x"), padded(test, "dy"), test.values("weight"), n + PADDING];
    assertBatch(conv2dForward(shape, x, weight, test.optional("bias"), columns, n), test, "y");
    assertBatch(conv2dInputGradient(shape, dy, weight, columns, n), test, "dx");
    assertValues(conv2dWeightGradient(shape, x, dy, columns, n), test, "dWeight");
    if (test.optional("bias")) assertValues(conv2dBiasGradient(shape, dy, columns, n), test, "dBias");
  }
});

Deno.test("linear layer is PyTorch's", async () => {
  for (const test of await opCases("linear")) {
    const n = test.shape("x")[0];
    const [outFeatures, inFeatures] = test.shape("weight");
    const sizes = { inFeatures, outFeatures };
    const [x, dy, weight, columns] = [padded(test, "x"), padded(test, "dy"), test.values("weight"), n + PADDING];
    assertBatch(linearForward(sizes, x, weight, test.optional("bias"), columns, n), test, "y");
    assertBatch(linearInputGradient(sizes, dy, weight, columns, n), test, "dx");
    assertValues(linearWeightGradient(sizes, x, dy, columns, n), test, "dWeight");
    if (test.optional("bias")) assertValues(linearBiasGradient(sizes, dy, columns, n), test, "dBias");
  }
});

Deno.test("batch normalisation is PyTorch's, training and evaluation, with and without scale and shift", async () => {
  for (const test of await opCases("batch-norm")) {
    const [count, channels, height, width] = test.shape("x");
    const sizes = { channels, plane: height * width, columns: count + PADDING, count };
    const [x, dy, scale] = [padded(test, "x"), padded(test, "dy"), test.optional("scale")];
    const affine = scale && { scale, shift: test.values("shift") };
    const running = { mean: test.values("runningMean"), variance: test.values("runningVariance") };
    let gradients;
    if (test.settings.train) {
      const { y, mean, invStd } = batchNormTrain(sizes, x, affine, running);
      assertBatch(y, test, "y");
      assertValues(running.mean, test, "newRunningMean");
      assertValues(running.variance, test, "newRunningVariance");
      gradients = batchNormTrainBackward(sizes, x, dy, mean, invStd, scale);
    } else {
      assertBatch(batchNormEval(sizes, x, running, affine), test, "y");
      gradients = batchNormEvalBackward(sizes, x, dy, running, scale);
    }
    assertBatch(gradients.dx, test, "dx");
    if (scale) {
      assertValues(gradients.dScale, test, "dScale");
      assertValues(gradients.dShift, test, "dShift");
    }
  }
});

Deno.test("batch normalisation of a single value refuses to train", () => {
  const sizes = { channels: 1, plane: 1, columns: 4, count: 1 };
  assert.throws(() => batchNormTrain(sizes, new Float32Array(4)), RangeError);
});

Deno.test("ReLU is PyTorch's, its derivative at 0 included", async () => {
  for (const test of await opCases("relu")) {
    const y = reluForward(test.values("x"));
    assertValues(y, test, "y");
    assertValues(reluBackward(y, test.values("dy")), test, "dx");
  }
  assert.ok(Number.isNaN(reluForward(new Float32Array([NaN]))[0]));
});

/** Sizes of a pool case. */
function poolSizes(test: OpCase) {
  const [n, channels, inHeight, inWidth] = test.shape("x");
  const [kernel, stride, pad] = ["kernel", "stride", "pad"].map((key) => Number(test.settings[key]));
  const shape = poolShape({ channels, inHeight, inWidth, kernel, stride, pad });
  assert.deepEqual([n, channels, shape.outHeight, shape.outWidth], test.shape("y"));
  return { n, columns: n + PADDING, shape };
}

Deno.test("max pool is PyTorch's, ties included", async () => {
  for (const test of await opCases("max-pool")) {
    const { n, columns, shape } = poolSizes(test);
    const { y, argmax } = maxPoolForward(shape, padded(test, "x"), columns, n);
    assertBatch(y, test, "y");
    assertBatch(maxPoolBackward(shape, padded(test, "dy"), argmax, columns, n), test, "dx");
  }
});

Deno.test("average pools are PyTorch's", async () => {
  for (const test of await opCases("avg-pool")) {
    const { n, columns, shape } = poolSizes(test);
    assertBatch(avgPoolForward(shape, padded(test, "x"), columns, n), test, "y");
    assertBatch(avgPoolBackward(shape, padded(test, "dy"), columns, n), test, "dx");
  }
  for (const test of await opCases("global-avg-pool")) {
    const [n, channels, height, width] = test.shape("x");
    const plane = height * width;
    assertBatch(globalAvgPoolForward(channels, plane, padded(test, "x"), n + PADDING, n), test, "y");
    assertBatch(globalAvgPoolBackward(channels, plane, padded(test, "dy"), n + PADDING, n), test, "dx");
  }
});

Deno.test("cross entropy is PyTorch's, with and without label smoothing; hits rank equal logits by class", async () => {
  for (const test of await opCases("cross-entropy")) {
    const [n, classes] = test.shape("logits");
    const [logits, labels, columns] = [padded(test, "logits"), test.values("labels"), n + PADDING];
    const result = crossEntropy(classes, logits, labels, Number(test.settings.smoothing), columns, n);
    assertValues([result.loss], test, "loss");
    assertValues(result.losses.subarray(0, n), test, "losses");
    assertBatch(
      result.gradient,
      { ...test, shape: () => [n, classes], values: () => test.values("dLogits") },
      "dLogits",
    );
    assert.equal(topKCorrect(classes, logits, labels, 1, columns, n), test.settings.top1, test.name);
    assert.equal(topKCorrect(classes, logits, labels, 5, columns, n), test.settings.top5, test.name);
  }
});

Deno.test("of equal logits the lower class wins, and NaN never does", () => {
  const equal = new Float32Array(10);
  assert.equal(topKCorrect(10, equal, [0], 1, 1), 1);
  assert.equal(topKCorrect(10, equal, [1], 1, 1), 0);
  assert.equal(topKCorrect(10, equal, [4], 5, 1), 1);
  assert.equal(topKCorrect(10, equal, [5], 5, 1), 0);
  assert.equal(topKCorrect(10, equal.fill(NaN), [0], 1, 1), 0);
});

Deno.test("cross entropy refuses a label outside the classes", () => {
  assert.throws(() => crossEntropy(3, new Float32Array(3), [3], 0, 1), RangeError);
});

/** Runs an optimizer over the gradients of a case and compares the weights after every step. */
function assertSteps(test: OpCase, step: (weights: Float64Array, gradient: Float64Array, t: number) => void): void {
  const [steps, size] = test.shape("gradients");
  const weights = Float64Array.from(test.values("first"));
  const [gradients, expected] = [test.values("gradients"), test.values("weights")];
  for (let t = 1; t <= steps; t++) {
    step(weights, Float64Array.from(gradients.subarray((t - 1) * size, t * size)), t);
    assertClose(weights, expected.subarray((t - 1) * size, t * size), 1e-7, `${test.name}, step ${t}`);
  }
}

Deno.test("SGD is PyTorch's over five steps: momentum, Nesterov, weight decay", async () => {
  for (const test of await opCases("sgd")) {
    const options = test.settings as { lr: number; momentum?: number; nesterov?: boolean; weightDecay?: number };
    const velocity = new Float64Array(test.shape("first")[0]);
    assertSteps(test, (weights, gradient) => sgdStep(weights, gradient, velocity, options));
    if (options.momentum) assertValues(velocity, test, "momentum_buffer");
  }
});

Deno.test("Adam and AdamW are PyTorch's over five steps", async () => {
  for (const test of await opCases("adam")) {
    const options = test.settings as unknown as { lr: number; decoupled: boolean };
    const size = test.shape("first")[0];
    const state = { m: new Float64Array(size), v: new Float64Array(size) };
    assertSteps(test, (weights, gradient, t) => adamStep(weights, gradient, state, t, options));
    assertValues(state.m, test, "exp_avg");
    assertValues(state.v, test, "exp_avg_sq");
  }
});
