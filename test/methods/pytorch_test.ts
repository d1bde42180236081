/** One update of each method against PyTorch (test/golden/methods.py): the same masks, under both storages. */
import { strict as assert } from "node:assert";
import { readSafetensors } from "../../src/formats/safetensors.ts";
import { difference, fromDense, fullMask, type Mask, sameMask } from "../../src/masks/mask.ts";
import type { Method } from "../../src/methods/method.ts";
import { createMethod } from "../../src/methods/registry.ts";
import { residual as model } from "../nn/scored_models.ts";
import { quiet } from "../ops/gpu.ts";
import { withTraining } from "../train/small_training.ts";
import { layersOf, tensor } from "./scores/fixtures.ts";

const BATCH = 7, SEED = 3;
const file = readSafetensors(await Deno.readFile(new URL("../golden/methods.safetensors", import.meta.url)));
const LAYERS = layersOf(model);

const masksOf = (numbers: (layer: string) => ArrayLike<number>): Map<string, Mask> =>
  new Map(LAYERS.map(({ name, shape }) => [name, fromDense(name, shape, numbers(name))]));
const SOURCE = masksOf((layer) => tensor(`residual/source/${layer}`));
const expected = (name: string) => masksOf((layer) => file.tensors.get(`${name}/${layer}`)!.data as Uint8Array);

const GMP = { density: 0.2, interval: 1, until: 0.5 };
const DROP_GROW = { density: 0.2, interval: 1, drop: 0.3, dropSchedule: "constant" };
const CASES: Record<string, { method: string; settings: Record<string, unknown>; dense?: boolean; start?: string }> = {
  "gmp-global": { method: "gmp", settings: GMP, dense: true },
  "gmp-layers": { method: "gmp", settings: { ...GMP, scope: "layers" }, dense: true },
  "rigl-confined": { method: "rigl", settings: DROP_GROW, start: "start" },
  "rigl-free": { method: "rigl", settings: { ...DROP_GROW, confineToSource: false }, start: "start" },
  "set": { method: "set", settings: DROP_GROW, start: "start" },
  "granet": { method: "granet", settings: { ...GMP, drop: 0.5, dropFinal: 0.5, confineToSource: false } },
};

/** Trains one step at learning rate 0, so that values stay, and lets the method act on the next one's batch. */
async function update(method: Method, dense: boolean, storage: "dense" | "packed") {
  const images = tensor("images"), size = images.length / 14;
  const order = Uint32Array.from({ length: 2 * BATCH }, (_, i) => i % BATCH);
  const split = {
    images: Uint8Array.from(images),
    labels: Uint8Array.from({ length: images.length / size }, (_, i) => i % 5),
    count: images.length / size,
  };
  const optimizer = { name: "sgd", momentum: 0.9, nesterov: false } as const;
  const options = {
    model,
    source: dense ? new Map() : SOURCE,
    values: new Map(model.parameters.map(({ name }) => [name, tensor(`residual/value/${name}`)])),
    data: { splits: [split], normalisation: { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] } },
    batch: BATCH,
    run: { epochs: 1, stepsInEpoch: 4, learningRate: () => 0, optimizer, weightDecay: 0 },
    seeds: { init: 1, order: 1, augment: 1, mask: SEED },
    storage,
    method,
  };
  return await withTraining(options, async (training) => {
    const { store, trainer } = training;
    await trainer.follow(order, 0);
    const masks = new Map<string, Mask>();
    for (const parameter of LAYERS) {
      masks.set(parameter.name, await store.mask(parameter) ?? fullMask(parameter.name, parameter.shape));
    }
    return { start: training.masks, masks };
  });
}

for (const [name, { method, settings, dense = false, start }] of Object.entries(CASES)) {
  Deno.test({
    name: `${name}: the masks that PyTorch has after one update`,
    ...quiet,
    fn: async () => {
      for (const storage of ["dense", "packed"] as const) {
        const made = await update(await createMethod(method, settings), dense, storage);
        const wanted = expected(name), began = start && expected(start);
        for (const { name: layer } of LAYERS) {
          if (began) assert.ok(sameMask(made.start.get(layer)!, began.get(layer)!), `start of ${layer}`);
          const [own, its] = [made.masks.get(layer)!, wanted.get(layer)!];
          const [more, less] = [difference(own, its).nnz, difference(its, own).nnz];
          assert.ok(more + less === 0, `${storage} ${layer}: ${more} weights too many, ${less} too few of ${its.nnz}`);
        }
      }
    },
  });
}
