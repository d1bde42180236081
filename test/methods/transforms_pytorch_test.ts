/** STR, continuous sparsification and edge-popup against PyTorch's autograd, dense and packed: test/golden/transforms.py. */
import { strict as assert } from "node:assert";
import { keeps, toDense } from "../../src/masks/mask.ts";
import { continuousSparsification } from "../../src/methods/continuous.ts";
import { edgePopup } from "../../src/methods/edge_popup.ts";
import type { Method } from "../../src/methods/method.ts";
import { continuousSettings, edgePopupSettings, strSettings } from "../../src/methods/method_settings.ts";
import { softThresholds } from "../../src/methods/str.ts";
import type { Storage } from "../../src/nn/plan.ts";
import { loadTransforms, type TransformCase } from "../golden/transforms.ts";
import { smallConv as model } from "../nn/small_conv.ts";
import { NORMALISATION } from "../nn/reference_model.ts";
import { assertClose, quiet } from "../ops/gpu.ts";
import { withTraining } from "../train/small_training.ts";
import { activeMask, effective } from "./effective.ts";

const WEIGHTS = model.parameters.filter(({ maskable }) => maskable);
const STEPS = 3;

const METHODS: Record<string, (settings: TransformCase["settings"]) => Method> = {
  str: ({ decay, normDecay }) => softThresholds(strSettings.parse({ decay, normDecay })),
  continuous: ({ initial, finalTemperature, penalty }) =>
    continuousSparsification(
      continuousSettings.parse({ initial, finalTemperature, penalty, rounds: 1, ticket: false, rewind: 0 }),
    ),
  "edge-popup": ({ density }) => edgePopup(edgePopupSettings.parse({ density, levels: 1 })),
  "edge-popup-released": ({ density }) => edgePopup(edgePopupSettings.parse({ density, levels: 1, mode: "released" })),
};

for (const [name, make] of Object.entries(METHODS)) {
  for (const storage of ["dense", "packed"] as const satisfies Storage[]) {
    if (name === "edge-popup-released" && storage === "packed") continue; // it computes with all weights
    Deno.test({
      name: `${name}, ${storage}: effective weights, gradients, three steps and the mask are PyTorch's`,
      ...quiet,
      fn: async () => {
        const { split, source, cases } = await loadTransforms(WEIGHTS), test = cases.get(name)!;
        const { lr, momentum, weightDecay, losses } = test.settings, batch = split.count;
        const method = make(test.settings);
        const outline = {
          epochs: STEPS,
          stepsInEpoch: 1,
          learningRate: () => lr,
          optimizer: { name: "sgd", momentum, nesterov: false },
          weightDecay,
        } as const;
        const options = {
          model,
          source,
          method,
          storage,
          run: outline,
          values: test.tensors("start"),
          data: { splits: [split], normalisation: NORMALISATION(model) },
          optimizer: outline.optimizer,
          weightDecay,
          batch,
          evalBatch: batch,
        };
        await withTraining(options, async (training) => {
          const { store, trainer, read } = training, images = Uint32Array.from({ length: batch }, (_, i) => i);
          const inSource = (parameter: string, values: Float32Array) => {
            const mask = name === "edge-popup-released" ? undefined : source.get(hostOf(parameter));
            return mask ? values.map((value, i) => keeps(mask, i) ? value : 0) : values;
          };
          const check = async (what: "gradient" | "after", tolerance: number) => {
            for (const [parameter, expected] of test.tensors(what)) {
              const got = await store.read(store.parameter(parameter), read, what === "after" ? "values" : "gradient");
              assertClose(inSource(parameter, got), inSource(parameter, expected), tolerance, `${what} ${parameter}`);
            }
          };
          for (const weight of WEIGHTS) {
            assert.equal(store.storage(weight), storage);
            const expected = test.tensors("effective").get(weight.name)!;
            assertClose(await effective(training, weight), expected, 1e-6, `effective ${weight.name}`);
          }
          const frozen = new Map<string, Float32Array>();
          for (const parameter of model.parameters) {
            if (!store.trained(parameter)) frozen.set(parameter.name, await store.read(parameter, read));
          }
          for (let epoch = 0; epoch < STEPS; epoch++) {
            const { loss } = await trainer.epoch(epoch, images, lr);
            assertClose([loss], [losses[epoch]], 1e-5, `loss of step ${epoch + 1}`);
            if (epoch === 0) await check("gradient", 1e-5);
          }
          await check("after", 1e-5);
          for (const [parameter, before] of frozen) {
            assert.deepEqual(await store.read(store.parameter(parameter), read), before, `${parameter} is frozen`);
          }
          assert.equal(frozen.size, name.startsWith("edge-popup") ? model.parameters.length : 0);
          if (name === "continuous") return; // its mask is the ticket, not what has an effect
          for (const weight of WEIGHTS) {
            const mask = await activeMask(training, weight);
            assert.deepEqual(toDense(mask), test.tensors("mask").get(weight.name)!, `mask of ${weight.name}`);
          }
        });
      },
    });
  }
}

/** The weight that a score belongs to. */
function hostOf(parameter: string): string {
  return parameter.replace(/(mask_weight|scoresWeights)$/, "weight");
}
