/** Predictions against the reference in double precision, and that they follow weights, masks and lanes. */
import { strict as assert } from "node:assert";
import { Runner } from "../../src/gpu/runner.ts";
import { makeMasks } from "../../src/masks/make.ts";
import { initialise } from "../../src/nn/initialise.ts";
import { maskableLayers, type Size } from "../../src/nn/model.ts";
import { planKernels } from "../../src/nn/plan.ts";
import { buildModel, type ModelChoice } from "../../src/nn/registry.ts";
import { ParameterStore } from "../../src/nn/store.ts";
import type { LaneNetwork } from "../../src/worker/lab_types.ts";
import { Predictor, softmax } from "../../src/worker/predict.ts";
import { madeUpImages, NORMALISATION, referenceLogits } from "../nn/reference_model.ts";
import { openTrainedNetwork } from "../../src/experiment/trained_network.ts";
import { imageBytes } from "../../src/data/dataset.ts";
import { assertClose, quiet, testGpu } from "../ops/gpu.ts";
import { LAB, withLab } from "./lab_runs.ts";

const INPUT: Size = [1, 12, 12], CLASSES = 5;

/** A lane's network with masks of a density, and what it computes with. */
async function makeLane(choice: ModelChoice, density: number, storage: "dense" | "packed", seed: number) {
  const gpu = await testGpu(), model = buildModel(choice, INPUT, CLASSES);
  const layers = maskableLayers(model), { masks } = makeMasks(layers, { rule: "uniform", density }, seed);
  const byName = new Map(masks.map((mask) => [mask.name, mask]));
  const store = new ParameterStore(gpu, model, {
    plan: planKernels(model, byName, "software", storage, {}),
    masks: byName,
    optimizer: { name: "sgd", momentum: 0.9, nesterov: true },
    groups: [{ learningRate: 1, weightDecay: 0 }],
  });
  const values = initialise(model, seed), effective = new Map<string, Float32Array>();
  const write = (scale: number) => {
    for (const parameter of model.parameters) {
      const given = values.get(parameter.name)!.map((value) => value * scale);
      store.write(parameter, given);
      const bits = byName.get(parameter.name)?.bits;
      effective.set(parameter.name, given.map((value, i) => bits && !(bits[i >>> 5] >>> (i & 31) & 1) ? 0 : value));
    }
  };
  write(1);
  const runner = new Runner(gpu);
  const network: LaneNetwork = {
    lane: `${choice.name} ${storage}`,
    model,
    store,
    runner,
    shape: INPUT,
    normalisation: NORMALISATION(model),
    classes: ["a", "b", "c", "d", "e"],
    steps: () => 7,
  };
  const expected = (images: Uint8Array<ArrayBuffer>, count: number) => {
    const logits = referenceLogits(model, effective, { images }, count);
    return Array.from({ length: count }, (_, n) => {
      const row = Float32Array.from({ length: CLASSES }, (_, c) => logits[c * count + n]);
      softmax(row);
      return [...row];
    }).flat();
  };
  return { network, model, write, expected, destroy: () => (store.destroy(), runner.destroy()) };
}

Deno.test({
  name: "a lane's network answers as the reference does: one picture, many, dense, packed, after its weights changed",
  ...quiet,
  async fn() {
    const lanes = [
      await makeLane({ name: "mlp", widths: [24] }, 0.4, "packed", 1),
      await makeLane({ name: "mlp", widths: [24] }, 1, "dense", 2),
      await makeLane({ name: "lenet5" }, 0.3, "packed", 3),
    ].filter(({ model }) => model.nodes.length > 0);
    const gone: ((lane: string, gone: boolean) => void)[] = [];
    const predictor = new Predictor({
      find: (lane) => Promise.resolve(lanes.find(({ network }) => network.lane === lane)?.network),
      onChange: (handler) => (gone.push(handler), () => void gone.pop()),
    });
    for (const { network, model, write, expected } of lanes) {
      // more than go together, and no whole number of parts
      const { images } = madeUpImages(model, 37) as { images: Uint8Array<ArrayBuffer> };
      for (const count of [1, 37, 1]) {
        const part = images.slice(0, count * 144), found = await predictor.predict(network.lane, part);
        assert(found);
        assert.deepEqual([found.steps, found.classes.length], [7, CLASSES]);
        assertClose(found.probabilities, expected(part, count), 1e-5, `${network.lane} ${count}`);
      }
      write(0.5);
      const one = images.slice(144, 288), after = await predictor.predict(network.lane, one);
      assertClose(after!.probabilities, expected(one, 1), 1e-5, `${network.lane} after a change`);
    }
    assert.equal(await predictor.predict("nobody", new Uint8Array(144)), undefined);
    await assert.rejects(predictor.predict(lanes[0].network.lane, new Uint8Array(100)), /no pictures of 1×12×12/);
    const { memory } = await testGpu(), before = memory.bytes;
    gone[0](lanes[0].network.lane, true);
    await predictor.predict("nobody", new Uint8Array(144));
    assert(memory.bytes < before, "a lane that is gone leaves nothing on the device");
    await predictor.destroy();
    lanes.forEach(({ destroy }) => destroy());
  },
});

Deno.test({
  name:
    "a lab's lanes answer as their runs were evaluated, where the method changes the weights too; others not at all",
  ...quiet,
  fn: () =>
    withLab(async ({ lab, host, phase, until }) => {
      const methods = { fixed: { name: "fixed" }, popup: { name: "edge-popup", density: 0.5 } } as const;
      for (const [id, method] of Object.entries(methods)) await lab.start({ id, config: { ...LAB, method }, name: id });
      for (const id of Object.keys(methods)) {
        await phase(id, "finished");
        const end = await until((event) => event.kind === "run" && event.lane === id && event.event.kind === "end");
        assert(end.kind === "run" && end.event.kind === "end");
        const { dataset, images: { test } } = await openTrainedNetwork(host, `runs/${id}`);
        const all = imageBytes(dataset.test), pictures = new Uint8Array(test.length * 784);
        const labels = [...test].map((index, i) => {
          const at = index - dataset.train.count;
          pictures.set(all.subarray(at * 784, (at + 1) * 784), i * 784);
          return dataset.test.labels[at];
        });
        const { probabilities, classes, steps } = (await lab.predict(id, pictures))!;
        assert(steps >= 4);
        const { testLoss } = end.event.result.last,
          each = labels.map((label, i) => {
            return -Math.log(probabilities[i * classes.length + label]);
          });
        assertClose([each.reduce((sum, loss) => sum + loss, 0) / each.length], [testLoss], 1e-5, `test loss of ${id}`);
      }
      assert.equal(await lab.predict("nobody", new Uint8Array(784)), undefined);
      // a page shows no percentages of such a one
      await lab.start({ id: "untrained", config: LAB, name: "untrained", paused: true });
      await phase("untrained", "ready");
      assert.equal((await lab.predict("untrained", new Uint8Array(784)))!.steps, 0);
    }),
});
