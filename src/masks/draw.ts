/**
 * Drawing a mask: which weights a layer of given density keeps.
 *
 * Weight i of layer l (its index among the maskable layers) has the key u_i, element i of Philox (seed, stream mask,
 * layer l, step 0). Both laws below decide by comparing these integers, so a seed means the same mask everywhere. Where a
 * mask is drawn in blocks (`blocks.ts`), i counts the blocks.
 */
import { fillU32, randomU32, STREAM } from "../random/philox.ts";
import { UserError } from "../errors.ts";
import {
  type BlockGrid,
  blockGrid,
  type BlockSize,
  checkBlock,
  countWeights,
  NO_BLOCKS,
  spreadBlocks,
} from "./blocks.ts";
import { type LayerShape, sizeOfShape } from "./layer.ts";
import { countBits, fullMask, type Mask, wordCount } from "./mask.ts";

/**
 * How weights are chosen: `bernoulli` keeps each with probability p independently (the paper's ER networks; the count
 * varies), `exact` keeps exactly round(p N) of them, uniformly among all such sets. Of blocks, `exact` keeps the number
 * that comes nearest to round(p N) weights.
 */
export type DrawMethod = "bernoulli" | "exact";

/** All names of {@link DrawMethod}. */
export const DRAW_METHODS: readonly DrawMethod[] = ["bernoulli", "exact"];

/** Step word of the mask stream that keys use; flow preservation has another. */
const DRAW_STEP = 0;
const TWO_POW_32 = 0x100000000;
/** Keys made at a time: 32 KiB, a multiple of 32. */
const CHUNK = 8192;

/** Masks of all layers: layer l is drawn with density densities[l] and index l. */
export function drawMasks(
  layers: readonly LayerShape[],
  densities: readonly number[],
  seed: number,
  method: DrawMethod = "bernoulli",
  block: BlockSize = NO_BLOCKS,
): Mask[] {
  return layers.map((layer, l) => drawMask(layer, densities[l], seed, l, method, block));
}

/**
 * The mask of one layer.
 *
 * @param density p_l in [0, 1] (else a {@link UserError}); 1 keeps all, 0 keeps none
 * @param index the layer's position among the maskable layers
 * @param block output and input channels that are kept or pruned together; a {@link UserError} below 1
 */
export function drawMask(
  layer: Pick<LayerShape, "name" | "shape">,
  density: number,
  seed: number,
  index: number,
  method: DrawMethod = "bernoulli",
  block: BlockSize = NO_BLOCKS,
): Mask {
  checkBlock(block);
  if (!(density >= 0 && density <= 1)) {
    throw new UserError(`layer ${layer.name}: density ${density} is not between 0 and 1`);
  }
  if (density === 1) return fullMask(layer.name, layer.shape);
  const grid = blockGrid(layer.shape, block);
  const size = sizeOfShape(grid.blocks);
  const drawn = method === "exact"
    ? drawExact(grid, randomU32(seed, STREAM.mask, index, DRAW_STEP, size), density)
    : drawBernoulli(size, density, seed, index);
  const bits = grid.block[0] * grid.block[1] === 1 ? drawn : spreadBlocks(grid, drawn);
  return { name: layer.name, shape: [...layer.shape], bits, nnz: countBits(bits) };
}

/** Keeps i iff u_i < p 2^32. The product is exact, as 2^32 is a power of two. */
function drawBernoulli(size: number, density: number, seed: number, index: number): Uint32Array {
  const bits = new Uint32Array(wordCount(size));
  // A whole number is below p 2^32 iff it is at most one less than that, rounded up; none is where p is 0.
  const last = Math.ceil(density * TWO_POW_32) - 1;
  if (last < 0) return bits;
  const keys = new Uint32Array(Math.min(CHUNK, size));
  for (let start = 0; start < size; start += CHUNK) {
    fillU32(keys, seed, STREAM.mask, index, DRAW_STEP, start / 4);
    compareKeys(keys, Math.min(CHUNK, size - start), last | 0, bits, start >>> 5);
  }
  return bits;
}

/**
 * Bit i of `bits`, from word `firstWord` on, says whether keys[i] <= last, unsigned. Written without a branch: what a key
 * decides cannot be foretold, and a processor that guesses wrong half the time takes half as long again over a mask.
 */
function compareKeys(keys: Uint32Array, count: number, last: number, bits: Uint32Array, firstWord: number): void {
  for (let i = 0; i < count; i += 32) {
    const end = Math.min(count, i + 32);
    let word = 0;
    for (let j = i; j < end; j++) {
      const key = keys[j] | 0;
      // The highest bit of this is the borrow of last - key, which is 1 iff key > last.
      const borrow = ~last & key | (~last | key) & (last - key);
      word |= (~borrow >>> 31) << (j & 31);
    }
    bits[firstWord + (i >>> 5)] = word;
  }
}

/** Keeps the smallest keys: as many as come nearest to round(p N) weights, of two as near the fewer. */
function drawExact(grid: BlockGrid, keys: Uint32Array, density: number): Uint32Array {
  const wanted = Math.floor(density * sizeOfShape(grid.shape) + 0.5);
  const [outs, ins] = grid.block;
  if (outs * ins === 1) return keepSmallest(keys, wanted);
  const weightsOf = (count: number) => countWeights(grid, keepSmallest(keys, count));
  // Fewest blocks with at least the wanted weights, between two halves; a block has at most outs * ins weights.
  let below = Math.ceil(wanted / (outs * ins)) - 1, enough = keys.length;
  while (enough - below > 1) {
    const middle = (below + enough) >>> 1;
    if (weightsOf(middle) < wanted) below = middle;
    else enough = middle;
  }
  const fewer = Math.max(0, enough - 1);
  const count = wanted - weightsOf(fewer) <= weightsOf(enough) - wanted ? fewer : enough;
  return keepSmallest(keys, count);
}

/** Bits of the `count` smallest keys (count <= their number); among equal ones the lower index. */
export function keepSmallest(keys: Uint32Array, count: number): Uint32Array {
  const bits = new Uint32Array(wordCount(keys.length));
  if (count === 0) return bits;
  const { key: limit, below } = selectKey(keys, count);
  let ties = count - below;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i];
    if (key < limit || (key === limit && ties-- > 0)) bits[i >>> 5] |= 1 << (i & 31);
  }
  return bits;
}

/** The `count`-th smallest key and how many keys are below it: two radix passes of 16 bits, no sorting. */
function selectKey(keys: Uint32Array, count: number): { key: number; below: number } {
  const high = new Uint32Array(65536);
  for (let i = 0; i < keys.length; i++) high[keys[i] >>> 16]++;
  const first = findBin(high, count, 0);
  const low = new Uint32Array(65536);
  for (let i = 0; i < keys.length; i++) if (keys[i] >>> 16 === first.bin) low[keys[i] & 0xffff]++;
  const second = findBin(low, count, first.below);
  return { key: first.bin * 65536 + second.bin, below: second.below };
}

/** The bin in which the running total reaches `count`, and the total before it. */
function findBin(histogram: Uint32Array, count: number, below: number): { bin: number; below: number } {
  let bin = 0;
  while (below + histogram[bin] < count) below += histogram[bin++];
  return { bin, below };
}
