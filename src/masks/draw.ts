/**
 * Drawing a mask: which weights a layer of given density keeps.
 *
 * Weight i of layer l (its index among the maskable layers) has the key u_i, element i of Philox (seed, stream mask,
 * layer l, step 0). Both laws below decide by comparing these integers, so a seed means the same mask everywhere.
 */
import { fillU32, randomU32, STREAM } from "../random/philox.ts";
import { UserError } from "../errors.ts";
import { type LayerShape, sizeOfShape } from "./layer.ts";
import { countBits, fullMask, type Mask, wordCount } from "./mask.ts";

/**
 * How weights are chosen: `bernoulli` keeps each with probability p independently (the paper's ER networks; the count
 * varies), `exact` keeps exactly round(p N) of them, uniformly among all such sets.
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
): Mask[] {
  return layers.map((layer, l) => drawMask(layer, densities[l], seed, l, method));
}

/**
 * The mask of one layer.
 *
 * @param density p_l in [0, 1] (else a {@link UserError}); 1 keeps all, 0 keeps none
 * @param index the layer's position among the maskable layers
 */
export function drawMask(
  layer: Pick<LayerShape, "name" | "shape">,
  density: number,
  seed: number,
  index: number,
  method: DrawMethod = "bernoulli",
): Mask {
  if (!(density >= 0 && density <= 1)) {
    throw new UserError(`layer ${layer.name}: density ${density} is not between 0 and 1`);
  }
  if (density === 1) return fullMask(layer.name, layer.shape);
  const size = sizeOfShape(layer.shape);
  const bits = method === "exact"
    ? keepSmallest(randomU32(seed, STREAM.mask, index, DRAW_STEP, size), Math.floor(density * size + 0.5))
    : drawBernoulli(size, density, seed, index);
  return { name: layer.name, shape: [...layer.shape], bits, nnz: countBits(bits) };
}

/** Keeps i iff u_i < p 2^32. The product is exact, as 2^32 is a power of two. */
function drawBernoulli(size: number, density: number, seed: number, index: number): Uint32Array {
  const threshold = density * TWO_POW_32;
  const bits = new Uint32Array(wordCount(size));
  const keys = new Uint32Array(Math.min(CHUNK, size));
  for (let start = 0; start < size; start += CHUNK) {
    fillU32(keys, seed, STREAM.mask, index, DRAW_STEP, start / 4);
    const count = Math.min(CHUNK, size - start);
    for (let i = 0; i < count; i += 32) {
      const end = Math.min(count, i + 32);
      let word = 0;
      for (let j = i; j < end; j++) if (keys[j] < threshold) word |= 1 << (j & 31);
      bits[(start + i) >>> 5] = word;
    }
  }
  return bits;
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
