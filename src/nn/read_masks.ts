/** Masks as the device has them now, without touching what the store itself knows of them. */
import { align, ALIGNMENT, whole } from "../gpu/memory.ts";
import { type Operand, Recorder } from "../gpu/recorder.ts";
import { IDLE_STEP, type Runner } from "../gpu/runner.ts";
import { type Mask, maskFromBits, wordCount } from "../masks/mask.ts";
import type { Parameter } from "./model.ts";
import type { ParameterStore } from "./store.ts";

/** Records the mask that a layer computes with now, a bit for each weight in row-major order. */
export type RecordMask = (recorder: Recorder, store: ParameterStore, parameter: Parameter, bits: Operand) => void;

/**
 * Reads the masks of some parameters, with one wait: a bit a weight.
 * @param record where the store's masks are not what the network computes with
 */
export async function readMasks(
  store: ParameterStore,
  names: readonly string[],
  runner: Runner,
  record: RecordMask = (recorder, store, parameter, bits) => store.recordMask(recorder, parameter, bits),
): Promise<Map<string, Mask>> {
  const { memory, kernels } = store.gpu, recorder = new Recorder(memory, kernels);
  const layers = names.map((name) => store.parameter(name)).filter(({ size }) => size > 0);
  let bytes = 0;
  const places = layers.map((parameter) => {
    const offset = bytes, words = wordCount(parameter.size);
    bytes += align(4 * words, ALIGNMENT);
    return { parameter, offset, words };
  });
  const buffer = memory.create("masks to count", bytes);
  for (const { parameter, offset, words } of places) {
    record(recorder, store, parameter, { buffer, offset, size: align(4 * words, 16) });
  }
  const list = recorder.finish();
  try {
    runner.submit(list, [IDLE_STEP]);
    const all = new Uint32Array(await runner.read(whole(buffer)));
    return new Map(places.map(({ parameter: { name, shape, size }, offset, words }) => {
      const bits = all.slice(offset / 4, offset / 4 + words);
      // where nothing is masked, the bits behind the last weight are ones
      if (size % 32 !== 0) bits[words - 1] &= 2 ** (size % 32) - 1;
      return [name, maskFromBits(name, shape, bits)];
    }));
  } finally {
    list.destroy();
    memory.destroy(buffer);
  }
}
