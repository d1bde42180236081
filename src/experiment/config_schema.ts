/**
 * The one schema of a run's configuration: presets, files, overrides on the command line and the page's links are all
 * checked by it, and `{}` resolves to a complete configuration.
 *
 * Defaults follow the fixed-mask training of Gadhikar et al. 2023 (SGD 0.1, momentum 0.9 with Nesterov, weight decay
 * 5e-4 on every parameter, learning rate times 0.1 at one half and three quarters of the epochs, a tenth of the training
 * images held out); epochs, batch and model are sized for the embedded data instead of 160 epochs of CIFAR.
 *
 * Only shapes and ranges live here. What needs two keys at once is in `config.ts`; what needs a model's layers or a data
 * set's images is checked by the floor that has them.
 */

import * as z from "zod";
import { RULE_NAMES } from "../masks/rules/registry.ts";
import { MODEL_NAMES } from "../nn/registry.ts";
import { SOURCE_INITS } from "../nn/source_init.ts";
import { PACKED_ACTIVATIONS } from "../ops/packed_lanes.ts";
import { DEFAULT_METHOD, methodSchema } from "./config_method.ts";
import { NO_SCORE, scoreSchema } from "./config_score.ts";

// A strict content-security policy forbids the code generation that zod would otherwise try.
z.config({ jitless: true });

const seed = () => z.int().min(0);
const fraction = () => z.number().gt(0).lte(1);

/**
 * What `mask.rule` may say: the rules that turn one density into a density for each layer, masks from a file, or the
 * densities of a file's masks, from which masks are drawn anew: ratios borrowed from another run, as they are or scaled
 * to a density of one's own.
 */
export const RULES = [...RULE_NAMES, "file", "file-ratios", "file-scaled"] as const;

/** Whether a rule reads `mask.path`. */
export function readsMaskFile(rule: (typeof RULES)[number]): rule is "file" | "file-ratios" | "file-scaled" {
  return rule === "file" || rule === "file-ratios" || rule === "file-scaled";
}

/** Whether a rule reads `mask.density`. */
export function readsMaskDensity(rule: (typeof RULES)[number]): boolean {
  return rule !== "dense" && rule !== "custom" && rule !== "file" && rule !== "file-ratios";
}

/** Whether a rule says what is asked for of the whole: the dense rule asks for everything. */
export function hasNominalDensity(rule: (typeof RULES)[number]): boolean {
  return rule === "dense" || readsMaskDensity(rule);
}

/** The word for `kernels.plan` that stands for planning by priors alone. */
export const PRIOR_PLAN = "prior";

const seedsSchema = z.strictObject({
  init: seed().optional().describe("Seed of the initial weights alone; the run's seed when left out."),
  mask: seed().optional().describe("Seed of the mask alone; the run's seed when left out."),
  order: seed().optional().describe("Seed of the order of training images alone; the run's seed when left out."),
  augment: seed().optional().describe("Seed of crops and flips alone; the run's seed when left out."),
}).describe("Separate seeds for the four random streams.");

const dataSchema = z.strictObject({
  name: z.string().min(1).default("fashion-mnist-10k").describe("Data set."),
  validation: z.number().min(0).max(0.5).default(0.1).describe(
    "Fraction of the training images held out to choose the best epoch; 0 trains on all and reports the last epoch only.",
  ),
  normalise: z.union([
    z.enum(["train", "paper"]),
    z.strictObject({
      mean: z.array(z.number()).min(1).describe("Mean of each channel, pixels in 0 to 1."),
      std: z.array(z.number().gt(0)).min(1).describe("Standard deviation of each channel, pixels in 0 to 1."),
    }),
  ]).default("train").describe(
    "Per-channel mean and deviation: measured on the training images, the paper's constants, or given.",
  ),
  augment: z.strictObject({
    crop: z.int().min(0).max(32).default(0).describe("Pixels of padding before a random crop; 0 is off."),
    padding: z.enum(["zero", "reflect"]).default("zero").describe(
      "What the padding shows: black, or the image mirrored.",
    ),
    resizedCrop: z.boolean().default(false).describe(
      "Cut a random part of each training image out and resize it to data.size.",
    ),
    scale: z.tuple([fraction(), fraction()]).default([0.08, 1]).describe(
      "Least and greatest share of the area that resizedCrop cuts out.",
    ),
    flip: z.boolean().default(false).describe("Mirror each training image left to right with probability one half."),
  }).prefault({}).describe("Random changes of the training images."),
  size: z.int().min(8).max(1024).optional().describe(
    "Height and width that images are resized to for the network; as they are when left out.",
  ),
  limit: z.int().min(1).optional().describe("Use only so many training images, evenly spaced over the set."),
  testLimit: z.int().min(1).optional().describe("Use only so many test images, evenly spaced over the set."),
  placement: z.enum(["auto", "device", "stream"]).default("auto").describe(
    "Where the pixels are: all on the device, sent to it as they are needed, or on the device where they fit.",
  ),
}).describe("What is trained on.");

