/**
 * One run: configuration → data set → network → program → training → folder. Everything a run does is here in order; how
 * each thing is done is on the floors below.
 */
import type { Dataset } from "../data/dataset.ts";
import { loadDataset } from "../data/embedded.ts";
import { resolveNormalisation } from "../data/normalise.ts";
import { writeMasks } from "../formats/masks.ts";
import { writeSafetensors } from "../formats/safetensors.ts";
import type { Gpu } from "../gpu/device.ts";
import type { Host } from "../host/host.ts";
import { createMethod } from "../methods/registry.ts";
import { maskableLayers, parameterCount } from "../nn/model.ts";
import type { OptimizerSettings } from "../ops/optimizer.ts";
import { splitIndices } from "../random/order.ts";
import { learningRate } from "../train/schedule.ts";
import type { Outcome, Progress, Trainer } from "../train/trainer.ts";
import { buildTraining, type Training } from "../train/training.ts";
import { type Config, streamSeeds } from "./config.ts";
import { debugLevel, kernelLines, planLines, profileLines } from "./debug.ts";
import type { Metric } from "./metrics.ts";
import { buildNetwork, type Network, networkWarnings } from "./network.ts";
import { endProvenance, startProvenance } from "./provenance.ts";
import type { RunResult } from "./run_result.ts";
import type { RunStore } from "./run_store.ts";

/** What happens during a run, for whoever shows it. */
export type RunEvent =
  | {
    kind: "start";
    adapter: string;
    model: string;
    images: number;
    epochs: number;
    report: Network["report"];
    warnings: string[];
  }
  | { kind: "progress"; epoch: number; epochs: number; progress: Progress }
  | { kind: "epoch"; epoch: number; epochs: number; lr: number; train: Outcome; validation?: Outcome; test: Outcome }
  /** What the environment's DEBUG asked for. */
  | { kind: "debug"; lines: string[] }
  | { kind: "end"; result: RunResult };

/** What a run needs besides its configuration. */
export interface RunInput {
  readonly host: Host;
  readonly gpu: Gpu;
  readonly config: Config;
  readonly store: RunStore;
  /** Name of the run and, where there is one, of its preset; the command that repeats it. */
  readonly name: string;
  readonly preset?: string;
  readonly command?: string;
  readonly onEvent?: (event: RunEvent) => void;
  /** Ends the run cleanly: what there is gets written. */
  readonly signal?: AbortSignal;
}

/** The optimizer of a configuration. */
export function optimizerOf({ train }: Config): OptimizerSettings {
  const { optimizer, momentum, nesterov, beta1, beta2, eps } = train;
  if (optimizer === "sgd") return { name: "sgd", momentum, nesterov };
  return { name: optimizer, beta1, beta2, epsilon: eps };
}

