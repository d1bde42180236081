/**
 * "Same as PyTorch": networks trained here from PyTorch's initial weights, masks and batches have its losses, step for
 * step, and its gradients, dense-with-mask and packed alike. Fixtures: test/golden/training.py.
 */
import { strict as assert } from "node:assert";
import { ADAPTER_CLASSES } from "../../src/ops/emit.ts";
import { Session, type SessionRequest } from "../../src/worker/session.ts";
import { keptEntries, loadTraining, type TrainingFixture, type TrainingModel } from "../golden/training.ts";
import { assertClose, testGpu } from "../ops/gpu.ts";

/** Names here of the fixtures' networks. */
const CHOICES: Record<TrainingModel, SessionRequest["model"]> = {
  lenet5: { name: "lenet5" },
  lab: { name: "lab", width: 8 },
  vgg16n: { name: "vgg16", width: 0.125 },
  resnet20: { name: "resnet20" },
};

/** A fixture as a session is asked for it: its batches are the images, in order. */
function requestOf(fixture: TrainingFixture, storage: "dense" | "packed"): SessionRequest {
  const { model, image, batches, sgd, mean, std, batch } = fixture;
  const join = (parts: Uint8Array[]) => {
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  };
  const channels = image[0];
  return {
    model: CHOICES[model],
    input: image,
    classes: 10,
    masks: [...fixture.masks.values()],
    values: fixture.values,
    seed: fixture.seed,
    data: {
      split: {
        images: join(batches.map(({ bytes }) => bytes)),
        labels: join(batches.map(({ labels }) => labels)),
        count: batch * batches.length,
      },
      normalisation: { mean: new Array(channels).fill(mean), std: new Array(channels).fill(std) },
    },
    batch,
    optimizer: { name: "sgd", momentum: sgd.momentum, nesterov: sgd.nesterov },
    weightDecay: sgd.weightDecay,
    storage,
  };
}

for (const model of Object.keys(CHOICES) as TrainingModel[]) {
  for (const storage of ["dense", "packed"] as const) {
    Deno.test({
      name: `${model}, ${storage}: losses of every step and gradients of the first as PyTorch's`,
      sanitizeResources: false,
      sanitizeOps: false,
      fn: async () => {
        const fixture = await loadTraining(model);
        const { batch, steps } = fixture;
        const session = new Session(await testGpu(), requestOf(fixture, storage));
        try {
          assert(ADAPTER_CLASSES[session.plan().adapterClass]);
          const order = Uint32Array.from({ length: batch * steps }, (_, i) => i);
          const losses = (await session.train(order.subarray(0, batch), 0.01)).map(({ loss, images }) => loss / images);
          const gradients = await session.read("gradient");
          const statistics = await session.statistics();
          for (const [name, expected] of fixture.gradients) {
            const mask = fixture.masks.get(name), whole = gradients.get(name)!;
            assertClose(mask ? keptEntries(whole, mask) : whole, expected, 1e-4, `gradient of ${name}`);
          }
          for (const [name, expected] of fixture.running) {
            const here = statistics.get(
              name.replace(/\.mean$/, ".running_mean").replace(/\.variance$/, ".running_var"),
            );
            assertClose(here!, expected, 1e-4, name);
          }
          const rest = await session.train(order.subarray(batch), 0.01);
          losses.push(...rest.map(({ loss, images }) => loss / images));
          const expected = fixture.run(0.01);
          losses.forEach((loss, i) => {
            const wanted = expected.loss[i]!;
            assert(Math.abs(loss - wanted) <= 1e-4 * wanted, `loss of step ${i + 1}: ${loss}, PyTorch has ${wanted}`);
          });
          const { loss, accuracy } = await session.evaluate(order.subarray(0, batch));
          assert(Math.abs(loss - expected.evaluation.loss) <= 1e-3 * expected.evaluation.loss, `evaluation: ${loss}`);
          assert.equal(Math.round(accuracy * batch), expected.evaluation.correct);
          const values = await session.read();
          for (const [name, mask] of fixture.masks) {
            const kept = keptEntries(values.get(name)!, mask);
            const all = values.get(name)!.reduce((sum, v) => sum + Number(v !== 0), 0);
            assert(all <= kept.length, `${name}: a pruned weight is not zero`);
          }
        } finally {
          session.destroy();
        }
      },
    });
  }
}