const modelSchema = z.strictObject({
  name: z.enum(MODEL_NAMES).default("lab").describe("Network."),
  width: z.number().gt(0).max(1024).optional().describe(
    "Width: a factor of all channels (vgg, resnet), or channels (lab and the widths of resnet18); `startsparse models`.",
  ),
  stem: z.enum(["auto", "cifar", "imagenet"]).optional().describe(
    "First layers of resnet18, 34 and 50: 3×3, or 7×7 with a pool; auto takes the second from images of 128 pixels on.",
  ),
  widths: z.array(z.int().min(1).max(65536)).optional().describe(
    "Hidden layer widths of mlp (default [300, 100]) and mlp-bn ([256, 256, 256]), input side first.",
  ),
  init: z.enum(SOURCE_INITS).optional().describe(
    "Initial weights by the density p of each layer of the source, where the network's own are not wanted: scaled, its " +
      "own over √p; normal, of variance 2/(p · fan-in); uniform, from 0 to that deviation; bimodal, two such normals " +
      "mixed; looks-linear, orthogonal blocks in pairs over √p.",
  ),
}).describe("The network.");

const maskSchema = z.strictObject({
  rule: z.enum(RULES).default("uniform").describe(
    "How the density is shared between the layers; custom reads mask.layers; file reads mask.path, of which file-ratios " +
      "takes the layers' densities alone and draws masks anew, file-scaled with all of them scaled to mask.density.",
  ),
  density: fraction().default(0.1).describe(
    "Fraction of the maskable weights to keep; 1 for the dense rule, not read by custom, file and file-ratios.",
  ),
  draw: z.enum(["bernoulli", "exact"]).default("bernoulli").describe(
    "Keep each weight independently, or draw an exact number of weights in each layer.",
  ),
  flow: z.enum(["off", "paper", "released"]).default("off").describe(
    "Flow preservation, which reconnects units without inputs or outputs: off, as the paper says, or as its code does.",
  ),
  block: z.tuple([z.int().min(1).max(64), z.int().min(1).max(64)]).default([1, 1]).describe(
    "Draw blocks of [output, input] channels, all kept or all pruned; [1, 1] draws single weights, as the paper does.",
  ),
  apply: z.enum(["after-step", "in-forward"]).default("after-step").describe(
    "Mask weights and momentum after each step, or multiply the mask in at each forward pass.",
  ),
  layers: z.record(z.string(), z.number().min(0).max(1)).optional().describe(
    "Density of every maskable layer by name, for mask.rule custom.",
  ),
  path: z.string().min(1).optional().describe(
    "Safetensors file of masks, for mask.rule file, file-ratios and file-scaled.",
  ),
}).describe("The source: which weights are there when training starts. A method may go on from there.");

const scheduleSchema = z.strictObject({
  name: z.enum(["constant", "step", "cosine"]).default("step").describe(
    "How the learning rate changes over the epochs.",
  ),
  milestones: z.array(z.number().gt(0).lt(1)).default([0.5, 0.75]).describe(
    "Where step multiplies the learning rate by gamma, as fractions of the epochs.",
  ),
  gamma: fraction().default(0.1).describe("Factor of the step schedule."),
  final: z.number().min(0).default(0).describe("Learning rate that the cosine schedule ends at."),
  warmup: z.number().min(0).default(0).describe("Epochs of linear warm-up before the schedule."),
}).describe("Learning rate over time.");

