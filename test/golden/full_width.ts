/**
 * Reads full-width-<case>.json (see README.md) and makes everything that is not stored in it: initial weights, masks,
 * images and labels, all from Philox. Equal to full_width.py bit for bit.
 */
import type { Mask } from "../../src/masks/mask.ts";
import type { ModelChoice } from "../../src/nn/registry.ts";
import { randomU32, STREAM } from "../../src/random/philox.ts";
import { drawMask, drawValues, type ParameterEntry } from "./training.ts";

/** Cases that have a fixture. */
export const FULL_WIDTH_CASES = ["vgg16", "resnet18", "resnet18-erk", "resnet50-narrow"] as const;
export type FullWidthCase = (typeof FULL_WIDTH_CASES)[number];

/** What is stored of a gradient: numbers of PyTorch's float64. */
export interface GradientMeasure {
  /** Root of the sum of squares. */
  length: number;
  /** Sum of the entries times random signs ({@link measureGradient}). */
  projection: number;
}

/** The JSON of a fixture. */
interface FullWidthDescription {
  model: ModelChoice;
  seed: number;
  /** 1, or the nominal density of the exact ERK rule. */
  density: number;
  /** Images of the one batch. */
  batch: number;
  /** Channels, height and width of an image. */
  image: [number, number, number];
  /** Bytes v enter as (v/255 − mean)/std. */
  mean: number;
  std: number;
  sgd: { momentum: number; nesterov: boolean; weightDecay: number };
  /** Learning rate. */
  lr: number;
  imagesSha256: string;
  labelsSha256: string;
  /** Before and after the update, in float64, both of the same batch. */
  loss: [number, number];
  /** Relative error of PyTorch's float32 losses. */
  float32Spread: [number, number];
  /** In registration order; the error of PyTorch's float32 measures is relative to the length. */
  parameters: (ParameterEntry & { gradient: GradientMeasure & { float32Spread: number } })[];
}

/** Everything a test needs to take the step that PyTorch took. */
export interface FullWidthFixture extends FullWidthDescription {
  /** Initial values by parameter name; masked-out weights are 0. */
  values: Map<string, Float32Array>;
  /** Masks by name; none where the density is 1. */
  masks: Map<string, Mask>;
  /** The batch: bytes (B, C, H, W) and a class for each image. */
  images: Uint8Array<ArrayBuffer>;
  labels: Uint8Array<ArrayBuffer>;
}

/** Loads a fixture and makes its weights, masks and batch. */
export async function loadFullWidth(name: FullWidthCase): Promise<FullWidthFixture> {
  const description: FullWidthDescription = JSON.parse(
    await Deno.readTextFile(new URL(`full-width-${name}.json`, import.meta.url)),
  );
  const { seed, batch, image: [channels, height, width] } = description;
  const masks = new Map<string, Mask>(), values = new Map<string, Float32Array>();
  description.parameters.forEach((entry, layer) => {
    const mask = entry.mask && drawMask(seed, entry, entry.mask);
    if (mask) masks.set(entry.name, mask);
    values.set(entry.name, drawValues(seed, entry, layer, mask));
  });
  const words = (layer: number, count: number) => randomU32(seed, STREAM.order, layer, 0, count);
  const images = Uint8Array.from(words(0, batch * channels * height * width), (word) => word >>> 24);
  const labels = Uint8Array.from(words(1, batch), (word) => word % 10);
  return { ...description, values, masks, images, labels };
}

/**
 * Length of a gradient and its projection on random signs, −1 where a word of stream `augment` is below 2³¹: two numbers
 * that tell whether a gradient of millions of entries is another's. Entries outside a mask must be zero.
 */
export function measureGradient(gradient: Float32Array, seed: number, layer: number): GradientMeasure {
  const words = randomU32(seed, STREAM.augment, layer, 0, gradient.length);
  let squares = 0, projection = 0;
  for (let i = 0; i < gradient.length; i++) {
    squares += gradient[i] * gradient[i];
    projection += words[i] < 2 ** 31 ? -gradient[i] : gradient[i];
  }
  return { length: Math.sqrt(squares), projection };
}