/** Trains as the configuration says and fills the run folder. */
export async function run(input: RunInput): Promise<RunResult> {
  const { host, gpu, config, store: folder, onEvent = () => {} } = input;
  const begun = host.milliseconds();
  const seconds = () => (host.milliseconds() - begun) / 1000;
  const adapter = gpu.adapter;
  const provenance = await startProvenance(host, config, {
    preset: input.preset,
    command: input.command,
    adapter,
  });
  await folder.writeProvenance(provenance);

  const dataset = await loadDataset(config.data.name, host);
  const network = await buildNetwork(host, config, dataset.shape, dataset.classes.length);
  const parts = splitData(dataset, config);
  const { model, masks, report } = network;
  const { train } = config;
  const normalisation = resolveNormalisation(config.data.normalise as "train", dataset, parts.train);
  const warnings = networkWarnings(network);
  const build = () =>
    buildTraining({
      gpu,
      model,
      source: masks,
      method: createMethod(config.method.name, config.mask),
      storage: config.kernels.storage,
      data: { splits: [dataset.train, dataset.test], normalisation },
      optimizer: optimizerOf(config),
      weightDecay: train.weightDecay,
      batch: Math.min(train.batch, parts.train.length),
      evalBatch: train.evalBatch,
      smoothing: train.labelSmoothing,
      augment: { crop: config.data.augment.crop, padding: config.data.augment.padding, flip: config.data.augment.flip },
      seeds: streamSeeds(config),
      milliseconds: () => host.milliseconds(),
    });
  await debug(input, build);
  const training = build();
  const { trainer } = training;
  const total = parameterCount(model);
  onEvent({
    kind: "start",
    adapter: adapter.description,
    model: model.name,
    images: parts.train.length,
    epochs: train.epochs,
    report,
    warnings,
  });

  const state = emptyState();
  try {
    await folder.writePlan(training.plan);
    await folder.writeMasks(writeMasks([...training.masks.values()], { seed: String(streamSeeds(config).mask) }));
    await folder.append({ kind: "event", event: "start", time: { seconds: seconds() } });
    await trainEpochs(input, trainer, parts, state, seconds);
    const moment = { store: training.store, step: trainer.steps, epoch: state.last?.epoch ?? 0 };
    await trainer.options.method.endOfLevel?.(moment);
    const { interrupted, diverged } = state;
    if (diverged) warnings.push(diverged);
    await folder.append({
      kind: "event",
      event: diverged ? "diverged" : interrupted ? "interrupted" : "end",
      step: trainer.steps,
      time: { seconds: seconds() },
    });
    await folder.writeWeights(await weightsFile(training));
  } finally {
    training.destroy();
  }
  if (adapter.software) warnings.push("trained on a software adapter: times say nothing about GPUs");
  const { totals } = report;
  const layers = maskableLayers(model);
  const maskable = layers.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b), 0);
  const result: RunResult = {
    format: 1,
    name: input.name,
    configHash: folder.configHash,
    rule: config.mask.rule,
    data: dataset.name,
    model: modelTitle(config),
    seed: config.seed,
    mask: {
      nominalDensity: config.mask.rule === "custom" || config.mask.rule === "file" ? null : totals.nominalDensity,
      expectedDensity: totals.expectedDensity,
      realisedDensity: totals.realisedDensity,
      computeDensity: totals.realisedComputeDensity,
    },
    parameters: { total, maskable, kept: totals.nnz },
    best: state.best,
    last: state.last,
    imagesPerSecond: state.milliseconds > 0 ? 1000 * state.images / state.milliseconds : 0,
    seconds: seconds(),
    adapter: { name: adapter.description, software: adapter.software },
    interrupted: state.interrupted,
    warnings,
  };
  await folder.writeProvenance(endProvenance(host, provenance));
  await folder.writeResult(result);
  onEvent({ kind: "end", result });
  return result;
}

interface Parts {
  train: Uint32Array;
  validation: Uint32Array;
  test: Uint32Array;
}

/** Indices of the training, validation and test images within one data set that holds them all. */
function splitData({ train, test }: Dataset, config: Config): Parts {
  const limit = Math.min(config.data.limit ?? train.count, train.count);
  const split = config.data.validation > 0
    ? splitIndices(train.labels.subarray(0, limit), config.data.validation, streamSeeds(config).order)
    : { train: Uint32Array.from({ length: limit }, (_, i) => i), validation: new Uint32Array(0) };
  return {
    train: split.train,
    validation: split.validation,
    test: Uint32Array.from({ length: test.count }, (_, i) => train.count + i),
  };
}

interface State {
  best: RunResult["best"];
  last: RunResult["last"];
  /** Images trained on and the time of it, compilation left out. */
  images: number;
  milliseconds: number;
  interrupted: boolean;
  diverged?: string;
}

const emptyState = (): State => ({ best: null, last: null, images: 0, milliseconds: 0, interrupted: false });

