/** STR, continuous sparsification and edge-popup against PyTorch's autograd, dense and packed: test/golden/transforms.py. */
import { strict as assert } from "node:assert";
import { whole } from "../../src/gpu/memory.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { IDLE_STEP } from "../../src/gpu/runner.ts";
import { keeps, type Mask, maskFromBits, toDense } from "../../src/masks/mask.ts";
import { continuousSettings, continuousSparsification } from "../../src/methods/continuous.ts";
import { edgePopup, edgePopupSettings } from "../../src/methods/edge_popup.ts";
import type { Method } from "../../src/methods/method.ts";
import { softThresholds, strSettings } from "../../src/methods/str.ts";
import type { Parameter } from "../../src/nn/model.ts";
import type { Storage } from "../../src/nn/plan.ts";
import type { Training } from "../../src/train/training.ts";
import { loadTransforms, type TransformCase } from "../golden/transforms.ts";
import { smallConv as model } from "../nn/small_conv.ts";
import { NORMALISATION } from "../nn/reference_model.ts";
import { assertClose, quiet } from "../ops/gpu.ts";
import { withTraining } from "../train/small_training.ts";

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

/** Effective weights as the network computes with them now, from the transforms that its programs have. */
async function effective({ store, trainer }: Training, weight: Parameter): Promise<Float32Array> {
  const { gpu: { memory, kernels } } = store, recorder = new Recorder(memory, kernels);
  const size = store.stored(weight), values = memory.create("values", 4 * size);
  const transform = trainer.options.transforms.get(weight.name)!;
  transform.recordForward(recorder, size, { values: store.values(weight), effective: whole(values) }, store);
  const list = recorder.finish();
  trainer.runner.submit(list, [IDLE_STEP]);
  // a stored value's place in the layer is known to the store alone: read as if it were the parameter's values
  const own = store.values(weight);
  const read = await store.read(weight, async (slice) => {
    assert.equal(slice.offset, own.offset);
    return (await trainer.runner.readFloats(whole(values))).slice(0, size);
  });
  list.destroy();
  memory.destroy(values);
  return read;
}

/** The mask that a method says it computes with. */
async function activeMask({ store, trainer }: Training, { name, shape, size }: Parameter): Promise<Mask> {
  const { gpu: { memory, kernels } } = store, recorder = new Recorder(memory, kernels);
  const words = Math.ceil(size / 32), buffer = memory.create("mask", 4 * words);
  const parameter = store.parameter(name);
  trainer.options.method.recordMask!(recorder, store, parameter, whole(buffer));
  const list = recorder.finish();
  trainer.runner.submit(list, [IDLE_STEP]);
  const bits = new Uint32Array(await trainer.runner.read({ buffer, offset: 0, size: 4 * words }));
  list.destroy();
  memory.destroy(buffer);
  return maskFromBits(name, shape, bits);
}

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
        method.levels?.({ model, source, epochs: STEPS });
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
