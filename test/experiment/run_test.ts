import { strict as assert } from "node:assert";
import { type ConfigInput, parseConfig } from "../../src/experiment/config.ts";
import { stripTimes } from "../../src/experiment/metrics.ts";
import { run } from "../../src/experiment/run.ts";
import type { RunEvent } from "../../src/experiment/run_events.ts";
import { readRun, type StoredRun } from "../../src/experiment/run_reader.ts";
import type { RunResult } from "../../src/experiment/run_result.ts";
import { CHECKPOINTS } from "../../src/experiment/run_files.ts";
import { createRunStore, RUN_FILES } from "../../src/experiment/run_store.ts";
import { readMasks } from "../../src/formats/masks.ts";
import { readSafetensors } from "../../src/formats/safetensors.ts";
import { createDenoHost } from "../../src/host/deno.ts";
import type { Host } from "../../src/host/host.ts";
import { createMemoryFiles } from "../../src/host/memory_files.ts";
import { quiet, testGpu } from "../ops/gpu.ts";

/** The data sets of the checkout, and files in memory. */
const host: Host = { ...createDenoHost(), ...createMemoryFiles(), environment: () => undefined };

const BASE = {
  data: { limit: 256 },
  model: { name: "mlp", widths: [16] },
  mask: { rule: "uniform", density: 0.2 },
  train: { epochs: 2, batch: 64, evalBatch: 64 },
} as const;

/** Runs {@link BASE} with some of it replaced, into a folder of that name. */
async function tiny(
  name: string,
  change: ConfigInput = {},
  more: { signal?: AbortSignal; host?: Host; onEvent?: (event: RunEvent) => void } = {},
): Promise<{ result: RunResult; stored: StoredRun; events: RunEvent[] }> {
  const input = {
    ...change,
    data: { ...BASE.data, ...change.data },
    model: { ...BASE.model, ...change.model },
    mask: { ...BASE.mask, ...change.mask },
    train: { ...BASE.train, ...change.train },
  };
  const config = parseConfig(input, name);
  const store = () => createRunStore(host, name, config);
  const events: RunEvent[] = [];
  const onEvent = (event: RunEvent) => (events.push(event), more.onEvent?.(event));
  const result = await run({ host, gpu: await testGpu(), config, store, name, ...more, onEvent });
  return { result, stored: await readRun(host, name), events };
}

const file = (folder: string, name: keyof typeof RUN_FILES) => host.readFile(`${folder}/${RUN_FILES[name]}`);
const bytesOnDevice = async () => (await testGpu()).memory.bytes;

let first: ReturnType<typeof tiny> | undefined;
const firstRun = () => first ??= tiny("first");

Deno.test({
  name: "a run fills its folder, and the folder says what the run said",
  ...quiet,
  fn: async () => {
    const before = await bytesOnDevice();
    const { result, stored, events } = await firstRun();
    assert.equal(await bytesOnDevice(), before, "nothing stays on the device");
    const names = (await host.list("first")).map(({ name }) => name).sort();
    assert.deepEqual(names, [CHECKPOINTS, ...Object.values(RUN_FILES)].sort());
    assert.deepEqual(stored.result, result);
    assert(stored.provenance?.ended);
    assert.deepEqual((stored.plan as { layers: { name: string }[] }).layers.map(({ name }) => name), [
      "fc1.weight",
      "fc2.weight",
    ]);
    const kinds = stored.metrics.map((metric) => {
      if (metric.kind === "event") return metric.event;
      if (metric.kind === "mask") return `masks, ${metric.reason}`;
      return metric.kind === "evaluate" ? `${metric.epoch} ${metric.split}` : `${metric.epoch} train`;
    });
    const epoch = (e: number) => [`${e} train`, `${e} validation`, `${e} test`];
    assert.deepEqual(kinds, ["start", "masks, start", ...epoch(1), ...epoch(2), "end"]);
    // 256 images, a tenth (26) held out, 4 batches with the partial one
    const images = stored.metrics.flatMap((metric) =>
      metric.kind === "event" || metric.kind === "mask" ? [] : [[metric.images, metric.step]]
    );
    assert.deepEqual(images, [[230, 4], [26, 4], [2000, 4], [230, 8], [26, 8], [2000, 8]]);
    // kernels are there already where another test has run before
    const order = [...new Set(events.map(({ kind }) => kind))].filter((kind) => kind !== "compiling");
    assert.deepEqual([...order.slice(0, 3), order.at(-1)], ["loading", "reading", "start", "end"]);
    assert.equal(events.filter(({ kind }) => kind === "epoch").length, 2);
    assert.equal(result.interrupted, false);
    assert.deepEqual(result.parameters, { total: 12_730, maskable: 12_704, kept: result.parameters.kept });
    assert.equal(result.mask.realisedDensity, result.parameters.kept / 12_704);
    assert.equal(result.mask.nominalDensity, 0.2);
    const { name, target, realisedDensity, kept, inSource, explored, changes } = result.method!;
    assert.deepEqual([name, target, kept, inSource, changes], ["fixed", null, result.parameters.kept, 1, 0]);
    assert.deepEqual([realisedDensity, explored], [result.mask.realisedDensity, result.mask.realisedDensity]);
    assert(Math.abs(result.method!.denseEpochs - 2 * result.mask.computeDensity) < 1e-9, "two epochs at that density");
    assert(result.method!.trainingSeconds > 0 && result.method!.trainingSeconds < result.seconds);
    assert(result.last!.testAccuracy > 0.15, "it learns something");
  },
});

