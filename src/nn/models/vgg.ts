/** VGG-11/16/19 with batch norm, with a width multiplier. */
import { UserError } from "../../errors.ts";
import { ModelBuilder } from "../builder.ts";
import type { Model, Size } from "../model.ts";
import { scaled } from "./sizes.ts";

/** Channels of each 3 × 3 convolution; "M" halves the image. */
const LAYOUTS = {
  vgg11: [64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512],
  vgg16: [64, 64, "M", 128, 128, "M", 256, 256, 256, "M", 512, 512, 512, "M", 512, 512, 512],
  vgg19: [64, 64, "M", 128, 128, "M", 256, 256, 256, 256, "M", 512, 512, 512, 512, "M", 512, 512, 512, 512],
} as const;

/** Names of the VGG family. */
export type VggName = keyof typeof LAYOUTS;

/**
 * conv 3 × 3 (no bias) → batch norm → ReLU, average pool over what is left of the image (2 × 2 of 32, 4 × 4 of 64, 14 × 14
 * of 224 pixels), linear to the classes.
 * Module names are PyTorch's: `features.i` counts every convolution, norm, ReLU and pool.
 * @param width multiplies all channels (1 is the paper's network)
 * @throws {UserError} for images that are not square or below 16 × 16
 */
export function vgg(name: VggName, input: Size, classes: number, width = 1): Model {
  const b = new ModelBuilder(name, input);
  let x = b.input, module = 0;
  for (const entry of LAYOUTS[name]) {
    if (entry === "M") {
      if (Math.min(b.size(x)[1], b.size(x)[2]) < 2) tooSmall(name, input);
      x = b.maxPool(x, 2);
      module += 1;
      continue;
    }
    const channels = scaled(entry, width);
    const conv = b.conv(x, `features.${module}`, {
      channels,
      kernel: 3,
      pad: 1,
      init: { name: "kaiming-normal", mode: "fan_out" },
    });
    x = b.relu(b.batchNorm(conv, `features.${module + 1}`));
    module += 3;
  }
  const [, height, horizontal] = b.size(x);
  if (height !== horizontal) tooSmall(name, input);
  const zero = { name: "constant", value: 0 } as const;
  const pooled = height > 1 ? b.averagePool(x, height) : x;
  b.linear(b.flatten(pooled), "classifier", classes, { init: { name: "normal", std: 0.01 }, biasInit: zero });
  return b.finish();
}

function tooSmall(name: string, [channels, height, width]: Size): never {
  throw new UserError(`${name} cannot take images of ${channels}×${height}×${width}.`, {
    hint: "It halves a square image four times: use images of at least 16×16.",
  });
}
