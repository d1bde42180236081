/** The mask that a network computes with where a transform decides it: the weights whose effective value is not 0. */
import type { Operand, Recorder } from "../gpu/recorder.ts";
import { wordCount } from "../masks/mask.ts";
import type { Parameter } from "../nn/model.ts";
import type { ParameterStore } from "../nn/store.ts";
import type { WeightTransform } from "../nn/transform.ts";
import { recordChosenBits } from "../ops/chosen_bits.ts";

/** Records the mask of one layer, a bit for each weight in row-major order. */
export function recordActiveMask(
  recorder: Recorder,
  store: ParameterStore,
  transform: WeightTransform,
  parameter: Parameter,
  bits: Operand,
): void {
  const size = store.stored(parameter), effective = recorder.tensor("effective weights", 4 * size);
  const active = recorder.tensor("active weights", 4 * wordCount(store.length));
  transform.recordForward(recorder, size, { values: store.values(parameter), effective }, store);
  const bound = { values: effective, kept: store.all.kept, bits: active };
  recordChosenBits(recorder, size, "nonzero", bound, store.first(parameter));
  store.recordMask(recorder, parameter, bits, active);
}
