/**
 * Time of a training step by density and storage, on the adapter at hand: interleaved runs, medians and spread.
 *
 *   node scripts/deno.mjs run -A bench/step.ts model=lab width=8 batch=64 rule=uniform densities=1,0.2,0.05 repeats=9
 *
 * Each density below 1 is timed with dense and with packed storage. Compilation is left out (warm-up steps before the
 * first timing); loading the batch, loss and optimizer are in. Tells nothing about adapters other than the one it names.
 */
import { loadDataset } from "../src/data/load.ts";
import { openGpu } from "../src/gpu/device.ts";
import { createDenoHost } from "../src/host/deno.ts";
import { makeMasks } from "../src/masks/make.ts";
import type { RuleName } from "../src/masks/rules/registry.ts";
import { createMethod } from "../src/methods/registry.ts";
import { maskableLayers } from "../src/nn/model.ts";
import type { Storage } from "../src/nn/plan.ts";
import { buildModel } from "../src/nn/registry.ts";
import { buildTraining, type Training } from "../src/train/training.ts";

const given = new Map(Deno.args.map((text) => text.split("=", 2) as [string, string]));
const option = (name: string, fallback: string) => given.get(name) ?? fallback;
const batch = Number(option("batch", "64")), repeats = Number(option("repeats", "9")), steps = 5;
const densities = option("densities", "1,0.5,0.2,0.1,0.05,0.02").split(",").map(Number);
const rule = option("rule", "uniform") as RuleName;

const host = createDenoHost();
const gpu = await openGpu(host.gpu(), { power: "high" });
const data = await loadDataset("fashion-mnist-10k", host);
const width = given.has("width") ? Number(given.get("width")) : undefined;
const model = buildModel({ name: option("model", "lab"), width }, data.shape, data.classes.length);

interface Cell {
  density: number;
  computeDensity: number;
  storage: Storage;
  training: Training;
  times: number[];
}

function cell(density: number, storage: Storage): Cell {
  const choice = density === 1 ? { rule: "dense" as const, density } : { rule, density };
  const { masks, report } = makeMasks(maskableLayers(model), choice, 1);
  const training = buildTraining({
    gpu,
    model,
    source: new Map(density === 1 ? [] : masks.map((mask) => [mask.name, mask])),
    method: createMethod("fixed", { apply: "after-step" }),
    storage,
    data: { splits: [data.train], normalisation: { mean: [0.2867], std: [0.354] } },
    optimizer: { name: "sgd", momentum: 0.9, nesterov: true },
    weightDecay: 5e-4,
    batch,
    evalBatch: batch,
    smoothing: 0,
    augment: { crop: 0, flip: false },
    seeds: { init: 1, order: 1, augment: 1 },
    milliseconds: () => host.milliseconds(),
  });
  return { density, computeDensity: report.totals.realisedComputeDensity, storage, training, times: [] };
}

const cells = densities.flatMap((density) =>
  density === 1 ? [cell(1, "dense")] : [cell(density, "dense"), cell(density, "packed")]
);
const order = Uint32Array.from({ length: batch * steps }, (_, i) => i);
const time = async ({ training }: Cell) => {
  const before = host.milliseconds();
  await training.trainer.follow(order, 0.01);
  return (host.milliseconds() - before) / steps;
};
for (const each of cells) await time(each);
for (let i = 0; i < repeats; i++) for (const each of cells) each.times.push(await time(each));

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1];
const reference = median(cells[0].times);
console.log(
  `${gpu.adapter.description}; ${model.name}, batch ${batch}, ${rule}; ms a step, median of ${repeats} × ${steps} steps`,
);
console.log("density  compute  storage    median       min       max  over dense");
for (const { density, computeDensity, storage, times } of cells) {
  const middle = median(times);
  console.log([
    String(density).padEnd(7),
    computeDensity.toFixed(4).padStart(7),
    storage.padEnd(7),
    middle.toFixed(2).padStart(9),
    Math.min(...times).toFixed(2).padStart(8),
    Math.max(...times).toFixed(2).padStart(8),
    (middle / reference).toFixed(2).padStart(10),
  ].join("  "));
}
gpu.close();
