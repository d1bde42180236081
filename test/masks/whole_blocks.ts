/** Whether a mask is one of blocks. */
import { blockGrid, type BlockSize, spreadBlocks } from "../../src/masks/blocks.ts";
import { tapsOf } from "../../src/masks/layer.ts";
import { emptyMask, type Mask, setKept, toIndices } from "../../src/masks/mask.ts";

/** Whether each block of the grid is kept as a whole or not at all. */
export function hasWholeBlocks(mask: Mask, block: BlockSize): boolean {
  const grid = blockGrid(mask.shape, block), kept = emptyMask("blocks", grid.blocks), taps = tapsOf(mask.shape);
  const [outs, ins] = grid.block;
  for (const index of toIndices(mask)) {
    const channel = Math.floor(index / taps), input = channel % mask.shape[1];
    const output = Math.floor(channel / mask.shape[1]);
    setKept(kept, (Math.floor(output / outs) * grid.blocks[1] + Math.floor(input / ins)) * taps + index % taps, true);
  }
  return spreadBlocks(grid, kept.bits).every((word, i) => word === mask.bits[i]);
}
