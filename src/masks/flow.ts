/**
 * Flow preservation: after drawing, edges are added so that no channel of a layer is cut off.
 *
 * Each tensor stands for itself, shortcuts too. For every output channel without a kept weight, one uniformly random
 * weight of its row is kept; then for every input channel of that tensor without one, a random weight that reads it.
 * Edges are only ever added, so the realised density rises a little. With degree at least 1 everywhere a chain of layers
 * has a path from input to output.
 *
 * In masks of blocks, too, single weights are added: a whole block would mend a channel at the price of many weights that
 * nobody asked for. But the channels of a block row (or column) that need one choose the same block for it, because a
 * packed kernel pays for each block that holds a weight.
 */
import { STREAM, U32Reader } from "../random/philox.ts";
import { blockGrid, type BlockSize, NO_BLOCKS } from "./blocks.ts";
import { tapsOf } from "./layer.ts";
import { degrees } from "./degrees.ts";
import { copyMask, type Mask, setKept } from "./mask.ts";

/**
 * `paper`: output and input channels. `released`: as the authors' code does in effect, where the repair of a conv layer's
 * input channels is written into a copy and lost: only output channels for conv, both for linear. `off`: nothing.
 */
export type FlowMode = "off" | "paper" | "released";

/** All names of {@link FlowMode}. */
export const FLOW_MODES: readonly FlowMode[] = ["off", "paper", "released"];

/** Step word of the mask stream for these choices: independent of the drawing itself. */
const FLOW_STEP = 1;

/** Masks after flow preservation, and the number of edges added to each. */
export interface FlowResult {
  masks: Mask[];
  added: number[];
}

/**
 * Applies a mode to the masks of all maskable layers, in their order. The given masks stay as they are.
 * @param block the blocks that they were drawn in
 */
export function preserveFlow(
  masks: readonly Mask[],
  mode: FlowMode,
  seed: number,
  block: BlockSize = NO_BLOCKS,
): FlowResult {
  const repaired = masks.map((mask, l) => {
    const copy = copyMask(mask);
    if (mode !== "off") repair(copy, mode === "paper" || mask.shape.length === 2, seed, l, block);
    return copy;
  });
  return { masks: repaired, added: repaired.map((mask, l) => mask.nnz - masks[l].nnz) };
}

function repair(mask: Mask, inputsToo: boolean, seed: number, layer: number, block: BlockSize): void {
  const [outputs, inputs] = mask.shape, taps = tapsOf(mask.shape);
  const { block: [outs, ins], blocks: [rows, columns] } = blockGrid(mask.shape, block);
  const reader = new U32Reader(seed, STREAM.mask, layer, FLOW_STEP, 64);
  // one choice of (block, tap) for the channels of a row or column of blocks, drawn for the first that needs it
  const choices = new Map<number, number>();
  const choose = (group: number, among: number) => {
    const choice = choices.get(group) ?? reader.below(among * taps);
    choices.set(group, choice);
    return { at: Math.floor(choice / taps), tap: choice % taps };
  };
  const keep = (o: number, i: number, tap: number) => setKept(mask, (o * inputs + i) * taps + tap, true);
  degrees(mask).outputs.forEach((degree, o) => {
    if (degree > 0) return;
    const { at, tap } = choose(Math.floor(o / outs), columns);
    keep(o, Math.min(at * ins + (o % outs) % ins, inputs - 1), tap);
  });
  if (!inputsToo) return;
  choices.clear();
  // After the rows: an edge just added may have given an input channel its reader.
  degrees(mask).inputs.forEach((degree, i) => {
    if (degree > 0) return;
    const { at, tap } = choose(Math.floor(i / ins), rows);
    keep(Math.min(at * outs + (i % ins) % outs, outputs - 1), i, tap);
  });
}
