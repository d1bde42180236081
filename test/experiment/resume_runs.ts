/** Small runs of every method that can be ended and gone on with: for the tests of resuming. */
import { type Config, type ConfigInput, parseConfig } from "../../src/experiment/config.ts";
import { stripTimes } from "../../src/experiment/metrics.ts";
import type { FoundCheckpoint } from "../../src/experiment/checkpoint_files.ts";
import { run } from "../../src/experiment/run.ts";
import { readRun } from "../../src/experiment/run_reader.ts";
import { findResumable } from "../../src/experiment/run_resume.ts";
import type { RunResult } from "../../src/experiment/run_result.ts";
import { continueRunStore, createRunStore } from "../../src/experiment/run_store.ts";
import { sha256 } from "../../src/formats/sha256.ts";
import type { Gpu } from "../../src/gpu/device.ts";
import { createDenoHost } from "../../src/host/deno.ts";
import type { Host } from "../../src/host/host.ts";
import { createMemoryFiles } from "../../src/host/memory_files.ts";
import type { MethodName } from "../../src/methods/names.ts";

/** The data sets of the checkout, and files in memory. */
export const memoryHost = (): Host => ({ ...createDenoHost(), ...createMemoryFiles(), environment: () => undefined });

/** Two epochs of three steps; a checkpoint wherever one can be. */
const BASE = {
  data: { limit: 192, testLimit: 64 },
  model: { name: "mlp", widths: [32] },
  mask: { rule: "erk", density: 0.5 },
  train: { epochs: 2, batch: 64, evalBatch: 64, logEvery: 2, schedule: { name: "cosine" } },
  checkpoint: { every: 1, seconds: 1e-9 },
} as const;

/** A run of every method; between them packed and dense layers, blocks, batch norm, and each optimizer. */
export const METHODS: Record<MethodName, ConfigInput> = {
  fixed: { kernels: { storage: "packed" }, train: { optimizer: "adam", lr: 0.01 } },
  imp: {
    model: { name: "lab", width: 8 },
    method: { name: "imp", densities: [0.3, 0.2], levelEpochs: 1, warmupEpochs: 1, resetStatistics: true },
  },
  lrr: { method: { name: "lrr", densities: [0.3, 0.2], levelEpochs: 1 }, train: { epochs: 1 } },
  gmp: {
    mask: { block: [4, 4] },
    kernels: { storage: "packed" },
    method: { name: "gmp", density: 0.1, interval: 1, until: 0.9 },
  },
  rigl: { kernels: { storage: "packed" }, method: { name: "rigl", density: 0.2, interval: 2 } },
  set: { method: { name: "set", density: 0.25, interval: 1 }, train: { optimizer: "adamw", lr: 0.01 } },
  // begins dense and goes packed on the way
  granet: {
    mask: { rule: "dense", density: 1 },
    kernels: { storage: "packed" },
    method: { name: "granet", density: 0.1, interval: 1, until: 0.9 },
  },
  str: { method: { name: "str", initial: -4 } },
  continuous: {
    model: { name: "lab", width: 8 },
    method: { name: "continuous", rounds: 1, rewind: 1, levelEpochs: 2, initial: 0.02 },
  },
  "edge-popup": { method: { name: "edge-popup", density: 0.2, start: 0.4, levels: 2, levelEpochs: 1 } },
};

/** A short run with some of it replaced. */
export function configOf(name: string, { model, mask, train, ...change }: ConfigInput): Config {
  const merged = { model: model ?? BASE.model, mask: { ...BASE.mask, ...mask }, train: { ...BASE.train, ...train } };
  return parseConfig({ ...BASE, ...change, ...merged }, name);
}

/** How a run may be ended early: once it has taken so many steps. */
export interface Ending {
  readonly atStep?: number;
  /** Goes on with what is in the folder. */
  readonly resume?: boolean;
  readonly onStep?: (step: number) => void;
}

/** Trains a configuration into the folder "run" of a host, or goes on there. */
export async function train(
  gpu: Gpu,
  config: Config,
  host: Host,
  { atStep, resume, onStep }: Ending = {},
): Promise<{ result: RunResult; from?: FoundCheckpoint }> {
  const abort = new AbortController();
  const found = resume ? await findResumable(host, "run", config, gpu.adapter) : undefined;
  if (found?.kind === "finished") return { result: found.result };
  const from = found?.kind === "checkpoint" ? found.found : undefined;
  const store = () => from ? continueRunStore(host, "run", from.checkpoint) : createRunStore(host, "run", config);
  let steps = 0;
  // a clock that runs by itself: a readback at each step
  let now = 0;
  const ticking: Host = { ...host, milliseconds: () => now += 1000 };
  const result = await run({
    host: ticking,
    gpu,
    config,
    store,
    name: "run",
    from,
    signal: abort.signal,
    onEvent: (event) => {
      if (event.kind === "start") steps = event.resumed?.step ?? 0;
      if (event.kind !== "progress") return;
      if (++steps === atStep) abort.abort();
      onStep?.(steps);
    },
  });
  return { result, from };
}

/** What must be equal between an undisturbed run and one that went on: weights, masks, metrics, result without times. */
export async function outcome(host: Host, result: RunResult) {
  const { metrics, plan } = await readRun(host, "run");
  const { seconds: _s, loadingSeconds: _l, imagesPerSecond: _i, memory: _m, ...rest } = result;
  const method = { ...result.method!, scoringSeconds: 0, trainingSeconds: 0 };
  return {
    // sums, because the difference of two long arrays takes gigabytes to be told
    weights: await sha256(await host.readFile("run/weights.safetensors")),
    masks: await sha256(await host.readFile("run/masks.safetensors")),
    metrics: stripTimes(metrics),
    plan,
    result: { ...rest, method },
  };
}
