/** Thinning: a random part of what a mask keeps, for networks that start sparser than their source. */
import { randomU32, STREAM } from "../random/philox.ts";
import { blockGrid, type BlockSize, NO_BLOCKS, spreadBlocks } from "./blocks.ts";
import { keepSmallest } from "./draw.ts";
import { sizeOfShape, tapsOf } from "./layer.ts";
import { countBits, intersect, keeps, type Mask, toIndices, wordCount } from "./mask.ts";

/**
 * Keeps `count` of a mask's weights, uniformly among all such sets: those with the smallest keys of Philox (seed, stream
 * `score`, layer, 0), element i for weight i. Of masks in blocks as many blocks are kept as come nearest to `count` weights
 * on average, and keys go by blocks.
 *
 * @param index the layer's position among the maskable layers
 */
export function thinMask(mask: Mask, count: number, seed: number, index: number, block: BlockSize = NO_BLOCKS): Mask {
  if (count >= mask.nnz) return mask;
  const grid = blockGrid(mask.shape, block), single = grid.block[0] * grid.block[1] === 1;
  const units = single ? toIndices(mask) : keptBlocks(mask, grid.block);
  const keys = randomU32(seed, STREAM.score, index, 0, sizeOfShape(grid.blocks));
  const kept = keepSmallest(Uint32Array.from(units, (unit) => keys[unit]), Math.round(count * units.length / mask.nnz));
  const bits = new Uint32Array(wordCount(keys.length));
  units.forEach((unit, i) => {
    if ((kept[i >>> 5] >>> (i & 31) & 1) === 1) bits[unit >>> 5] |= 1 << (unit & 31);
  });
  const chosen = single ? bits : spreadBlocks(grid, bits);
  return intersect(mask, { name: mask.name, shape: mask.shape, bits: chosen, nnz: countBits(chosen) });
}

/** Blocks of which a mask keeps a weight, ascending. */
function keptBlocks(mask: Mask, block: BlockSize): Uint32Array {
  const { shape } = mask, { blocks: [, columns] } = blockGrid(shape, block), [outs, ins] = block;
  const [, inputs] = shape, taps = tapsOf(shape), found = new Set<number>();
  for (let i = 0; i < sizeOfShape(shape); i++) {
    if (!keeps(mask, i)) continue;
    const tap = i % taps, input = (i - tap) / taps % inputs, output = Math.floor(i / (taps * inputs));
    found.add((Math.floor(output / outs) * columns + Math.floor(input / ins)) * taps + tap);
  }
  return Uint32Array.from(found).sort();
}
