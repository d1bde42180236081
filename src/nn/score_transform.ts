/** The weights that a score is computed with: kept ones as they are or by their absolute values, all others 0. */
import type { Slice } from "../gpu/memory.ts";
import { type EffectiveWeights, recordEffective, recordEffectiveBackward } from "../ops/score.ts";
import type { WeightTransform } from "./transform.ts";

/**
 * A transform that masks by bits on the device, which may change between two runs of a program.
 * @param kept a bit for each value of the store
 * @param offset bit of the layer's first weight
 * @param absolute |w| instead of w, as SynFlow computes with
 */
export function keptWeights(kept: Slice, { offset, absolute }: Omit<EffectiveWeights, "size">): WeightTransform {
  return {
    name: absolute ? "absolute" : "kept",
    recordForward(recorder, size, { values, effective }) {
      recordEffective(recorder, { size, offset, absolute }, { x: values, kept, y: effective });
    },
    recordBackward(recorder, size, { values, effectiveGradient, gradient }, accumulate) {
      if (!gradient) return;
      const operands = { x: values, kept, dy: effectiveGradient, dx: gradient };
      recordEffectiveBackward(recorder, { size, offset, absolute }, operands, accumulate);
    },
    destroy() {},
  };
}
