/**
 * Block-random masks: the same law drawn on blocks of output × input channels instead of single weights.
 *
 * A block holds the weights of `outs` neighbouring output channels and `ins` neighbouring input channels at one filter
 * tap, and is kept or pruned as a whole: a packed kernel then reads one activation for several weights. Blocks lie on a
 * grid from channel 0 on; those at a layer's edges are clipped, and a layer with fewer channels has smaller blocks. The
 * grid is itself a tensor [⌈out / outs⌉, ⌈in / ins⌉, kh, kw], and a block-random mask is a mask of that tensor, spread
 * over the weights. Each weight is still kept with probability p, but no longer independently: a layer's realised density
 * varies about √(outs · ins) times as much.
 */
import { UserError } from "../errors.ts";
import { sizeOfShape, tapsOf } from "./layer.ts";
import { countBits, wordCount } from "./mask.ts";

/** Output and input channels of a block. */
export type BlockSize = readonly [outs: number, ins: number];

/** Single weights: the paper's masks. */
export const NO_BLOCKS: BlockSize = [1, 1];

/** The blocks of a layer. */
export interface BlockGrid {
  /** Of the layer: [out, in, …]. */
  readonly shape: readonly number[];
  /** As asked for, but no larger than the layer. */
  readonly block: BlockSize;
  /** The shape of the tensor of blocks: [⌈out / outs⌉, ⌈in / ins⌉, …]. */
  readonly blocks: readonly number[];
}

/** Throws a {@link UserError} unless both sides are whole numbers from 1 on. */
export function checkBlock(block: readonly number[]): void {
  if (block.length === 2 && block.every((side) => Number.isInteger(side) && side >= 1)) return;
  throw new UserError(
    `block ${block.join(",")}: expected two whole numbers, each at least 1: output and input channels`,
    {
      hint: "Blocks of 1,1 are single weights; 8,4 keeps or prunes 8 output by 4 input channels at a time.",
    },
  );
}

/** The blocks of a layer of a shape. */
export function blockGrid(shape: readonly number[], block: BlockSize): BlockGrid {
  const sides: BlockSize = [Math.min(block[0], shape[0]), Math.min(block[1], shape[1])];
  const blocks = [Math.ceil(shape[0] / sides[0]), Math.ceil(shape[1] / sides[1]), ...shape.slice(2)];
  return { shape, block: sides, blocks };
}

/** Number of weights of each block, in the order of the grid's tensor but one tap only: all taps are alike. */
function tapSizes({ shape: [outputs, inputs], block: [outs, ins], blocks: [rows, columns] }: BlockGrid): Uint32Array {
  const sizes = new Uint32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const height = Math.min(outs, outputs - row * outs);
    for (let column = 0; column < columns; column++) {
      sizes[row * columns + column] = height * Math.min(ins, inputs - column * ins);
    }
  }
  return sizes;
}

/** Number of weights under the blocks that `bits` keeps. */
export function countWeights(grid: BlockGrid, bits: Uint32Array): number {
  const [outputs, inputs] = grid.shape, [outs, ins] = grid.block;
  if (outputs % outs === 0 && inputs % ins === 0) return countBits(bits) * outs * ins;
  const sizes = tapSizes(grid), taps = tapsOf(grid.shape);
  let count = 0;
  eachKept(bits, (index) => count += sizes[Math.floor(index / taps)]);
  return count;
}

/** Bits of the weights, from the bits of their blocks. */
export function spreadBlocks(grid: BlockGrid, bits: Uint32Array): Uint32Array {
  const [outputs, inputs] = grid.shape, [outs, ins] = grid.block, columns = grid.blocks[1];
  const taps = tapsOf(grid.shape);
  const weights = new Uint32Array(wordCount(sizeOfShape(grid.shape)));
  eachKept(bits, (index) => {
    const tap = index % taps, place = (index - tap) / taps;
    const column = place % columns, row = (place - column) / columns;
    const lastOutput = Math.min(outputs, (row + 1) * outs), lastInput = Math.min(inputs, (column + 1) * ins);
    for (let o = row * outs; o < lastOutput; o++) {
      for (let i = column * ins; i < lastInput; i++) {
        const weight = (o * inputs + i) * taps + tap;
        weights[weight >>> 5] |= 1 << (weight & 31);
      }
    }
  });
  return weights;
}

function eachKept(bits: Uint32Array, visit: (index: number) => void): void {
  for (let w = 0; w < bits.length; w++) {
    for (let word = bits[w]; word !== 0; word &= word - 1) visit(w * 32 + 31 - Math.clz32(word & -word));
  }
}