Deno.test({
  name: "train.steps ends a run in the middle of an epoch, and metrics have a line for every so many steps",
  ...quiet,
  fn: async () => {
    const train = { steps: 6, logEvery: 3, schedule: { name: "constant" } } as const;
    const { result, stored, events } = await tiny("short", { train });
    const rows = stored.metrics.flatMap((metric) =>
      metric.kind === "step" || metric.kind === "epoch" ? [[metric.kind, metric.epoch, metric.step, metric.images]] : []
    );
    // 230 images in batches of 64, 64, 64, 38: lines of three steps, none of what is left of an epoch
    const expected = [["step", 1, 3, 192], ["epoch", 1, 4, 230], ["epoch", 2, 6, 128]];
    assert.deepEqual(rows, expected);
    assert.equal(result.interrupted, false);
    assert.equal(result.last!.epoch, 2);
    const [start] = events.filter((event) => event.kind === "start");
    assert.deepEqual([start.epochs, start.steps], [2, 6]);
    assert.equal(events.findLast((event) => event.kind === "progress")!.done, 1);
    const whole = await tiny("whole", { train: { ...train, steps: 4 } });
    assert.equal(whole.events.filter(({ kind }) => kind === "epoch").length, 1, "no epoch without a step");
    // the first step line is the mean of what the epoch's first three steps were: the same in a longer run
    const line = (run: StoredRun) => run.metrics.find(({ kind }) => kind === "step");
    assert.deepEqual(stripTimes(line(whole.stored)), stripTimes(line(stored)));
  },
});

Deno.test({
  name: "the run folder says which data it saw, what it held in memory, and how long reading took",
  ...quiet,
  fn: async () => {
    const { result, stored } = await firstRun();
    assert.equal(stored.provenance!.data!.name, "fashion-mnist-10k");
    assert.match(stored.provenance!.data!.fingerprint, /^[0-9a-f]{64}$/);
    assert(result.memory!.device > 12_000 * 784, "pixels and all");
    assert(result.loadingSeconds! > 0 && result.loadingSeconds! < result.seconds);
  },
});

Deno.test({
  name: "weights have PyTorch's names, and are zero where the mask prunes",
  ...quiet,
  fn: async () => {
    await firstRun();
    const { tensors, metadata } = readSafetensors(await file("first", "weights"));
    assert.equal(metadata.format, "pt");
    const shapes = Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]));
    assert.deepEqual(shapes, {
      "fc1.weight": [16, 784],
      "fc1.bias": [16],
      "fc2.weight": [10, 16],
      "fc2.bias": [10],
    });
    const { masks, metadata: about } = readMasks(await file("first", "masks"));
    assert.equal(about.seed, "1");
    assert.deepEqual(masks.map(({ name }) => name).sort(), ["fc1.weight", "fc2.weight"]);
    for (const { name, bits } of masks) {
      const data = tensors.get(name)!.data as Float32Array;
      data.forEach((value, i) => assert.equal(value !== 0, (bits[i >>> 5] >>> (i & 31) & 1) === 1, `${name} ${i}`));
    }
  },
});

Deno.test({
  name: "batch norm's statistics are among the weights",
  ...quiet,
  fn: async () => {
    await tiny("norms", {
      model: { name: "lab", width: 8, widths: undefined },
      kernels: { storage: "packed" }, // the quickest to compile
      data: { limit: 64 },
      train: { epochs: 1 },
    });
    const { tensors } = readSafetensors(await file("norms", "weights"));
    for (const name of ["bn1.weight", "bn1.bias", "bn1.running_mean", "bn1.running_var"]) {
      assert.deepEqual(tensors.get(name)?.shape, [8], name);
    }
    assert((tensors.get("bn1.running_var")!.data as Float32Array).every((value) => value > 0 && value !== 1));
  },
});

Deno.test({
  name: "the same seed gives the same metrics and weights, another seed others",
  ...quiet,
  fn: async () => {
    const { stored } = await firstRun();
    const again = await tiny("again"), other = await tiny("other", { seed: 2 });
    assert.deepEqual(stripTimes(again.stored.metrics), stripTimes(stored.metrics));
    assert.deepEqual(await file("again", "weights"), await file("first", "weights"));
    assert.notDeepEqual(await file("other", "weights"), await file("first", "weights"));
    assert.notDeepEqual(stripTimes(other.stored.metrics), stripTimes(stored.metrics));
  },
});

