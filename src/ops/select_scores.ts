/**
 * Scores that selection (src/ops/select.ts) ranks weights by, beyond the values and gradients that are there already:
 * products, random numbers, and sums over the blocks of a block-wise mask.
 */
import { FLAT, flatKernel } from "../gpu/flat.ts";
import { flatGrid, type Operand, type Recorder } from "../gpu/recorder.ts";
import { blockGrid, type BlockSize } from "../masks/blocks.ts";
import { sizeOfShape, tapsOf } from "../masks/layer.ts";
import { seedKey, STREAM } from "../random/philox.ts";
import bitsText from "../../shaders/pattern/bits.wgsl" with { type: "text" };
import philoxText from "../../shaders/random/philox.wgsl" with { type: "text" };
import productText from "../../shaders/select/product.wgsl" with { type: "text" };
import randomText from "../../shaders/select/random.wgsl" with { type: "text" };
import unitBitsText from "../../shaders/select/unit_bits.wgsl" with { type: "text" };
import unitScoresText from "../../shaders/select/unit_scores.wgsl" with { type: "text" };

const product = flatKernel(productText);
const random = flatKernel(randomText, { with: [philoxText] });
const unitScores = flatKernel(unitScoresText, { with: [bitsText] });
const unitBits = flatKernel(unitBitsText, { with: [bitsText] });

/** Records scores = a · b over `size` float32 values (a multiple of 4): |w · g| once selection takes absolute values. */
export function recordProduct(
  recorder: Recorder,
  size: number,
  operands: { a: Operand; b: Operand; scores: Operand },
): void {
  recorder.dispatch("product", product, operands, { count: size / 4 }, flatGrid(size / 4, FLAT));
}

/** Where random scores come from: Philox (seed, stream `score`, layer, turn). */
export interface RandomScores {
  readonly seed: number;
  /** The layer's index among the maskable layers. */
  readonly layer: number;
  /** Which time scores are drawn for it. */
  readonly turn: number;
}

/** Records a random score in [0, 1) for each of `size` weights in row-major order. */
export function recordRandomScores(
  recorder: Recorder,
  size: number,
  { seed, layer, turn }: RandomScores,
  scores: Operand,
): void {
  const [seedLow, seedHigh] = seedKey(seed), blocks = Math.ceil(size / 4);
  const constants = { count: size, seedLow, seedHigh, layer, turn, stream: STREAM.score };
  recorder.dispatch("randomScores", random, { scores }, constants, flatGrid(blocks, FLAT));
}

/** A layer whose weights are selected by blocks. */
export interface UnitLayer {
  readonly shape: readonly number[];
  readonly block: BlockSize;
  /** Stored blocks where the layer is packed; undefined where it is dense, and every block of its grid is there. */
  readonly stored?: number;
  /** First bit of the layer's values, and first of its units: multiples of 32. */
  readonly offset: number;
  readonly unitOffset: number;
  /** First score of the layer in what is given as scores; 0 where it is left out. */
  readonly scoresOffset?: number;
}

/** Blocks of a layer that can be selected. */
export function unitCount({ shape, block, stored }: Pick<UnitLayer, "shape" | "block" | "stored">): number {
  return stored ?? sizeOfShape(blockGrid(shape, block).blocks);
}

/**
 * Records the score of every block: the sum over its kept weights, and as a candidate's bit whether it has any.
 */
export function recordUnitScores(
  recorder: Recorder,
  layer: UnitLayer,
  absolute: boolean,
  operands: { scores: Operand; kept: Operand; sums: Operand; candidates: Operand },
): void {
  const { shape, stored, offset, unitOffset, scoresOffset = 0 } = layer, units = unitCount(layer);
  if (units === 0) return;
  const { block: [outs, ins], blocks: [, columns] } = blockGrid(shape, layer.block), [outputs, inputs] = shape;
  recorder.dispatch("unitScores", unitScores, operands, {
    units,
    packed: Number(stored !== undefined),
    keptOffset: offset,
    scoresOffset,
    sumsOffset: unitOffset,
    outputs,
    inputs,
    taps: tapsOf(shape),
    columns,
    outs,
    ins,
    absolute: Number(absolute),
  }, flatGrid(Math.ceil(units / 32), FLAT));
}

/**
 * Records the kept bits of a layer's values from the selected blocks: what was kept and is in a selected block.
 * @param size stored values
 */
export function recordUnitBits(
  recorder: Recorder,
  layer: UnitLayer,
  size: number,
  operands: { units: Operand; kept: Operand; selected: Operand },
): void {
  if (size === 0) return;
  const { shape, stored, offset, unitOffset } = layer;
  const { block: [outs, ins], blocks: [, columns] } = blockGrid(shape, layer.block);
  recorder.dispatch("unitBits", unitBits, operands, {
    size,
    packed: Number(stored !== undefined),
    keptOffset: offset,
    unitsOffset: unitOffset,
    inputs: shape[1],
    taps: tapsOf(shape),
    columns,
    outs,
    ins,
  }, flatGrid(Math.ceil(size / 32), FLAT));
}
