/** The weights of a trained network, as anybody's framework would compute with them. */
import { whole } from "../gpu/memory.ts";
import { Recorder } from "../gpu/recorder.ts";
import { IDLE_STEP } from "../gpu/runner.ts";
import type { Parameter } from "../nn/model.ts";
import type { WeightTransform } from "../nn/transform.ts";
import type { Training } from "./training.ts";

/** A tensor in row-major order. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** What a transformed parameter's stored values are called, as in PyTorch's `torch.nn.utils.prune`. */
export function storedName(parameter: string): string {
  return `${parameter}_orig`;
}

/**
 * Reads all parameters and the statistics of batch norms, by PyTorch's names. Where a transform stands between stored and
 * effective values, the effective ones have the parameter's name, so that the network computes with them alone what it
 * computed here, and the stored ones another ({@link storedName}); then comes what the method trained.
 */
export async function finalWeights(training: Training): Promise<NamedTensor[]> {
  const { store, trainer, read } = training, tensors: NamedTensor[] = [];
  for (const parameter of store.parameters) {
    const { name, shape } = parameter, transform = trainer.options.transforms.get(name);
    const values = await store.read(parameter, read);
    if (transform) tensors.push({ name, shape, values: await effectiveValues(training, parameter, transform) });
    tensors.push({ name: transform ? storedName(name) : name, shape, values });
  }
  for (const [name, values] of await store.readStatistics(read)) tensors.push({ name, shape: [values.length], values });
  return tensors;
}

/** A parameter's effective values in row-major order, 0 where nothing is stored. */
export async function effectiveValues(
  { store, trainer: { runner } }: Training,
  parameter: Parameter,
  transform: WeightTransform,
): Promise<Float32Array> {
  const { gpu: { memory, kernels } } = store, size = store.stored(parameter);
  const recorder = new Recorder(memory, kernels), buffer = memory.create("effective values", 4 * size);
  const values = store.values(parameter);
  transform.recordForward(recorder, size, { values, effective: whole(buffer) }, store);
  const list = recorder.finish();
  try {
    runner.submit(list, [IDLE_STEP]);
    // in the places of the stored values, which the store knows how to spread
    return await store.read(parameter, () => runner.readFloats(whole(buffer)));
  } finally {
    list.destroy();
    memory.destroy(buffer);
  }
}
