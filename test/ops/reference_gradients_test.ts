/** Every backward reference is the derivative of its forward: central differences in double precision. */
import { strict as assert } from "node:assert";
import { convShape, linearShape, poolShape } from "../../src/ops/shape.ts";
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
import { maxPoolBackward, maxPoolForward } from "../../src/ops/reference/max_pool.ts";
import { reluBackward, reluForward } from "../../src/ops/reference/relu.ts";
import { randomU32, STREAM } from "../../src/random/philox.ts";
import { assertClose } from "../golden/compare.ts";

const STEP = 1e-5;
const TOLERANCE = 1e-8;

let layer = 0;

/** Numbers in [−1, 1), new ones at each call and the same in each run. */
function uniform(length: number): Float64Array {
  return Float64Array.from(randomU32(3, STREAM.init, layer++, 0, length), (u) => u / 2 ** 31 - 1);
}

/** All values at least 0.05 apart from each other and from 0, so that no step of a difference crosses a kink. */
function wellApart(length: number): Float64Array {
  const keys = uniform(length);
  const order = [...keys.keys()].sort((a, b) => keys[a] - keys[b]);
  const values = new Float64Array(length);
  order.forEach((at, rank) => values[at] = (rank - length / 2 + 0.5) * 0.1);
  return values;
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, k) => sum + value * b[k], 0);
}

/** Compares `gradient` with central differences of the scalar `loss` in each value of `at`. */
function assertDerivative(what: string, at: Float64Array, loss: () => number, gradient: Float64Array): void {
  const numeric = at.map((value, k) => {
    at[k] = value + STEP;
    const above = loss();
    at[k] = value - STEP;
    const below = loss();
    at[k] = value;
    return (above - below) / (2 * STEP);
  });
  assertClose(gradient, numeric, TOLERANCE, what);
}

Deno.test("convolution: input, weight and bias gradients", () => {
  const common = { inChannels: 2, outChannels: 3 };
  const shapes = [
    convShape({ ...common, inHeight: 5, inWidth: 4, kernelHeight: 3, pad: 1 }),
    convShape({ ...common, inHeight: 5, inWidth: 6, kernelHeight: 3, stride: 2, pad: 1 }),
    convShape({ ...common, inHeight: 4, inWidth: 5, kernelHeight: 1, stride: 2 }),
    convShape({ ...common, inHeight: 7, inWidth: 6, kernelHeight: 5, kernelWidth: 2, stride: 3, pad: 2 }),
    linearShape(7, 4),
  ];
  for (const shape of shapes) {
    const { inChannels, inHeight, inWidth, outChannels, kernelHeight, kernelWidth, outHeight, outWidth } = shape;
    const n = 2;
    const x = uniform(inChannels * inHeight * inWidth * n);
    const weight = uniform(outChannels * inChannels * kernelHeight * kernelWidth);
    const bias = uniform(outChannels);
    const dy = uniform(outChannels * outHeight * outWidth * n);
    const loss = () => dot(conv2dForward(shape, x, weight, bias, n), dy);
    assertDerivative("dx", x, loss, conv2dInputGradient(shape, dy, weight, n));
    assertDerivative("dWeight", weight, loss, conv2dWeightGradient(shape, x, dy, n));
    assertDerivative("dBias", bias, loss, conv2dBiasGradient(shape, dy, n));
  }
});

Deno.test("batch normalisation: input, scale and shift gradients, training and evaluation", () => {
  const sizes = { channels: 3, plane: 4, columns: 3 };
  const x = uniform(36);
  const dy = uniform(36);
  const affine = { scale: uniform(3), shift: uniform(3) };
  const trainLoss = () => dot(batchNormTrain(sizes, x, affine).y, dy);
  const { mean, invStd } = batchNormTrain(sizes, x, affine);
  const train = batchNormTrainBackward(sizes, x, dy, mean, invStd, affine.scale);
  assertDerivative("train dx", x, trainLoss, train.dx);
  assertDerivative("train dScale", affine.scale, trainLoss, train.dScale);
  assertDerivative("train dShift", affine.shift, trainLoss, train.dShift);
  const plain = batchNormTrainBackward(sizes, x, dy, mean, invStd);
  assertDerivative("train dx, no scale", x, () => dot(batchNormTrain(sizes, x).y, dy), plain.dx);

  const running = { mean: uniform(3), variance: uniform(3).map((value) => value + 1.5) };
  const evalLoss = () => dot(batchNormEval(sizes, x, running, affine), dy);
  const evaluated = batchNormEvalBackward(sizes, x, dy, running, affine.scale);
  assertDerivative("eval dx", x, evalLoss, evaluated.dx);
  assertDerivative("eval dScale", affine.scale, evalLoss, evaluated.dScale);
  assertDerivative("eval dShift", affine.shift, evalLoss, evaluated.dShift);
});

Deno.test("ReLU", () => {
  const x = wellApart(30);
  const dy = uniform(30);
  assertDerivative("dx", x, () => dot(reluForward(x), dy), reluBackward(reluForward(x), dy));
});

Deno.test("pools", () => {
  for (const [kernel, stride, pad] of [[2, 2, 0], [3, 2, 1], [3, 1, 1], [2, 3, 1]]) {
    const shape = poolShape({ channels: 2, inHeight: 6, inWidth: 5, kernel, stride, pad });
    const n = 2;
    const x = wellApart(2 * 30 * n);
    const dy = uniform(2 * shape.outHeight * shape.outWidth * n);
    const { argmax } = maxPoolForward(shape, x, n);
    assertDerivative("max", x, () => dot(maxPoolForward(shape, x, n).y, dy), maxPoolBackward(shape, dy, argmax, n));
    assertDerivative("avg", x, () => dot(avgPoolForward(shape, x, n), dy), avgPoolBackward(shape, dy, n));
  }
  const x = uniform(2 * 30 * 2);
  const dy = uniform(2 * 2);
  assertDerivative(
    "global",
    x,
    () => dot(globalAvgPoolForward(2, 30, x, 2), dy),
    globalAvgPoolBackward(2, 30, dy, 2),
  );
});

Deno.test("cross entropy", () => {
  for (const smoothing of [0, 0.1, 1]) {
    const logits = uniform(6 * 4).map((value) => 3 * value);
    const labels = [5, 0, 2];
    // The fourth column is padding: its gradient is 0 like its influence on the loss.
    const loss = () => crossEntropy(6, logits, labels, smoothing, 4, 3).loss;
    assertDerivative(`smoothing ${smoothing}`, logits, loss, crossEntropy(6, logits, labels, smoothing, 4, 3).gradient);
  }
});

Deno.test("arrays that do not fit their shape are refused by name", () => {
  const shape = convShape({ inChannels: 1, inHeight: 3, inWidth: 3, outChannels: 1, kernelHeight: 3 });
  const wrong = new Float32Array(8);
  assert.throws(() => conv2dForward(shape, wrong, new Float32Array(9), undefined, 1), /x has 8 values, expected 9/);
  assert.throws(() => convShape({ ...shape, kernelHeight: 4 }), RangeError);
  assert.throws(() => poolShape({ channels: 1, inHeight: 3, inWidth: 3, kernel: 2, pad: 2 }), RangeError);
});
