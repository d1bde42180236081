/** Activations between the planes: those of the reference forward pass, in the grids that their channels stand in. */
import { strict as assert } from "node:assert";
import { imageBytes } from "../../src/data/dataset.ts";
import { whole } from "../../src/gpu/memory.ts";
import { makeMasks } from "../../src/masks/make.ts";
import { createMethod } from "../../src/methods/registry.ts";
import { maskableLayers, type Model, sizeOf } from "../../src/nn/model.ts";
import type { Storage } from "../../src/nn/plan.ts";
import { buildModel } from "../../src/nn/registry.ts";
import { Activations, shownActivations } from "../../src/view3d/activations.ts";
import { MOST_PICTURES, networkShape } from "../../src/view3d/shape.ts";
import { effective } from "../methods/effective.ts";
import { madeUpImages, NORMALISATION, referenceOutputs } from "../nn/reference_model.ts";
import { smallConv } from "../nn/small_conv.ts";
import { assertClose, quiet } from "../ops/gpu.ts";
import { BATCH, withTraining } from "../train/small_training.ts";

const lab = buildModel({ name: "lab", width: 8 }, [1, 28, 28], 10);
const mlp = buildModel({ name: "mlp", widths: [70, 12] }, [1, 6, 6], 3);

Deno.test("each grid shows what its readers read, the last one the logits; wide ones nothing", () => {
  const shown = shownActivations(smallConv, networkShape(smallConv));
  const nodes = shown.map(({ node }) => smallConv.nodes[node]);
  assert.deepEqual(nodes.map(({ op }) => op), ["input", "relu", "averagePool", "conv"]);
  assert.deepEqual(shown.map(({ grid, channels, height, width, first }) => [grid, channels, height, width, first]), [
    [0, 3, 8, 8, 0],
    [1, 12, 8, 8, 192],
    [2, 16, 1, 1, 960],
    [3, 5, 1, 1, 976],
  ]);
  // 70 hidden units are too many
  assert(70 > MOST_PICTURES);
  assert.deepEqual(shownActivations(mlp, networkShape(mlp)).map(({ grid }) => grid), [0, 2, 3]);
});

const CASES: { name: string; model: Model; storage: Storage; method: "fixed" | "edge-popup" }[] = [
  { name: "the lab network, packed", model: lab, storage: "packed", method: "fixed" },
  { name: "a shortcut, dense", model: smallConv, storage: "dense", method: "fixed" },
  { name: "weights that a method changes", model: smallConv, storage: "packed", method: "edge-popup" },
  { name: "a perceptron", model: mlp, storage: "dense", method: "fixed" },
];

for (const { name, model, storage, method } of CASES) {
  Deno.test({
    name: `activations of ${name}: the reference forward pass, also after a step, and of another image`,
    ...quiet,
    fn: async () => {
      const masks = makeMasks(maskableLayers(model), { rule: "uniform", density: 0.5, draw: "exact", flow: "off" }, 1);
      const split = madeUpImages(model, BATCH), normalisation = NORMALISATION(model);
      const options = {
        model,
        storage,
        source: new Map(masks.masks.map((mask) => [mask.name, mask])),
        method: await createMethod(method, method === "edge-popup" ? { density: 0.3, levels: 1 } : {}),
        data: { splits: [split], normalisation },
      };
      await withTraining(options, async (training, gpu) => {
        const { store, trainer: { runner, options: { transforms } }, read } = training;
        const shape = networkShape(model);
        const activations = new Activations({ model, store, shape: model.input, normalisation, transforms }, shape);
        const size = sizeOf(model.input), all = imageBytes(split);
        const check = async (index: number) => {
          const image = all.slice(index * size, (index + 1) * size);
          assert(activations.update(runner, image));
          const values = new Map<string, Float32Array>();
          for (const parameter of model.parameters) {
            const { name } = parameter;
            values.set(
              name,
              transforms.has(name) ? await effective(training, parameter) : await store.read(parameter, read),
            );
          }
          const statistics = await store.readStatistics(read);
          const outputs = referenceOutputs(model, values, { images: image }, 1, statistics);
          const pictures = await runner.readFloats(whole(activations.pictures));
          const ranges = await runner.readFloats(whole(activations.ranges));
          activations.shown.forEach(({ node, channels, height, width, first }, i) => {
            const expected = outputs[node], what = `${model.nodes[node].name || "image"}, image ${index}`;
            const found = pictures.subarray(first, first + channels * height * width);
            assertClose(found, [...expected], 1e-4, what);
            const extremes = [Math.min(...found), Math.max(...found)];
            assert.deepEqual([...ranges.subarray(2 * i, 2 * i + 2)], extremes, `range of ${what}`);
          });
        };
        await check(0);
        await training.trainer.epoch(0, Uint32Array.from({ length: BATCH }, (_, i) => i), 0.1);
        await check(0);
        await check(3);
        assert(!activations.update(runner, new Uint8Array(size + 1)), "an image of another size");
        activations.destroy();
        gpu.check();
      });
    },
  });
}