async function trainEpochs(
  input: RunInput,
  trainer: Trainer,
  parts: Parts,
  state: State,
  seconds: () => number,
): Promise<void> {
  const { config, store: folder, onEvent = () => {}, signal } = input;
  const { epochs, lr: base, schedule } = config.train;
  for (let e = 0; e < epochs; e++) {
    const epoch = e + 1, lr = learningRate(schedule, base, e, epochs);
    const lines: Metric[] = [];
    const report = (progress: Progress) => onEvent({ kind: "progress", epoch, epochs, progress });
    const train = await trainer.epoch(e, parts.train, lr, { report, signal });
    state.images += train.timed.images;
    state.milliseconds += train.timed.milliseconds;
    const step = trainer.steps;
    const time = (ms: number) => ({ seconds: seconds(), milliseconds: ms });
    const { loss, accuracy, images } = train;
    if (images > 0) {
      lines.push({ kind: "epoch", epoch, step, images, loss, accuracy, lr, time: time(train.milliseconds) });
    }
    if (!train.complete) {
      state.interrupted = true;
      await folder.append(...lines);
      return;
    }
    const evaluate = async (split: "validation" | "test", indices: Uint32Array) => {
      const outcome = await trainer.evaluate(indices);
      const { loss, accuracy, top5, images } = outcome;
      lines.push({
        kind: "evaluate",
        epoch,
        step,
        split,
        images,
        loss,
        accuracy,
        top5,
        time: time(outcome.milliseconds),
      });
      return outcome;
    };
    const validation = parts.validation.length > 0 ? await evaluate("validation", parts.validation) : undefined;
    const test = await evaluate("test", parts.test);
    await folder.append(...lines);
    const validationAccuracy = validation?.accuracy ?? null;
    state.last = { epoch, validationAccuracy, testAccuracy: test.accuracy, testLoss: test.loss, testTop5: test.top5 };
    if (validation && (!state.best || validation.accuracy > state.best.validationAccuracy)) {
      state.best = { epoch, validationAccuracy: validation.accuracy, testAccuracy: test.accuracy };
    }
    onEvent({ kind: "epoch", epoch, epochs, lr, train, validation, test });
    // an epoch's last step can break what its training loss was measured before
    const broken = [train, validation, test].find((outcome) => outcome && !Number.isFinite(outcome.loss));
    if (broken) {
      state.diverged =
        `diverged in epoch ${epoch}: the loss became ${broken.loss}; try a third of the learning rate (train.lr=${
          (base / 3).toPrecision(2)
        })`;
      return;
    }
    if (signal?.aborted) {
      state.interrupted = epoch < epochs;
      return;
    }
  }
}

/** All weights and batch-norm statistics under PyTorch's names, as one safetensors file. */
async function weightsFile({ store, read }: Training): Promise<Uint8Array> {
  const tensors = new Map<string, { dtype: "F32"; shape: number[]; data: Float32Array<ArrayBuffer> }>();
  const add = (name: string, shape: readonly number[], data: Float32Array) =>
    tensors.set(name, { dtype: "F32", shape: [...shape], data: data as Float32Array<ArrayBuffer> });
  for (const parameter of store.model.parameters) {
    add(parameter.name, parameter.shape, await store.read(parameter, read));
  }
  for (const [name, values] of await store.readStatistics(read)) add(name, [values.length], values);
  return writeSafetensors(tensors, { format: "pt" });
}

/** Sends what DEBUG asks for; see src/experiment/debug.ts. */
async function debug({ host, onEvent = () => {} }: RunInput, build: () => Training): Promise<void> {
  const level = debugLevel(host.environment("DEBUG"));
  if (level === 0) return;
  const training = build();
  try {
    const lines = planLines(training);
    if (level >= 2) lines.push(...await profileLines(training, () => host.milliseconds()));
    if (level >= 3) lines.push(...kernelLines(training));
    onEvent({ kind: "debug", lines });
  } finally {
    training.destroy();
  }
}

function modelTitle({ model }: Config): string {
  if (model.width !== undefined) return `${model.name}, width ${model.width}`;
  return model.widths ? `${model.name}, widths ${model.widths.join("-")}` : model.name;
}
