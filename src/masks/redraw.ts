/**
 * Redrawing masks at random with the layer-wise densities of given ones, inside a source: what remains of a score's mask are
 * its ratios (Su et al. 2020, "Sanity-checking pruning methods"; Frankle et al. 2021). If training it is as good, the score
 * found ratios and no weights.
 */
import { randomU32, STREAM } from "../random/philox.ts";
import { type DrawMethod, keepSmallest } from "./draw.ts";
import { emptyMask, fromIndices, type Mask, setKept, toIndices } from "./mask.ts";

/** Step word of the mask stream: independent of drawing (0) and flow preservation (1). */
const REDRAW_STEP = 2;

/**
 * Random masks inside `sources` with as many weights as `masks` keep: exactly, or each weight of the source independently
 * with probability nnz / nnz of the source.
 * @param sources masks of the same layers in the same order, each containing the mask's weights
 */
export function redrawMasks(
  masks: readonly Mask[],
  sources: readonly Mask[],
  seed: number,
  method: DrawMethod,
): Mask[] {
  return masks.map(({ name, shape, nnz }, l) => {
    const candidates = toIndices(sources[l]), size = shape.reduce((a, b) => a * b, 1);
    if (candidates.length === 0) return emptyMask(name, shape);
    // keys belong to weights, not to candidates: another source with the same seed shares them
    const words = randomU32(seed, STREAM.mask, l, REDRAW_STEP, size);
    const keys = candidates.map((index) => words[index]);
    if (method === "exact") {
      const bits = keepSmallest(keys, nnz);
      return fromIndices(name, shape, candidates.filter((_, i) => (bits[i >>> 5] >>> (i & 31) & 1) === 1));
    }
    const limit = nnz / candidates.length * 2 ** 32, mask = emptyMask(name, shape);
    candidates.forEach((index, i) => keys[i] < limit && setKept(mask, index, true));
    return mask;
  });
}
