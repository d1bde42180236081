/**
 * What a change of masks costs on the adapter at hand: selecting weights by magnitude over all layers, dropping and growing
 * in each, new patterns and repacking on the device, compiling the training program again, and dense gradients of all
 * layers, beside the time of a training step.
 *
 *     node scripts/deno.mjs run -A bench/mask_update.ts [model] [width] [density] [rounds]
 */
import { openGpu } from "../src/gpu/device.ts";
import { type Slice, whole } from "../src/gpu/memory.ts";
import { makeMasks } from "../src/masks/make.ts";
import type { Mask } from "../src/masks/mask.ts";
import { LayerBits } from "../src/methods/layer_bits.ts";
import { MaskEditor } from "../src/methods/mask_editor.ts";
import { fixed } from "../src/methods/fixed.ts";
import type { BatchMoment } from "../src/methods/method.ts";
import { maskableLayers } from "../src/nn/model.ts";
import { buildModel, type ModelName } from "../src/nn/registry.ts";
import { buildTraining } from "../src/train/training.ts";

const [name = "vgg16", width = "1", density = "0.1", rounds = "5"] = Deno.args;
const BATCH = 32;
const gpu = await openGpu(navigator.gpu);
const model = buildModel({ name: name as ModelName, width: Number(width) }, [3, 32, 32], 10);
const layers = model.parameters.filter(({ maskable }) => maskable);

/** Two masks of equally many weights, changed into each other. */
const draw = (seed: number) => {
  const choice = { rule: "uniform", density: Number(density), draw: "exact", flow: "off" } as const;
  return new Map<string, Mask>(makeMasks(maskableLayers(model), choice, seed).masks.map((mask) => [mask.name, mask]));
};
const sets = [draw(1), draw(2)];
const bits = sets.map((masks) =>
  new Map<string, Slice>([...masks].map(([name, mask]) => [name, whole(gpu.memory.upload(name, mask.bits))]))
);

const names = ["step", "prune", "dropAndGrow", "setMasks", "compile", "denseGradients"];
const times: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]));
async function timed(what: string, act: () => unknown): Promise<void> {
  await gpu.idle();
  const start = performance.now();
  await act();
  await gpu.idle();
  times[what].push(performance.now() - start);
}

let dense = false;
const training = buildTraining({
  gpu,
  model,
  source: sets[0],
  method: {
    ...fixed({ apply: "after-step" }),
    wantsStep: () => dense,
    async beforeStep({ denseGradients }: BatchMoment) {
      await denseGradients(layers, () => {}); // compiles
      await timed("denseGradients", () => denseGradients(layers, () => {}));
    },
  },
  storage: "packed",
  data: {
    splits: [{ images: new Uint8Array(BATCH * 3072), labels: new Uint8Array(BATCH), count: BATCH }],
    normalisation: { mean: [0, 0, 0], std: [1, 1, 1] },
  },
  optimizer: { name: "sgd", momentum: 0.9, nesterov: false },
  weightDecay: 0,
  batch: BATCH,
  evalBatch: BATCH,
  smoothing: 0,
  augment: { crop: 0, flip: false },
  seeds: { init: 1, order: 1, augment: 1 },
  milliseconds: () => performance.now(),
});
const { store, trainer } = training;
const allowed = new LayerBits(gpu.memory, "allowed", layers);
allowed.write(new Map());
const order = Uint32Array.from({ length: BATCH }, (_, i) => i);
for (let round = 0; round <= Number(rounds); round++) {
  dense = round === Number(rounds);
  if (dense) await trainer.follow(order, 0.01);
  else {
    const editor = new MaskEditor(store, trainer.runner), nnz = layers.map((parameter) => store.nnz(parameter));
    const keep = [Math.floor(0.9 * nnz.reduce((a, b) => a + b))];
    const drops = nnz.map((count) => Math.ceil(0.3 * count));
    if (round === 0) await editor.counts(); // compiles
    await timed("prune", () => editor.prune({ score: "magnitude", scope: "global", keep }));
    await timed("dropAndGrow", () => {
      editor.drop(drops);
      editor.growAtRandom(drops, allowed, 1, round);
    });
    editor.destroy();
    await timed(
      "setMasks",
      () =>
        store.setMasks(layers.map((parameter) => ({ parameter, mask: bits[(round + 1) % 2].get(parameter.name)! }))),
    );
    await timed("compile", () => trainer.training);
    await trainer.follow(order, 0.01); // the first step after compiling: chunks of another size may be new kernels
    await timed("step", () => trainer.follow(order, 0.01));
  }
}
const middle = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1];
console.log(`${name}, width ${width}, density ${density}, batch ${BATCH}, on ${gpu.adapter.description}`);
for (const [what, values] of Object.entries(times)) {
  const all = values.map((value) => value.toFixed(1)).join(" ");
  console.log(`${what.padEnd(16)} ${middle(values).toFixed(1).padStart(8)} ms   (${all})`);
}
const { patterns, values } = store.bytes();
console.log(`bytes: values ${values}, patterns with what is kept for changing masks ${patterns}`);
training.destroy();
gpu.close();
