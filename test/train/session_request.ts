/** A fixture of test/golden/training.ts as a session is asked for it, under Deno and in a page. */
import type { SessionRequest } from "../../src/worker/session.ts";
import type { TrainingFixture, TrainingModel } from "../golden/training.ts";

/** Names here of the fixtures' networks. */
const CHOICES: Record<TrainingModel, SessionRequest["model"]> = {
  lenet5: { name: "lenet5" },
  lab: { name: "lab", width: 8 },
  vgg16n: { name: "vgg16", width: 0.125 },
  resnet20: { name: "resnet20" },
};

/** A fixture as a session is asked for it: its batches are the images, in order. */
export function requestOf(fixture: TrainingFixture, storage: "dense" | "packed"): SessionRequest {
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
