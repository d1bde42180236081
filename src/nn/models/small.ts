/** Networks small enough for a software adapter: perceptrons, LeNet-5, and the lab's convolutional net. */
import { ModelBuilder } from "../builder.ts";
import type { Model, Size } from "../model.ts";
import { requireHalvings } from "./sizes.ts";

/** A multi-layer perceptron with ReLU: hidden layers `fc1`, `fc2`, …, the last one to the classes. */
export function mlp(input: Size, classes: number, widths: readonly number[], name = "mlp"): Model {
  const b = new ModelBuilder(name, input);
  let x = b.flatten(b.input);
  widths.forEach((width, i) => x = b.relu(b.linear(x, `fc${i + 1}`, width)));
  b.linear(x, `fc${widths.length + 1}`, classes);
  return b.finish();
}

/**
 * A perceptron with batch norm behind each ReLU, as the paper's code has it for tables: linear (with bias) → ReLU → norm.
 */
export function mlpNorm(input: Size, classes: number, widths: readonly number[]): Model {
  const b = new ModelBuilder("mlp-bn", input);
  let x = b.flatten(b.input);
  widths.forEach((width, i) => x = b.batchNorm(b.relu(b.linear(x, `fc${i + 1}`, width)), `bn${i + 1}`));
  b.linear(x, `fc${widths.length + 1}`, classes);
  return b.finish();
}

/** LeNet-5 with ReLU and max pooling; 61,706 parameters on 28 × 28 × 1 with 10 classes. */
export function lenet5(input: Size, classes: number): Model {
  const b = new ModelBuilder("lenet5", input);
  let x = b.maxPool(b.relu(b.conv(b.input, "conv1", { channels: 6, kernel: 5, pad: 2, bias: true })), 2);
  x = b.maxPool(b.relu(b.conv(x, "conv2", { channels: 16, kernel: 5, bias: true })), 2);
  x = b.relu(b.linear(b.flatten(x), "fc1", 120));
  x = b.relu(b.linear(x, "fc2", 84));
  b.linear(x, "fc3", classes);
  return b.finish();
}

/**
 * The lab's network: four 3 × 3 convolutions with batch norm (width channels at half the image's size, 2·width twice at a
 * quarter, 4·width at an eighth), global average, linear. Halving at once costs a quarter of a full-size first stage, and
 * in a few epochs on Fashion-MNIST it learns more.
 */
export function lab(input: Size, classes: number, width: number): Model {
  requireHalvings("lab", input, 3);
  const b = new ModelBuilder("lab", input);
  let x = b.input;
  const stages = [[width, 2], [2 * width, 2], [2 * width, 1], [4 * width, 2]];
  stages.forEach(([channels, stride], i) => {
    const conv = b.conv(x, `conv${i + 1}`, {
      channels,
      kernel: 3,
      stride,
      pad: 1,
      init: { name: "kaiming-normal", mode: "fan_in" },
    });
    x = b.relu(b.batchNorm(conv, `bn${i + 1}`));
  });
  b.linear(b.globalPool(x), "classifier", classes);
  return b.finish();
}
