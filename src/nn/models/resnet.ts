/**
 * ResNet-18, 34 and 50 with a stem for small or for large images, and ResNet-18 in other widths. Weights start as
 * PyTorch's modules do; no layer but batch norm has a bias.
 */
import { ModelBuilder } from "../builder.ts";
import type { Model, Size } from "../model.ts";
import { requireHalvings, scaled } from "./sizes.ts";
import { basicBlock, bottleneck } from "./residual.ts";

const CHANNELS = [64, 128, 256, 512] as const;
const DEPTHS = {
  resnet18: { blocks: [2, 2, 2, 2], block: basicBlock },
  resnet34: { blocks: [3, 4, 6, 3], block: basicBlock },
  resnet50: { blocks: [3, 4, 6, 3], block: bottleneck },
} as const;

/** Names of the depths. */
export type ResNetName = keyof typeof DEPTHS;

/**
 * The first layers. `cifar`: 3 × 3 at stride 1. `imagenet`: 7 × 7 at stride 2, then a 3 × 3 max pool at stride 2.
 * `auto`: the second from images of 128 pixels on.
 */
export type Stem = "auto" | "cifar" | "imagenet";

/** Smallest height and width that `auto` takes for large images. */
const LARGE_IMAGE = 128;

/** A network of the family. */
interface Design {
  readonly name: string;
  readonly depth: ResNetName;
  /** Of the four stages; the stem has those of the first. */
  readonly channels: readonly number[];
  readonly stem: Stem;
  /** The classifier is a 1 × 1 convolution, not a linear layer: four dimensions, which the ERK rules count. */
  readonly convClassifier: boolean;
}

function build({ name, depth, channels, stem, convClassifier }: Design, input: Size, classes: number): Model {
  const { blocks, block } = DEPTHS[depth];
  const large = stem === "imagenet" || stem === "auto" && Math.min(input[1], input[2]) >= LARGE_IMAGE;
  requireHalvings(large ? `${name} with the imagenet stem` : name, input, blocks.length - 1 + (large ? 2 : 0));
  const b = new ModelBuilder(name, input);
  const first = large ? { kernel: 7, stride: 2, pad: 3 } : { kernel: 3, stride: 1, pad: 1 };
  let x = b.relu(b.batchNorm(b.conv(b.input, "conv1", { channels: channels[0], ...first }), "bn1"));
  if (large) x = b.maxPool(x, 3, { stride: 2, pad: 1 });
  blocks.forEach((count, stage) => {
    for (let i = 0; i < count; i++) {
      const stride = stage > 0 && i === 0 ? 2 : 1;
      x = block(b, x, { name: `layer${stage + 1}.${i}`, channels: channels[stage], stride });
    }
  });
  const features = b.globalPool(x);
  if (convClassifier || large) b.conv(features, "classifier", { channels: classes, kernel: 1 });
  else b.linear(features, "classifier", classes, { bias: false });
  return b.finish();
}

/**
 * ResNet-18, 34 or 50: the CIFAR nets of the paper with the 3 × 3 stem and a linear classifier, the ImageNet ones with the
 * 7 × 7 stem and a 1 × 1 convolution as classifier.
 * @param width multiplies all channels (1 is the paper's network)
 * @throws {UserError} for images that it would halve below one pixel
 */
export function resnet(name: ResNetName, input: Size, classes: number, stem: Stem = "auto", width = 1): Model {
  const channels = CHANNELS.map((channels) => scaled(channels, width));
  return build({ name, depth: name, channels, stem, convClassifier: false }, input, classes);
}

/** Channels of the four stages of ResNet-18 in another width. */
const WIDTHS = {
  "resnet18-constant": (width: number) => CHANNELS.map(() => width),
  "resnet18-increasing": (width: number) => CHANNELS.map((_, stage) => width << stage),
  "resnet18-capped": (width: number) => CHANNELS.map((channels) => Math.min(channels, width)),
} as const;

/** Names of the networks between which the paper's code compares widths. */
export type WidthResNetName = keyof typeof WIDTHS;

/**
 * ResNet-18 whose four stages have (w, w, w, w), (w, 2w, 4w, 8w) or at most w of (64, 128, 256, 512) channels. Its
 * classifier is a 1 × 1 convolution, as everywhere in the part of the paper's code that these are from.
 * @param width w, in channels
 * @throws {UserError} for images that it would halve below one pixel
 */
export function resnet18OfWidth(
  name: WidthResNetName,
  input: Size,
  classes: number,
  width: number,
  stem: Stem = "auto",
): Model {
  return build({ name, depth: "resnet18", channels: WIDTHS[name](width), stem, convClassifier: true }, input, classes);
}