Deno.test({
  name: "best is the first epoch of best validation accuracy with its test accuracy; last is the last",
  ...quiet,
  fn: async () => {
    const { result, stored } = await tiny("epochs", { train: { epochs: 5, lr: 0.3 } });
    const accuracies = (split: string) =>
      stored.metrics.flatMap((metric) => metric.kind === "evaluate" && metric.split === split ? [metric.accuracy] : []);
    const validation = accuracies("validation"), test = accuracies("test");
    const best = validation.indexOf(Math.max(...validation));
    assert.deepEqual(result.best, {
      epoch: best + 1,
      validationAccuracy: validation[best],
      testAccuracy: test[best],
    });
    assert.equal(result.last?.epoch, 5);
    assert.equal(result.last?.testAccuracy, test[4]);
    assert.equal(result.last?.validationAccuracy, validation[4]);

    const still = await tiny("still", { train: { lr: 1e-12 } });
    assert.equal(still.result.best?.epoch, 1, "of equal ones the first");
  },
});

Deno.test({
  name: "without a validation split there is no best epoch, and all images are trained on",
  ...quiet,
  fn: async () => {
    const { result, stored } = await tiny("all", { data: { validation: 0 }, train: { epochs: 1 } });
    assert.equal(result.best, null);
    assert.equal(result.last?.validationAccuracy, null);
    assert.deepEqual(stored.metrics.flatMap((metric) => metric.kind === "epoch" ? [metric.images] : []), [256]);
    assert(!stored.metrics.some((metric) => metric.kind === "evaluate" && metric.split === "validation"));
  },
});

Deno.test({
  name: "a run that diverges says so, and its NaN survives the folder",
  ...quiet,
  fn: async () => {
    // Each step multiplies weights by about −lr·decay: float32 is soon at its end.
    const { result, stored } = await tiny("diverged", { train: { lr: 1e8, weightDecay: 1, epochs: 5 } });
    assert(result.warnings.some((text) => /^diverged in epoch \d.*train\.lr=/.test(text)), result.warnings.join("\n"));
    assert(stored.metrics.some((metric) => metric.kind === "event" && metric.event === "diverged"));
    const losses = stored.metrics.flatMap((metric) => metric.kind === "epoch" ? [metric.loss] : []);
    assert(!Number.isFinite(losses.at(-1)), String(losses));
    assert(losses.length < 5, "it stops there");
    assert.deepEqual(stored.result, result);
    assert(!Number.isFinite(stored.result?.last?.testLoss));
    assert.equal(result.interrupted, false);

    // one step: the training loss is that of the initial weights, and only evaluation sees what became of them
    const late = await tiny("diverged-late", { data: { limit: 64, validation: 0 }, train: { lr: 1e20, epochs: 1 } });
    assert(late.stored.metrics.every((metric) => metric.kind !== "epoch" || Number.isFinite(metric.loss)));
    assert(late.result.warnings.some((text) => /^diverged in epoch 1/.test(text)), late.result.warnings.join("\n"));
  },
});

Deno.test({
  name: "mask.rule=file trains behind the masks that another run left",
  ...quiet,
  fn: async () => {
    const { result } = await firstRun();
    const change = { mask: { rule: "file", path: `first/${RUN_FILES.masks}`, density: undefined }, seed: 7 } as const;
    const again = await tiny("from-file", change);
    assert.deepEqual(readMasks(await file("from-file", "masks")).masks, readMasks(await file("first", "masks")).masks);
    assert.equal(again.result.rule, "file");
    assert.equal(again.result.mask.nominalDensity, null);
    assert.equal(again.result.mask.realisedDensity, result.mask.realisedDensity);
  },
});

Deno.test({
  name: "a run that is stopped writes what there is",
  ...quiet,
  fn: async () => {
    const stop = new AbortController();
    const { result, stored } = await tiny("stopped", { train: { epochs: 50 } }, {
      signal: stop.signal,
      onEvent: (event) => {
        if (event.kind === "epoch" && event.epoch === 1) stop.abort();
      },
    });
    assert.equal(result.interrupted, true);
    assert.equal(result.last?.epoch, 1);
    assert.deepEqual(stored.result, result);
    assert(stored.metrics.some((metric) => metric.kind === "event" && metric.event === "interrupted"));
    assert(await host.exists(`stopped/${RUN_FILES.weights}`));

    const early = await tiny("early", {}, { signal: AbortSignal.abort() });
    assert.equal(early.result.interrupted, true);
    assert.equal(early.result.last, null);
    assert(!early.stored.metrics.some(({ kind }) => kind !== "event" && kind !== "mask"));
  },
});

Deno.test({
  name: "DEBUG shows the plan before the run and changes nothing in it",
  ...quiet,
  fn: async () => {
    await firstRun();
    const loud: Host = { ...host, environment: (name) => name === "DEBUG" ? "2" : undefined };
    const before = await bytesOnDevice();
    const { events } = await tiny("debugged", {}, { host: loud });
    assert.equal(await bytesOnDevice(), before, "the copy that was profiled is freed");
    const [debug, start] = events.filter(({ kind }) => kind === "debug" || kind === "start");
    assert(debug.kind === "debug" && /kernel plan/.test(debug.lines[0]));
    assert.equal(start.kind, "start");
    assert.deepEqual(await file("debugged", "weights"), await file("first", "weights"));
  },
});
