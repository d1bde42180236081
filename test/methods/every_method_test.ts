/**
 * Every method and every score through the public interface, on the embedded data, from a dense source and from an ER one.
 * Short: a small perceptron for a few steps. Long (`npm run test:methods`): a convolutional network that has to learn.
 */
import { strict as assert } from "node:assert";
import {
  type ConfigInput,
  createDenoHost,
  createRunStore,
  type Host,
  METHODS,
  parseConfig,
  readRun,
  run,
  type RunResult,
  SCORES,
} from "../../src/mod.ts";
import { createMemoryFiles } from "../../src/host/memory_files.ts";
import { quiet, testGpu } from "../ops/gpu.ts";

const LONG = Deno.env.get("STARTSPARSE_TEST") === "full";
const TARGET = 0.1;

/** The data sets of the checkout, and files in memory. */
const host: Host = { ...createDenoHost(), ...createMemoryFiles(), environment: () => undefined };

const BASE = (LONG
  ? {
    data: { limit: 2000, testLimit: 1000 },
    model: { name: "lab", width: 8 },
    train: { epochs: 3, batch: 64, schedule: { name: "cosine" } },
  }
  : {
    data: { limit: 200, testLimit: 100 },
    model: { name: "mlp", widths: [16] },
    train: { epochs: 2, batch: 60, evalBatch: 100 },
  }) satisfies ConfigInput;

const SOURCES = { dense: { density: 1 }, ER: { rule: "erk", density: 0.3, draw: "exact" } } as const;

/** Settings that let a method do all that it does in so few steps. */
const SETTINGS: Record<keyof typeof METHODS, Record<string, unknown>> = {
  fixed: {},
  imp: { density: TARGET, factor: 0.4, warmupEpochs: 1, levelEpochs: 1 },
  lrr: { density: TARGET, factor: 0.4, levelEpochs: 1 },
  gmp: { density: TARGET, interval: 2 },
  rigl: { density: TARGET, interval: 2 },
  set: { density: TARGET, interval: 2 },
  granet: { density: TARGET, interval: 2 },
  str: { initial: -3, decay: 0.05 },
  continuous: { rounds: 2, levelEpochs: 1, rewind: 0 },
  "edge-popup": { density: TARGET, levels: 2, levelEpochs: 1 },
};

/**
 * Whether a network has learned something, or its run says why it could not: magnitudes at initialisation tell layers apart
 * by their fan-in, and may leave one with nothing. Frozen weights learn slowly.
 */
function learned({ last, method, warnings }: RunResult): boolean {
  const least = method!.name === "edge-popup" ? 0.15 : 0.3;
  return last!.testAccuracy > least || warnings.some((text) => /no path of kept|without a single weight/.test(text));
}

let runs = 0;

/** Runs one of them from one of the sources. */
async function train(source: keyof typeof SOURCES, change: Pick<ConfigInput, "method" | "score">) {
  const name = `run ${++runs}`, config = parseConfig({ ...BASE, ...change, source: SOURCES[source] }, name);
  const store = () => createRunStore(host, name, config);
  const result = await run({ host, gpu: await testGpu(), config, store, name });
  const { metrics } = await readRun(host, name), masks = metrics.filter((metric) => metric.kind === "mask");
  assert(Number.isFinite(result.last!.testLoss), "the loss is a number");
  if (LONG) assert(learned(result), `it learns: ${result.last!.testAccuracy}`);
  const method = result.method!;
  assert.equal(masks.length, method.changes + 1);
  const last = masks.at(-1)!, kept = Object.values(last.nnz).reduce((sum, count) => sum + count, 0);
  assert.equal(kept, method.kept);
  assert.equal(last.realised, method.realisedDensity);
  assert(masks.every(({ inSource }) => inSource === 1), "inside the source");
  assert(method.denseEpochs > 0 && method.trainingSeconds > 0);
  assert(method.explored >= method.realisedDensity && method.explored <= method.sourceDensity);
  return { method, result, masks, maskable: result.parameters.maskable };
}

for (const source of Object.keys(SOURCES) as (keyof typeof SOURCES)[]) {
  for (const name of Object.keys(METHODS) as (keyof typeof METHODS)[]) {
    Deno.test({
      name: `method ${name} from a source that is ${source}`,
      ...quiet,
      fn: async () => {
        const { method, maskable } = await train(source, {
          method: { name, ...SETTINGS[name] } as ConfigInput["method"],
        });
        assert.equal(method.name, name);
        const { target } = METHODS[name];
        if (target === "source") assert.equal(method.realisedDensity, method.sourceDensity);
        else assert(method.changes > 0, "masks have changed");
        // edge-popup pools biases with weights, layer by layer
        const most = name === "edge-popup" ? 0.05 * TARGET * maskable : 2;
        if (target === "density") assert(Math.abs(method.kept - TARGET * maskable) <= most, `${method.kept} weights`);
      },
    });
  }
  for (const name of Object.keys(SCORES) as (keyof typeof SCORES)[]) {
    Deno.test({
      name: `score ${name} of a source that is ${source}`,
      ...quiet,
      fn: async () => {
        const rounds = SCORES[name].defaults.rounds > 1 ? { rounds: LONG ? 20 : 3 } : {};
        const { method, result, maskable } = await train(source, { score: { name, density: TARGET, ...rounds } });
        assert.deepEqual([method.name, result.score, method.changes], ["fixed", name, 0]);
        assert.equal(method.kept, Math.floor(TARGET * maskable + 0.5));
        assert.equal(method.target, TARGET);
        const epochs = BASE.train.epochs, step = result.mask.computeDensity;
        const scored = method.denseEpochs - epochs * step;
        if (SCORES[name].defaults.imagesPerClass > 0) assert(scored > 0, "scoring counts");
      },
    });
  }
}
