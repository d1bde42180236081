/** What a run's kernel plan is made from, and that a plan of another run repeats it. */
import { strict as assert } from "node:assert";
import { parseConfig } from "../../src/experiment/config.ts";
import { breakEvenChart, breakEvenSummary } from "../../src/experiment/chart_break_even.ts";
import { renderSvg } from "../../src/experiment/chart_render.ts";
import { loadPlanning, planWords, summarisePlan } from "../../src/experiment/planning.ts";
import { run } from "../../src/experiment/run.ts";
import type { RunEvent } from "../../src/experiment/run_events.ts";
import { createRunStore } from "../../src/experiment/run_store.ts";
import { networkLayers } from "../../src/experiment/tuned_layers.ts";
import { createDenoHost } from "../../src/host/deno.ts";
import type { Host } from "../../src/host/host.ts";
import { keptFiles } from "../../src/host/kept_files.ts";
import { createMemoryFiles } from "../../src/host/memory_files.ts";
import { type KernelPlan, planKernels } from "../../src/nn/plan.ts";
import { mlp } from "../../src/nn/models/small.ts";
import { CONV_PASSES, denseVariants } from "../../src/ops/conv_dense.ts";
import { ADAPTER_CLASSES } from "../../src/ops/emit.ts";
import { newTuning, writeTuning } from "../../src/tune/tuning_file.ts";
import { addPass, type TuningTable } from "../../src/tune/tuning_table.ts";
import { quiet, testGpu } from "../ops/gpu.ts";

const SETTINGS = {
  data: { limit: 192 },
  model: { name: "mlp", widths: [16] },
  mask: { rule: "uniform", density: 0.3 },
  train: { epochs: 1, batch: 64, evalBatch: 64, steps: 2 },
} as const;

function memoryHost(): Host {
  const files = createMemoryFiles();
  const kept = keptFiles(files, () => "/cache");
  return { ...createDenoHost(), ...files, kept, environment: () => undefined };
}

/** Made-up times of every layer of {@link SETTINGS}, by which packed costs `packed` milliseconds a pass and dense 1. */
async function madeUpTimes(host: Host, packed: number): Promise<TuningTable> {
  const { adapter } = await testGpu();
  let { table } = await newTuning(host, adapter);
  const layers = await networkLayers(host, parseConfig(SETTINGS, "test"), adapter);
  for (const { work, form } of layers) {
    for (const pass of CONV_PASSES) {
      const names = denseVariants(pass, { ...work, adapter: ADAPTER_CLASSES[adapter.software ? "software" : "gpu"] });
      const dense = Object.fromEntries(names.map((name) => [name, 1]));
      const points: [number, number][] = [[0.1, packed], [0.2, packed]];
      table = addPass(table, pass, work, { ...form, block: [1, 1], dense, fixed: packed, slope: 0, points }, "2020");
    }
  }
  return table;
}

async function train(host: Host, name: string, kernels: Record<string, string> = {}) {
  const config = parseConfig({ ...SETTINGS, kernels }, name), starts: string[] = [];
  const onEvent = (event: RunEvent) => event.kind === "start" && starts.push(planWords(event.kernels));
  const store = () => createRunStore(host, name, config);
  await run({ host, gpu: await testGpu(), config, store, name, onEvent });
  const plan: KernelPlan = JSON.parse(await host.readText(`${name}/plan.json`));
  return { plan, words: starts[0], weights: await host.readFile(`${name}/weights.safetensors`) };
}

const storages = ({ layers }: KernelPlan) => layers.map(({ storage }) => storage).join();

