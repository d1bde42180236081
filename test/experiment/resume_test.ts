/** A run that was ended goes on to the same bits: at any readback, with every method, from damaged checkpoints too. */
import { strict as assert } from "node:assert";
import { UserError } from "../../src/errors.ts";
import { CHECKPOINTS } from "../../src/experiment/run_files.ts";
import { type ConfigInput, parseConfig } from "../../src/experiment/config.ts";
import { run } from "../../src/experiment/run.ts";
import { stripTimes } from "../../src/experiment/metrics.ts";
import { readRun } from "../../src/experiment/run_reader.ts";
import { findResumable } from "../../src/experiment/run_resume.ts";
import type { RunResult } from "../../src/experiment/run_result.ts";
import { continueRunStore, createRunStore } from "../../src/experiment/run_store.ts";
import { createDenoHost } from "../../src/host/deno.ts";
import type { Host } from "../../src/host/host.ts";
import { createMemoryFiles } from "../../src/host/memory_files.ts";
import { METHOD_NAMES, type MethodName } from "../../src/methods/registry.ts";
import { SCORE_NAMES } from "../../src/methods/scores/registry.ts";
import { quiet, testGpu } from "../ops/gpu.ts";

const memoryHost = (): Host => ({ ...createDenoHost(), ...createMemoryFiles(), environment: () => undefined });

const BASE = {
  data: { limit: 192, testLimit: 64 },
  model: { name: "mlp", widths: [32] },
  mask: { rule: "erk", density: 0.5 },
  train: { epochs: 2, batch: 64, evalBatch: 64, logEvery: 2, schedule: { name: "cosine" } },
  checkpoint: { every: 1, seconds: 1e-9 },
} as const;

/** How a run may be ended early: once it has taken so many steps. */
interface Ending {
  readonly atStep?: number;
  /** Goes on with what is in the folder. */
  readonly resume?: boolean;
  readonly host?: Host;
}

/** Trains a configuration into the folder "run" of a host, or goes on there. */
async function train(config: ReturnType<typeof parseConfig>, host: Host, { atStep, resume }: Ending = {}) {
  const gpu = await testGpu(), abort = new AbortController();
  const found = resume ? await findResumable(host, "run", config, gpu.adapter) : undefined;
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
      if (event.kind === "progress" && ++steps === atStep) abort.abort();
    },
  });
  return { result, from };
}

/** What must be equal between an undisturbed run and one that went on: weights, masks, metrics, result without times. */
async function outcome(host: Host, result: RunResult) {
  const { metrics, plan } = await readRun(host, "run");
  const { seconds: _s, loadingSeconds: _l, imagesPerSecond: _i, memory: _m, ...rest } = result;
  const method = { ...result.method!, scoringSeconds: 0, trainingSeconds: 0 };
  return {
    weights: await host.readFile("run/weights.safetensors"),
    masks: await host.readFile("run/masks.safetensors"),
    metrics: stripTimes(metrics),
    plan,
    result: { ...rest, method },
  };
}

/** A run of every method; between them packed and dense layers, blocks, batch norm, and each optimizer. */
const METHODS: Record<MethodName, ConfigInput> = {
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
  set: { method: { name: "set", interval: 1 }, train: { optimizer: "adamw", lr: 0.01 } },
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

/** {@link BASE} with some of it replaced. */
function configOf(name: string, { model, mask, train, ...change }: ConfigInput) {
  const merged = { model: model ?? BASE.model, mask: { ...BASE.mask, ...mask }, train: { ...BASE.train, ...train } };
  return parseConfig({ ...BASE, ...change, ...merged }, name);
}

for (const name of METHOD_NAMES) {
  Deno.test({
    name: `${name}: a run that is ended again and again has the bits of one that is not`,
    ...quiet,
    fn: async () => {
      const gpu = await testGpu(), before = gpu.memory.bytes;
      const config = configOf(name, METHODS[name]);
      const straight = memoryHost(), whole = await train(config, straight);
      const expected = await outcome(straight, whole.result);
      const host = memoryHost();
      let last = await train(config, host, { atStep: 1 });
      assert(last.result.interrupted);
      for (let at = 3; last.result.interrupted; at += 4) last = await train(config, host, { atStep: at, resume: true });
      assert(last.from, "it went on from a checkpoint");
      assert.deepEqual(await outcome(host, last.result), expected);
      assert.equal(gpu.memory.bytes, before, "nothing stays on the device");
    },
  });
}
