/** A model on the CPU in double precision, from the reference operations, and made-up images for it. */
import { imageBytes, type Split } from "../../src/data/dataset.ts";
import type { Normalisation } from "../../src/data/normalise.ts";
import { type Model, sizeOf } from "../../src/nn/model.ts";
import { add } from "../../src/ops/reference/add.ts";
import { avgPoolForward } from "../../src/ops/reference/avg_pool.ts";
import { batchNormEval, batchNormTrain } from "../../src/ops/reference/batch_norm.ts";
import { conv2dForward } from "../../src/ops/reference/conv2d.ts";
import { crossEntropy } from "../../src/ops/reference/cross_entropy.ts";
import { maxPoolForward } from "../../src/ops/reference/max_pool.ts";
import { reluForward } from "../../src/ops/reference/relu.ts";
import { topKCorrect } from "../../src/ops/reference/top_k.ts";
import { noise } from "../ops/gpu.ts";

/** For the images of {@link madeUpImages}: bytes become numbers between −2 and 2. */
export const NORMALISATION = (model: Model): Normalisation => ({
  mean: new Array(model.input[0]).fill(0.5),
  std: new Array(model.input[0]).fill(0.25),
});

/** Noise with labels that go round. */
export function madeUpImages(model: Model, count: number, seed = 1): Split {
  const images = Uint8Array.from(noise(count * sizeOf(model.input), seed), (v) => Math.floor((v + 1) * 128));
  return { images, labels: Uint8Array.from({ length: count }, (_, i) => i % model.classes), count };
}

/** Mean loss and right answers of the first images, batch norms by the batch's own statistics. */
export function referenceModel(
  model: Model,
  values: ReadonlyMap<string, ArrayLike<number>>,
  split: Split,
  count: number,
): { loss: number; correct: number } {
  const logits = referenceLogits(model, values, split, count), { labels } = split;
  return {
    loss: crossEntropy(model.classes, logits, labels, 0, count).loss,
    correct: topKCorrect(model.classes, logits, labels, 1, count),
  };
}

/** Logits (classes, images) of the first images, batch norms by the batch's own statistics. */
export function referenceLogits(
  model: Model,
  values: ReadonlyMap<string, ArrayLike<number>>,
  split: Pick<Split, "images">,
  count: number,
): Float64Array {
  return referenceOutputs(model, values, split, count).at(-1)!;
}

/**
 * What each node makes (C, H, W, images) of the first images.
 * @param running statistics that batch norms go by, by PyTorch's names; the batch's own where they are left out
 */
export function referenceOutputs(
  model: Model,
  values: ReadonlyMap<string, ArrayLike<number>>,
  split: Pick<Split, "images">,
  count: number,
  running?: ReadonlyMap<string, ArrayLike<number>>,
): Float64Array[] {
  const size = sizeOf(model.input), images = imageBytes(split);
  const x = new Float64Array(size * count);
  for (let n = 0; n < count; n++) {
    for (let k = 0; k < size; k++) x[k * count + n] = (images[n * size + k] / 255 - 0.5) / 0.25;
  }
  const of = (parameter: { name: string } | undefined) => parameter && Float64Array.from(values.get(parameter.name)!);
  const outputs: Float64Array[] = [];
  for (const node of model.nodes) {
    const result = (): Float64Array => {
      switch (node.op) {
        case "input":
          return x;
        case "conv":
          return conv2dForward(node.shape, outputs[node.input], of(node.weight)!, of(node.bias), count);
        case "batchNorm": {
          const { channels, scale, shift } = node.norm;
          const affine = scale && shift ? { scale: of(scale)!, shift: of(shift)! } : undefined;
          const sizes = { channels, plane: node.size[1] * node.size[2], columns: count };
          if (!running) return batchNormTrain(sizes, outputs[node.input], affine).y;
          const [mean, variance] = ["running_mean", "running_var"].map((what) =>
            Float64Array.from(running.get(`${node.norm.name}.${what}`)!)
          );
          return batchNormEval(sizes, outputs[node.input], { mean, variance }, affine);
        }
        case "relu":
          return reluForward(outputs[node.input]);
        case "maxPool":
          return maxPoolForward(node.shape, outputs[node.input], count).y;
        case "averagePool":
          return avgPoolForward({ ...node.shape, kernel: node.shape.kernelHeight }, outputs[node.input], count);
        case "add":
          return add(outputs[node.input], outputs[node.other]);
        case "flatten":
          return outputs[node.input];
      }
    };
    outputs.push(result());
  }
  return outputs;
}
