/** A training of a benchmark: built for a density, its bytes by what they are for, and its step as a work to be timed. */
import { UserError } from "../errors.ts";
import type { Gpu } from "../gpu/device.ts";
import { dryGpu } from "../gpu/dry.ts";
import type { StepBlock } from "../gpu/runner.ts";
import type { BlockSize } from "../masks/blocks.ts";
import type { FlowMode } from "../masks/flow.ts";
import { makeMasks } from "../masks/make.ts";
import type { MaskReport } from "../masks/report.ts";
import type { RuleName } from "../masks/rules/registry.ts";
import { fixed } from "../methods/fixed.ts";
import { maskableLayers, type Model } from "../nn/model.ts";
import type { MeasuredCosts } from "../nn/layer_costs.ts";
import type { Storage } from "../nn/plan.ts";
import { momentCount, type OptimizerSettings } from "../ops/optimizer.ts";
import type { PackedActivations } from "../ops/packed_lanes.ts";
import { buildTraining, type Training } from "../train/training.ts";
import type { BatchData } from "./step_data.ts";

/** What the trainings of a benchmark have in common. */
export interface StepSetting {
  readonly gpu: Gpu;
  readonly model: Model;
  readonly batch: number;
  readonly data: BatchData;
  readonly rule: RuleName;
  readonly block: BlockSize;
  readonly flow: FlowMode;
  readonly storage: "auto" | Storage;
  readonly activations: PackedActivations;
  readonly optimizer: OptimizerSettings["name"];
  readonly seed: number;
  /** Initial values of every parameter, drawn once for all trainings. */
  readonly values: ReadonlyMap<string, Float32Array>;
  /** Kernel times of this adapter; priors where there are none. */
  readonly measured?: MeasuredCosts;
  readonly milliseconds: () => number;
}

/** Bytes on the device of what one training holds. */
export interface StepBytes {
  /** Of every parameter, biases and batch norm too. */
  readonly weights: number;
  readonly gradients: number;
  readonly optimizer: number;
  /** Index structures of packed layers, and the bits of masks. */
  readonly pattern: number;
  readonly masks: number;
  /** Activations, their gradients and scratch of a training step. */
  readonly activations: number;
  /** The sum of these; the images come on top. */
  readonly total: number;
  /** The maskable layers alone: what sparsity can save. */
  readonly maskable: {
    readonly weights: number;
    readonly gradients: number;
    readonly optimizer: number;
    readonly pattern: number;
    readonly total: number;
  };
}

/** A training with what is known of its mask. */
export interface StepTraining {
  readonly density: number;
  readonly report: MaskReport;
  readonly training: Training;
  readonly bytes: StepBytes;
  /** Milliseconds to draw masks, build patterns, put everything on the device and record the programs. */
  readonly buildMs: number;
}

const MOMENTUM = 0.9;

/** The settings of an optimizer by its name: SGD with momentum 0.9, or PyTorch's defaults. */
export function optimizerSettings(name: OptimizerSettings["name"]): OptimizerSettings {
  return name === "sgd"
    ? { name, momentum: MOMENTUM, nesterov: false }
    : { name, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
}

/** The step that is timed: the same batch again and again. */
export function stepBlock(batch: number): StepBlock {
  return { count: batch, start: 0, index: 0, epoch: 0, slot: 0, learningRate: 0.001 };
}

/**
 * Builds the training of a density; 1 is the dense network, which has no masks.
 * @throws {GpuError} of kind `out-of-memory` where it does not fit
 */
export async function buildStep(setting: StepSetting, density: number): Promise<StepTraining> {
  const { gpu, milliseconds } = setting, before = milliseconds();
  const { options, report } = stepOptions(setting, density);
  const training = await gpu.allocate(() => buildTraining(options));
  const { dataset } = training.trainer.options;
  dataset.setOrder(Uint32Array.from({ length: setting.batch }, (_, i) => i));
  dataset.provide(0, setting.batch);
  return { density, report, training, bytes: stepBytes(training, setting), buildMs: milliseconds() - before };
}

/** Bytes that a training of a density takes on the device at its peak, by building it on one that only counts. */
export function estimateStep(setting: StepSetting, density: number): number {
  const gpu = dryGpu(setting.gpu.adapter);
  const training = buildTraining({ ...stepOptions(setting, density).options, gpu });
  const bytes = gpu.memory.peak;
  training.destroy();
  return bytes;
}

function stepOptions(setting: StepSetting, density: number) {
  const { model, rule, block, flow, seed, data, batch, optimizer } = setting;
  const choice = density === 1 ? { rule: "dense" as const, density } : { rule, density, block, flow };
  const { masks, report } = makeMasks(maskableLayers(model), choice, seed);
  const options: Parameters<typeof buildTraining>[0] = {
    ...setting,
    source: new Map(density === 1 ? [] : masks.map((mask) => [mask.name, mask])),
    method: fixed({ apply: "after-step" }),
    data: { splits: [data.split], normalisation: data.normalisation },
    optimizer: optimizerSettings(optimizer),
    weightDecay: 5e-4,
    batch,
    // Evaluation is not timed: its program is made as small as it can be.
    evalBatch: 1,
    smoothing: 0,
    augment: { crop: 0, flip: false },
    seeds: { init: seed, order: seed, augment: seed },
  };
  return { options, report };
}

function stepBytes({ store, trainer }: Training, { model, optimizer }: StepSetting): StepBytes {
  const { values: weights, gradients, moments, masks, patterns: pattern } = store.bytes();
  const activations = trainer.training.list.plannedBytes;
  const maskable = model.parameters.filter((parameter) => parameter.maskable)
    .reduce((sum, parameter) => sum + store.values(parameter).size, 0);
  const maskableMoments = momentCount(optimizerSettings(optimizer)) * maskable;
  return {
    weights,
    gradients,
    optimizer: moments,
    pattern,
    masks,
    activations,
    total: weights + gradients + moments + pattern + masks + activations,
    maskable: {
      weights: maskable,
      gradients: maskable,
      optimizer: maskableMoments,
      pattern,
      total: 2 * maskable + maskableMoments + pattern,
    },
  };
}

/**
 * Multiply-adds of a training step for one image, at the kept weights and in all: forward, weight gradient, and input
 * gradient but of layers that read the images.
 */
export function stepMacs(model: Model, report: MaskReport): { kept: number; all: number } {
  const sum = { kept: 0, all: 0 };
  for (const { name, macs, keptMacs } of report.layers) {
    const node = model.nodes.find((node) => node.op === "conv" && node.weight.name === name);
    if (node?.op !== "conv") throw new UserError(`${model.name} has no layer ${name}`);
    const passes = model.nodes[node.input].op === "input" ? 2 : 3;
    sum.kept += passes * keptMacs;
    sum.all += passes * macs;
  }
  return sum;
}
