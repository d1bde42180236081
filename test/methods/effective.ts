/** What a network computes with while transforms stand between it and what is stored. */
import { strict as assert } from "node:assert";
import { whole } from "../../src/gpu/memory.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { IDLE_STEP } from "../../src/gpu/runner.ts";
import { type Mask, maskFromBits } from "../../src/masks/mask.ts";
import type { Parameter } from "../../src/nn/model.ts";
import type { Training } from "../../src/train/training.ts";

/** Effective weights as the network computes with them now, from the transforms that its programs have. */
export async function effective({ store, trainer }: Training, weight: Parameter): Promise<Float32Array> {
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
