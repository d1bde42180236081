/** A training step as startsparse runs it: the trainer's own program, batch loading included, packed where the plan says so. */
import type { Gpu } from "../../../src/gpu/device.ts";
import type { StepBlock } from "../../../src/gpu/runner.ts";
import { submitTimes } from "../../../src/gpu/timing.ts";
import { emptyMask, type Mask, setKept } from "../../../src/masks/mask.ts";
import { fixed } from "../../../src/methods/fixed.ts";
import { METRIC_BYTES } from "../../../src/ops/cross_entropy.ts";
import { buildTraining, type Training } from "../../../src/train/training.ts";
import { CHECKED_STEPS, type PreparedWork } from "../competitor.ts";
import { floats, PIXEL_MEAN, PIXEL_STD, type Tensors } from "../inputs.ts";
import { peerModel } from "../models.ts";
import type { StepWork } from "../work.ts";

/** Gets a step ready. */
export async function prepareStep(gpu: Gpu, work: StepWork, inputs: Tensors): Promise<PreparedWork> {
  const { batch, learningRate, momentum, classes, input } = work;
  const model = peerModel(work.model, input, classes);
  const images = inputs.get("bytes")!.data as Uint8Array<ArrayBuffer>;
  const labels = Uint16Array.from(inputs.get("labels")!.data as Int32Array);
  const every = (value: number) => new Array<number>(input[0]).fill(value);
  const training = await gpu.allocate(() =>
    buildTraining({
      gpu,
      model,
      source: masksOf(inputs),
      method: fixed({ apply: "after-step" }),
      storage: "auto",
      block: work.mask?.block,
      values: new Map(
        model.parameters.map((
          { name },
        ) => [name, inputs.get(name)!.data as Float32Array]),
      ),
      data: {
        splits: [{ images, labels, count: batch }],
        normalisation: { mean: every(PIXEL_MEAN), std: every(PIXEL_STD) },
      },
      optimizer: { name: "sgd", momentum, nesterov: false },
      weightDecay: 0,
      batch,
      // Evaluation is not timed: its program is made as small as it can be.
      evalBatch: 1,
      smoothing: 0,
      augment: { crop: 0, flip: false },
      seeds: { init: 1, order: 1, augment: 1 },
      milliseconds: () => performance.now(),
    })
  );
  const { trainer } = training,
    { runner } = trainer,
    { list, ring } = trainer.training;
  const order = Uint32Array.from({ length: batch }, (_, i) => i);
  const step: StepBlock = { count: batch, start: 0, index: 0, epoch: 0, slot: 0, learningRate };
  return {
    how: planWords(training),
    precision: "float32",
    results: async () => {
      const tensors: Tensors = new Map(), losses: number[] = [];
      for (let i = 0; i < CHECKED_STEPS; i++) {
        const [sums] = await trainer.follow(order, learningRate);
        losses.push(sums.loss / sums.images);
        if (i > 0) continue;
        for (const parameter of model.parameters) {
          tensors.set(parameter.name, floats(parameter.shape, await training.store.read(parameter, training.read)));
        }
      }
      tensors.set("losses", floats([CHECKED_STEPS], Float32Array.from(losses)));
      return tensors;
    },
    run: async (times) => {
      submitTimes(runner, list, step, times);
      await runner.read({ ...ring, size: METRIC_BYTES });
    },
    free: () => training.destroy(),
  };
}

function masksOf(inputs: Tensors): Map<string, Mask> {
  const masks = new Map<string, Mask>();
  for (const [key, { shape, data }] of inputs) {
    if (!key.startsWith("mask:")) continue;
    const name = key.slice("mask:".length), mask = emptyMask(name, shape);
    (data as Uint8Array).forEach((kept, i) => kept && setKept(mask, i, true));
    masks.set(name, mask);
  }
  return masks;
}

function planWords({ plan: { layers } }: Training): string {
  if (layers.length === 0) return "dense";
  return `packed ${layers.filter(({ storage }) => storage === "packed").length} of ${layers.length} layers`;
}
