/**
 * Redrawing masks at random with the layer-wise densities of given ones, inside a source: what remains of a score's mask are
 * its ratios (Su et al. 2020, "Sanity-checking pruning methods"; Frankle et al. 2021). If training it is as good, the score
 * found ratios and no weights.
 */
import { randomU32, STREAM } from "../random/philox.ts";
import { type BlockGrid, blockGrid, type BlockSize, NO_BLOCKS, spreadBlocks } from "./blocks.ts";
import { type DrawMethod, keepSmallest } from "./draw.ts";
import { sizeOfShape, tapsOf } from "./layer.ts";
import { fromIndices, intersect, type Mask, maskFromBits, toIndices } from "./mask.ts";

/** Step word of the mask stream: independent of drawing (0) and flow preservation (1). */
const REDRAW_STEP = 2;

/**
 * Random masks inside `sources` with as many weights, or blocks of them, as `masks` keep: exactly, or each one of the source
 * independently with the probability that gives as many in the mean.
 * @param sources masks of the same layers in the same order, each containing the mask's weights
 * @param block what is kept or pruned as a whole
 */
export function redrawMasks(
  masks: readonly Mask[],
  sources: readonly Mask[],
  seed: number,
  method: DrawMethod,
  block: BlockSize = NO_BLOCKS,
): Mask[] {
  return masks.map((mask, l) => {
    const { name, shape } = mask, grid = blockGrid(shape, block);
    const candidates = blocksOf(grid, sources[l]), { length: count } = blocksOf(grid, mask);
    // keys belong to blocks of the layer, not to candidates: another source with the same seed shares them
    const words = randomU32(seed, STREAM.mask, l, REDRAW_STEP, sizeOfShape(grid.blocks));
    const keys = candidates.map((index) => words[index]);
    const chosen = method === "exact" ? smallest(keys, count) : below(keys, count / candidates.length);
    const drawn = fromIndices(name, grid.blocks, candidates.filter((_, i) => chosen(i)));
    return intersect(maskFromBits(name, shape, spreadBlocks(grid, drawn.bits)), sources[l]);
  });
}

/** Whether key i is among the `count` smallest. */
function smallest(keys: Uint32Array, count: number): (i: number) => boolean {
  const bits = keepSmallest(keys, count);
  return (i) => (bits[i >>> 5] >>> (i & 31) & 1) === 1;
}

/** Whether key i is among the share p of all keys. */
function below(keys: Uint32Array, p: number): (i: number) => boolean {
  const limit = p * 2 ** 32;
  return (i) => keys[i] < limit;
}

/** The blocks, in row-major order of their grid, that keep any weight. */
function blocksOf({ shape: [, inputs, ...filter], block: [outs, ins], blocks }: BlockGrid, mask: Mask): Uint32Array {
  const kept = toIndices(mask), taps = tapsOf([1, 1, ...filter]);
  if (outs * ins === 1) return kept;
  const found = new Set<number>();
  for (const index of kept) {
    const tap = index % taps, input = Math.floor(index / taps) % inputs, output = Math.floor(index / (taps * inputs));
    found.add((Math.floor(output / outs) * blocks[1] + Math.floor(input / ins)) * taps + tap);
  }
  return Uint32Array.from(found).sort();
}
