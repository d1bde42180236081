/**
 * The `lab` network trained by nothing but the references, in double precision, gives PyTorch's float64 losses and its
 * gradients of step 1. It shows that the references fit together and that the training fixtures can be met.
 */
import { strict as assert } from "node:assert";
import { type ConvShape, convShape } from "../../src/ops/shape.ts";
import { globalAvgPoolBackward, globalAvgPoolForward } from "../../src/ops/reference/avg_pool.ts";
import { type BatchNormRunning, batchNormTrain, batchNormTrainBackward } from "../../src/ops/reference/batch_norm.ts";
import { conv2dForward, conv2dInputGradient, conv2dWeightGradient } from "../../src/ops/reference/conv2d.ts";
import { crossEntropy } from "../../src/ops/reference/cross_entropy.ts";
import {
  linearBiasGradient,
  linearForward,
  linearInputGradient,
  linearWeightGradient,
} from "../../src/ops/reference/linear.ts";
import { reluBackward, reluForward } from "../../src/ops/reference/relu.ts";
import { sgdStep } from "../../src/ops/reference/sgd.ts";
import { topKCorrect } from "../../src/ops/reference/top_k.ts";
import { keeps } from "../../src/masks/mask.ts";
import { assertClose } from "../golden/compare.ts";
import { toChannelMajor } from "../golden/layout.ts";
import { keptEntries, loadTraining, type TrainingBatch, type TrainingFixture } from "../golden/training.ts";

type Values = Map<string, Float64Array>;

const WIDTHS = [8, 16, 16, 32];
const STRIDES = [2, 2, 1, 2];

/** Shapes of the four convolutions of width 8 on a 28×28 image. */
function labShapes(): ConvShape[] {
  let [inChannels, size] = [1, 28];
  return WIDTHS.map((outChannels, k) => {
    const sizes = {
      inChannels,
      inHeight: size,
      inWidth: size,
      outChannels,
      kernelHeight: 3,
      stride: STRIDES[k],
      pad: 1,
    };
    const shape = convShape(sizes);
    [inChannels, size] = [outChannels, shape.outHeight];
    return shape;
  });
}

/** Bytes of a batch as normalised (C, H, W, N), rounded to float32 at every operation as in the fixtures. */
function normalise({ bytes }: TrainingBatch, { image, batch, mean, std }: TrainingFixture): Float64Array {
  const values = Float32Array.from(bytes, (v) => Math.fround(Math.fround(v / 255) - mean) / std);
  return Float64Array.from(toChannelMajor(values, [batch, ...image]));
}

/** Forward and backward of one batch: loss, hits and the gradient of every parameter. */
function step(x: Float64Array, labels: Uint8Array, values: Values, running: BatchNormRunning<Float64Array>[]) {
  const columns = labels.length;
  const get = (name: string) => values.get(name)!;
  const layers = labShapes().map((shape, k) => {
    const sizes = { channels: shape.outChannels, plane: shape.outHeight * shape.outWidth, columns };
    const affine = { scale: get(`bn${k + 1}.weight`), shift: get(`bn${k + 1}.bias`) };
    const input = x;
    const convolved = conv2dForward(shape, input, get(`conv${k + 1}.weight`), undefined, columns);
    const normalised = batchNormTrain(sizes, convolved, affine, running[k]);
    x = reluForward(normalised.y);
    return { shape, sizes, input, convolved, normalised, output: x };
  });
  const plane = layers[3].sizes.plane;
  const features = globalAvgPoolForward(32, plane, x, columns);
  const sizes = { inFeatures: 32, outFeatures: 10 };
  const logits = linearForward(sizes, features, get("classifier.weight"), get("classifier.bias"), columns);
  const { loss, gradient } = crossEntropy(10, logits, labels, 0, columns);
  const correct = topKCorrect(10, logits, labels, 1, columns);

  const gradients: Values = new Map();
  gradients.set("classifier.weight", linearWeightGradient(sizes, features, gradient, columns));
  gradients.set("classifier.bias", linearBiasGradient(sizes, gradient, columns));
  const dFeatures = linearInputGradient(sizes, gradient, get("classifier.weight"), columns);
  let dy = globalAvgPoolBackward(32, plane, dFeatures, columns);
  for (let k = 3; k >= 0; k--) {
    const { shape, sizes, input, convolved, normalised, output } = layers[k];
    const scale = get(`bn${k + 1}.weight`);
    const dNormalised = reluBackward(output, dy);
    const back = batchNormTrainBackward(sizes, convolved, dNormalised, normalised.mean, normalised.invStd, scale);
    gradients.set(`bn${k + 1}.weight`, back.dScale);
    gradients.set(`bn${k + 1}.bias`, back.dShift);
    gradients.set(`conv${k + 1}.weight`, conv2dWeightGradient(shape, input, back.dx, columns));
    dy = conv2dInputGradient(shape, back.dx, get(`conv${k + 1}.weight`), columns);
  }
  return { loss, correct, gradients };
}

Deno.test("the lab network trained by the references is PyTorch's, masks, momentum and all", async () => {
  const fixture = await loadTraining("lab");
  const expected = fixture.run(0.01).float64;
  const values: Values = new Map([...fixture.values].map(([name, value]) => [name, Float64Array.from(value)]));
  const velocities: Values = new Map([...values].map(([name, value]) => [name, new Float64Array(value.length)]));
  const running = WIDTHS.map((width) => ({ mean: new Float64Array(width), variance: new Float64Array(width).fill(1) }));
  fixture.batches.forEach((batch, t) => {
    const { loss, correct, gradients } = step(normalise(batch, fixture), batch.labels, values, running);
    assertClose([loss], [expected.loss[t]!], 1e-10, `loss of step ${t + 1}`);
    assert.equal(correct, expected.correct[t]);
    if (t === 0) {
      for (const [name, gradient] of gradients) {
        const mask = fixture.masks.get(name);
        const single = Float32Array.from(gradient);
        assertClose(
          mask ? keptEntries(single, mask) : single,
          fixture.gradients.get(name)!,
          1e-5,
          `gradient of ${name}`,
        );
      }
      assertClose(running[0].mean, fixture.running.get("bn1.mean")!, 1e-6, "running mean");
      assertClose(running[0].variance, fixture.running.get("bn1.variance")!, 1e-6, "running variance");
    }
    for (const [name, value] of values) {
      sgdStep(value, gradients.get(name)!, velocities.get(name)!, { lr: 0.01, ...fixture.sgd });
      const mask = fixture.masks.get(name);
      for (let k = 0; mask && k < value.length; k++) {
        if (!keeps(mask, k)) value[k] = velocities.get(name)![k] = 0;
      }
    }
  });
});
