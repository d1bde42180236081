/** The weights that a network computes with, where a transform stands between them and the stored ones. */
import { IDLE_STEP } from "../gpu/runner.ts";
import { Recorder } from "../gpu/recorder.ts";
import type { Training } from "./training.ts";

/** Effective values of every transformed parameter by name, row-major and with zeros where nothing is kept. */
export async function readEffectiveWeights({ store, trainer }: Training): Promise<Map<string, Float32Array>> {
  const { memory, kernels } = store.gpu, { transforms } = trainer.options;
  const effective = new Map<string, Float32Array>();
  for (const parameter of store.parameters) {
    const transform = transforms.get(parameter.name);
    if (!transform) continue;
    const recorder = new Recorder(memory, kernels), size = store.stored(parameter);
    recorder.scope = parameter.name;
    const stored = recorder.tensor("effective weights", 4 * size);
    transform.recordForward(recorder, size, { values: store.values(parameter), effective: stored }, store);
    // biases are stored as they are
    const dense = parameter.maskable ? recorder.tensor("dense effective weights", 4 * parameter.size) : stored;
    if (parameter.maskable) store.recordDense(recorder, parameter, stored, dense);
    recorder.keep(dense);
    const list = recorder.finish();
    try {
      trainer.runner.submit(list, [IDLE_STEP]);
      const values = await trainer.runner.readFloats({ ...list.locate(dense), size: 4 * parameter.size });
      effective.set(parameter.name, values.slice(0, parameter.size));
    } finally {
      list.destroy();
    }
  }
  return effective;
}
