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
  data: { limit: 256, testLimit: 100 },
  model: { name: "lenet5" },
  mask: { rule: "erk", density: 0.5 },
  train: { epochs: 2, batch: 64, evalBatch: 100, logEvery: 3, schedule: { name: "cosine" } },
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
  const ticking: Host = { ...host, milliseconds: () => now += 300 };
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

const METHODS: Record<MethodName, ConfigInput["method"]> = {
  "fixed": { name: "fixed" },
  "imp": { name: "imp", densities: [0.3, 0.2], levelEpochs: 1, warmupEpochs: 1 },
  "lrr": { name: "lrr", densities: [0.3, 0.2], levelEpochs: 1 },
  "gmp": { name: "gmp", density: 0.1, interval: 2, until: 0.9 },
  "rigl": { name: "rigl", density: 0.2, interval: 2 },
  "set": { name: "set", interval: 3 },
  "granet": { name: "granet", density: 0.1, interval: 2, until: 0.9 },
  "str": { name: "str", initial: -4 },
  "continuous": { name: "continuous", rounds: 2, rewind: 1, levelEpochs: 2, initial: 0.02 },
  "edge-popup": { name: "edge-popup", density: 0.2, start: 0.4, levels: 2, levelEpochs: 1 },
} as Record<MethodName, ConfigInput["method"]>;

for (const name of METHOD_NAMES) {
  Deno.test({
    name: `${name}: a run that is ended again and again has the bits of one that is not`,
    ...quiet,
    fn: async () => {
      const gpu = await testGpu(), before = gpu.memory.bytes;
      const config = parseConfig({ ...BASE, method: METHODS[name] }, name);
      const straight = memoryHost(), whole = await train(config, straight);
      const expected = await outcome(straight, whole.result);
      const host = memoryHost();
      let last = await train(config, host, { atStep: 1 });
      assert(last.result.interrupted);
      for (let at = 3; last.result.interrupted; at += 3) last = await train(config, host, { atStep: at, resume: true });
      assert(last.from, "it went on from a checkpoint");
      assert.deepEqual(await outcome(host, last.result), expected);
      assert.equal(gpu.memory.bytes, before, "nothing stays on the device");
    },
  });
}