const trainSchema = z.strictObject({
  epochs: z.int().min(1).max(100_000).default(10).describe("Passes over the training images."),
  steps: z.int().min(1).optional().describe("End after so many steps, also in the middle of an epoch."),
  logEvery: z.int().min(0).default(50).describe("Steps of a line in metrics.jsonl; 0 leaves such lines out."),
  batch: z.int().min(1).max(65_536).default(128).describe(
    "Images a step; the last, smaller batch of an epoch is kept.",
  ),
  optimizer: z.enum(["sgd", "adam", "adamw"]).default("sgd").describe("Optimizer."),
  lr: z.number().gt(0).default(0.1).describe("Learning rate before the schedule; adam and adamw want about 0.001."),
  momentum: z.number().min(0).lt(1).default(0.9).describe("Momentum of sgd."),
  nesterov: z.boolean().default(true).describe("Nesterov momentum of sgd."),
  weightDecay: z.number().min(0).default(5e-4).describe("Weight decay, on every parameter including batch norm."),
  beta1: z.number().min(0).lt(1).default(0.9).describe("First moment's decay of adam and adamw."),
  beta2: z.number().min(0).lt(1).default(0.999).describe("Second moment's decay of adam and adamw."),
  eps: z.number().gt(0).default(1e-8).describe("Denominator's guard of adam and adamw."),
  schedule: scheduleSchema.prefault({}),
  labelSmoothing: z.number().min(0).lt(1).default(0).describe("Share of the target spread evenly over all classes."),
  evalBatch: z.int().min(1).max(65_536).default(500).describe(
    "Images a batch in evaluation; results do not depend on it.",
  ),
}).describe("How it is trained.");

const checkpointSchema = z.strictObject({
  every: z.int().min(0).default(1).describe("Write a checkpoint after every so many epochs; 0 does not."),
  seconds: z.number().min(0).default(600).describe(
    "Write one also when the last is so many seconds old, in the middle of an epoch too; 0 does not.",
  ),
  keep: z.int().min(1).default(2).describe("Checkpoints that are kept, the newest ones."),
  best: z.boolean().default(true).describe(
    "Also write and keep the one of the epoch of best validation accuracy, unless every and seconds are 0.",
  ),
}).describe("What a run that was ended goes on from; no part of the configuration's hash.");

const deviceSchema = z.strictObject({
  power: z.enum(["high", "low", "default"]).default("high").describe("Which adapter to ask for."),
  index: z.int().min(0).optional().describe("Adapter by its number in the doctor's list."),
  name: z.string().min(1).optional().describe("Adapter by a part of its name."),
  requireGpu: z.boolean().default(false).describe("Refuse a software adapter."),
  backend: z.enum(["wgpu", "dawn"]).optional().describe(
    "WebGPU of the command line: wgpu, which is Deno's own, or dawn, which is Chromium's.",
  ),
  boundsChecks: z.boolean().default(true).describe(
    "Keep kernels inside their buffers; false is for measurements, with device.backend dawn only.",
  ),
}).describe("Where it runs; no part of the configuration's hash.");

/** The schema; every key has a default or is optional, and unknown keys are refused. */
export const configSchema = z.strictObject({
  seed: seed().default(1).describe("Seed of everything random."),
  seeds: seedsSchema.prefault({}),
  data: dataSchema.prefault({}),
  model: modelSchema.prefault({}),
  mask: maskSchema.prefault({}),
  score: scoreSchema.prefault({ name: NO_SCORE }).describe("How the source is pruned before training."),
  method: methodSchema.prefault({ name: DEFAULT_METHOD }).describe("What happens to the mask over time."),
  train: trainSchema.prefault({}),
  kernels: z.strictObject({
    storage: z.enum(["auto", "dense", "packed"]).default("auto").describe(
      "Store each layer dense with a mask, packed, or as the kernel plan expects it to be faster.",
    ),
    activations: z.enum(PACKED_ACTIVATIONS).default("f32").describe(
      "What packed layers read: activations as they are, or copies of 16 bits; sums are float32 either way.",
    ),
    plan: z.string().min(1).optional().describe(
      "Kernel plan: the plan.json of a run, taken as it stands, or prior to leave this machine's measurements aside.",
    ),
  }).prefault({}).describe("How layers are stored and computed."),
  checkpoint: checkpointSchema.prefault({}),
  device: deviceSchema.prefault({}),
});

/** A complete, checked configuration. */
export type Config = z.output<typeof configSchema>;

/** What may be written in a file or given to `parseConfig`: every key optional. */
export type ConfigInput = z.input<typeof configSchema>;
