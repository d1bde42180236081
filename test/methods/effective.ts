/** What a network computes with while transforms stand between it and what is stored. */
import { whole } from "../../src/gpu/memory.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { IDLE_STEP } from "../../src/gpu/runner.ts";
import { type Mask, maskFromBits } from "../../src/masks/mask.ts";
import type { Parameter } from "../../src/nn/model.ts";
import { effectiveValues } from "../../src/train/final_weights.ts";
import type { Training } from "../../src/train/training.ts";

/** Effective values as the network computes with them now, from the transforms that its programs have. */
export function effective(training: Training, parameter: Parameter): Promise<Float32Array> {
  return effectiveValues(training, parameter, training.trainer.options.transforms.get(parameter.name)!);
}

/** The mask that a method says it computes with. */
export async function activeMask({ store, trainer }: Training, { name, shape, size }: Parameter): Promise<Mask> {
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
