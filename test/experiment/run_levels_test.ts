/** Runs of several levels: schedules that begin anew, what is written of them, and ends before the end. */
import { strict as assert } from "node:assert";
import { parseConfig } from "../../src/experiment/config.ts";
import { run } from "../../src/experiment/run.ts";
import { readRun } from "../../src/experiment/run_reader.ts";
import { createRunStore } from "../../src/experiment/run_store.ts";
import { createDenoHost } from "../../src/host/deno.ts";
import type { Host } from "../../src/host/host.ts";
import { createMemoryFiles } from "../../src/host/memory_files.ts";
import { quiet, testGpu } from "../ops/gpu.ts";

const host: Host = { ...createDenoHost(), ...createMemoryFiles(), environment: () => undefined };

async function trained(name: string, train: Record<string, unknown> = {}) {
  const schedule = { name: "step", milestones: [0.5], gamma: 0.1 };
  const config = parseConfig({
    data: { limit: 256, testLimit: 100 },
    model: { name: "mlp", widths: [16] },
    mask: { rule: "uniform", density: 0.5, draw: "exact" },
    method: { name: "imp", densities: [0.3, 0.1], levelEpochs: 2, warmupEpochs: 1 },
    train: { epochs: 4, batch: 64, evalBatch: 100, lr: 0.1, schedule, ...train },
  }, name);
  const store = () => createRunStore(host, name, config);
  const gpu = await testGpu(), before = gpu.memory.bytes;
  const result = await run({ host, gpu, config, store, name });
  assert.equal(gpu.memory.bytes, before, "nothing stays on the device");
  return { result, metrics: (await readRun(host, name)).metrics };
}

Deno.test({
  name: "each level has the schedule from its beginning; the best epoch is the final level's",
  ...quiet,
  fn: async () => {
    const { result, metrics } = await trained("levels");
    const rates = metrics.flatMap((line) => line.kind === "epoch" ? [Number(line.lr.toPrecision(6))] : []);
    // warm-up of one epoch, two levels of two, four in the end
    assert.deepEqual(rates, [0.1, 0.1, 0.01, 0.1, 0.01, 0.1, 0.1, 0.01, 0.01]);
    const levels = metrics.flatMap((line) => line.kind === "event" && line.event === "level" ? [line] : []);
    assert.deepEqual(levels.map(({ epoch, step }) => [epoch, step]), [[1, 0], [2, 4], [4, 12], [6, 20]]);
    assert.match(levels[2].message!, /^level 3 of 4 \(level 2\), density 0\.300$/);
    assert.equal(result.last!.epoch, 9);
    assert(result.best!.epoch > 5, `best epoch ${result.best!.epoch}`);
    const masks = metrics.flatMap((line) => line.kind === "mask" ? [line] : []);
    assert.deepEqual(masks.map(({ reason, nominal }) => [reason, nominal && Number(nominal.toPrecision(3))]), [
      ["start", 0.5],
      ["level", 0.3],
      ["level", 0.1],
    ]);
    assert.equal(result.method!.changes, 2);
    assert(Math.abs(result.method!.realisedDensity - 0.1) < 1e-4);
  },
});

Deno.test({
  name: "a run that train.steps ends in a level does not prune for the next one",
  ...quiet,
  fn: async () => {
    const { result, metrics } = await trained("cut", { steps: 14 });
    assert.equal(metrics.filter((line) => line.kind === "event" && line.event === "level").length, 3);
    assert.equal(result.method!.changes, 1);
    assert(Math.abs(result.method!.realisedDensity - 0.3) < 1e-4);
    assert.equal(result.last!.epoch, 4);
  },
});