Deno.test({
  name: "a run goes by measurements, and says so; another one takes its plan as it stands, and has the same bits",
  ...quiet,
  fn: async () => {
    const host = memoryHost(), untuned = await train(host, "untuned");
    assert.match(
      untuned.words,
      /^kernel plan: \d of 2 layers packed, by priors \(nothing was measured .*startsparse tune\)$/,
    );
    await writeTuning(host, await madeUpTimes(host, 0.1));
    const packed = await train(host, "packed");
    assert.deepEqual([packed.words, storages(packed.plan)], [
      "kernel plan: 2 of 2 layers packed, measured on this adapter",
      "packed,packed",
    ]);
    assert.match(packed.plan.origin!.measurements!, /2020/);
    await writeTuning(host, await madeUpTimes(host, 9));
    const dense = await train(host, "dense");
    assert.equal(storages(dense.plan), "dense,dense");
    // measurements have changed since, the plan has not
    const again = await train(host, "again", { plan: "packed/plan.json" });
    assert.equal(again.words, "kernel plan: 2 of 2 layers packed, as in packed/plan.json");
    assert.deepEqual(again.plan.layers, packed.plan.layers);
    assert.equal(again.plan.origin!.file, "packed/plan.json");
    assert.deepEqual(again.weights, packed.weights);
    const prior = await train(host, "prior", { plan: "prior" });
    assert.equal(prior.plan.origin!.measurements, null);
    assert.deepEqual(prior.weights, untuned.weights);
  },
});

Deno.test("where a plan comes from is said: not measured, measured in part, of other kernels, not wanted", async () => {
  const model = mlp([1, 4, 4], 3, [8]), plan = planKernels(model, new Map(), "software", "auto");
  const part: KernelPlan = {
    ...plan,
    layers: plan.layers.map((line, i) => ({
      ...line,
      expected: { source: i === 0 ? "measured" : "prior", dense: 1, packed: 2 },
    })),
  };
  const source = (...args: Parameters<typeof summarisePlan>) => summarisePlan(...args).source;
  assert.equal(source(part, {}), "1 of 2 layers measured, the others by priors (startsparse tune)");
  assert.equal(source(plan, {}), "by priors (these layers were not measured: startsparse tune)");
  assert.match(source(plan, { without: "stale" }), /by priors \(the measurements are of other kernels/);
  assert.equal(source(plan, { without: "asked" }), "by priors");
  const host = memoryHost(), { adapter } = await testGpu();
  const config = parseConfig({ kernels: { plan: "nowhere/plan.json" } }, "test");
  await assert.rejects(loadPlanning(host, config, adapter), /cannot read nowhere\/plan\.json/);
});

Deno.test("one of kernels.plan and kernels.storage, and no plan where masks are applied in the forward pass", () => {
  const refuses = (kernels: unknown, mask: unknown, pattern: RegExp) =>
    assert.throws(() => parseConfig({ kernels, mask }, "test"), pattern);
  refuses({ plan: "a/plan.json", storage: "packed" }, {}, /kernels\.plan says .* so does kernels\.storage packed/);
  refuses({ plan: "a/plan.json" }, { apply: "in-forward" }, /kernels\.plan is not read with mask\.apply in-forward/);
  assert.equal(parseConfig({ kernels: { plan: "prior", storage: "dense" } }, "test").kernels.plan, "prior");
});

Deno.test("the chart of break-even densities has a row a layer, and words where there is no such density", async () => {
  const passes = [{ pass: "forward", breakEven: 0.2 }, { pass: "dw", breakEven: 0 }];
  const rows = [
    { name: "64→64", step: 0.15, passes },
    { name: "linear 8→4", step: 0, passes: [] },
    { name: "3→8", step: 1, passes },
  ];
  const warnings: string[] = [];
  const svg = await renderSvg(breakEvenChart(rows, "made-up adapter")!, { warn: (message) => warnings.push(message) });
  assert.deepEqual(warnings, []);
  assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
  for (const text of ["64→64", "linear 8→4", "3→8", "0.150", "never", "always", "training step", "dw"]) {
    assert(svg.includes(`>${text}<`), text);
  }
  assert.equal(breakEvenChart([], "made-up adapter"), undefined);
  assert.match(breakEvenSummary(rows), /64→64 0\.150; linear 8→4 never; 3→8 always\.$/);
});
