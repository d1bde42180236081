/** Changing a layer's mask, in plain TypeScript: what the kernels of shaders/pattern/ are held against. */
import { keeps, type Mask } from "../../masks/mask.ts";
import { NO_WEIGHT, type Pattern, slotIndices } from "../../masks/pattern.ts";

/** Row-major weight of each stored value: of a pattern's slots, or of all of a layer's weights. */
export function storedWeights(mask: Mask, pattern: Pattern | undefined): Uint32Array {
  const size = mask.shape.reduce((product, n) => product * n, 1);
  return pattern ? slotIndices(pattern) : Uint32Array.from({ length: size }, (_, i) => i);
}

/**
 * Stored values under a new mask: a weight that both masks keep keeps its value, a new one gets `fresh` or 0, what the new
 * mask drops is 0 where it still has a slot.
 * @param old the values with their mask, and their pattern where they are packed
 * @param next the new mask and pattern
 * @param fresh a value for each weight of the layer
 */
export function repack(
  old: { mask: Mask; pattern?: Pattern; values: ArrayLike<number> },
  next: { mask: Mask; pattern?: Pattern },
  fresh?: ArrayLike<number>,
): Float32Array {
  const dense = new Map<number, number>();
  storedWeights(old.mask, old.pattern).forEach((weight, slot) => {
    if (weight !== NO_WEIGHT && keeps(old.mask, weight)) dense.set(weight, old.values[slot]);
  });
  return Float32Array.from(storedWeights(next.mask, next.pattern), (weight) => {
    if (weight === NO_WEIGHT || !keeps(next.mask, weight)) return 0;
    return dense.get(weight) ?? fresh?.[weight] ?? 0;
  });
}
