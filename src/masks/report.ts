/** What a set of masks is: per layer and in all, expected by the rule and realised by the draw. */
import { UserError } from "../errors.ts";
import { type BlockSize, NO_BLOCKS } from "./blocks.ts";
import { degrees } from "./degrees.ts";
import { fanIn, fanOut, layerMacs, type LayerShape, layerSize } from "./layer.ts";
import type { Mask } from "./mask.ts";

/** One layer of a {@link MaskReport}. */
export interface LayerReport {
  name: string;
  shape: number[];
  /** Number of weights N. */
  size: number;
  /** The rule's density p_l. */
  density: number;
  /** Kept weights. */
  nnz: number;
  /** Realised density nnz / N. */
  realised: number;
  /** Input channels that no kept weight reads. */
  deadInputs: number;
  /** Output channels without a kept weight. */
  deadOutputs: number;
  /** Nothing is kept. */
  empty: boolean;
  /** Multiply-adds of the dense layer for one image. */
  macs: number;
  /** Multiply-adds at the kept weights. */
  keptMacs: number;
}

/** Masks in numbers. All densities are kept fractions. */
export interface MaskReport {
  layers: LayerReport[];
  /** Output and input channels that were drawn together; a layer with fewer has smaller blocks. */
  block: BlockSize;
  totals: {
    size: number;
    nnz: number;
    /** What was asked for. */
    nominalDensity: number;
    /** What the rule expects: sum p_l N_l / N. Some rules lose a part of the budget. */
    expectedDensity: number;
    /** What the masks have: nnz / N. */
    realisedDensity: number;
    macs: number;
    keptMacs: number;
    /** Kept multiply-adds over dense ones, expected and realised: what a step should cost. */
    expectedComputeDensity: number;
    realisedComputeDensity: number;
    deadInputs: number;
    deadOutputs: number;
    emptyLayers: number;
  };
}

/**
 * Reports on masks. `layers`, `densities` (of the rule) and `masks` are parallel; a {@link UserError} when they are not.
 */
export function reportMasks(
  layers: readonly LayerShape[],
  densities: readonly number[],
  masks: readonly Mask[],
  nominalDensity: number,
  block: BlockSize = NO_BLOCKS,
): MaskReport {
  if (layers.length !== masks.length || layers.length !== densities.length) {
    throw new UserError(`${masks.length} masks and ${densities.length} densities for ${layers.length} maskable layers`);
  }
  const rows = layers.map((layer, l) => reportLayer(layer, densities[l], masks[l]));
  const total = (value: (row: LayerReport) => number) => rows.reduce((sum, row) => sum + value(row), 0);
  const size = total((row) => row.size);
  const nnz = total((row) => row.nnz);
  const macs = total((row) => row.macs);
  const keptMacs = total((row) => row.keptMacs);
  return {
    layers: rows,
    block,
    totals: {
      size,
      nnz,
      nominalDensity,
      expectedDensity: expectedDensity(layers, densities),
      realisedDensity: nnz / size,
      macs,
      keptMacs,
      expectedComputeDensity: expectedComputeDensity(layers, densities),
      realisedComputeDensity: keptMacs / macs,
      deadInputs: total((row) => row.deadInputs),
      deadOutputs: total((row) => row.deadOutputs),
      emptyLayers: total((row) => +row.empty),
    },
  };
}

function reportLayer(layer: LayerShape, density: number, mask: Mask): LayerReport {
  if (layer.shape.join() !== mask.shape.join()) {
    throw new UserError(
      `mask ${mask.name} has shape [${mask.shape.join(", ")}], layer ${layer.name} [${layer.shape.join(", ")}]`,
    );
  }
  const { inputs, outputs } = degrees(mask);
  const zeros = (counts: Uint32Array) => counts.reduce((sum, n) => sum + +(n === 0), 0);
  const size = layerSize(layer);
  return {
    name: layer.name,
    shape: [...layer.shape],
    size,
    density,
    nnz: mask.nnz,
    realised: mask.nnz / size,
    deadInputs: zeros(inputs),
    deadOutputs: zeros(outputs),
    empty: mask.nnz === 0,
    macs: layerMacs(layer),
    keptMacs: mask.nnz * layer.positions,
  };
}

/** Density that a rule expects over all layers: sum p_l N_l / N. */
export function expectedDensity(layers: readonly LayerShape[], densities: readonly number[]): number {
  return weightedMean(layers, densities, layerSize);
}

/** Compute density that a rule expects: sum p_l N_l positions_l / sum N_l positions_l. */
export function expectedComputeDensity(layers: readonly LayerShape[], densities: readonly number[]): number {
  return weightedMean(layers, densities, layerMacs);
}

/**
 * Expected numbers of dead channels of a Bernoulli mask before flow preservation: an output is dead with probability
 * (1 - p)^fan-in, an input unread with (1 - p)^fan-out.
 */
export function expectedDead(layer: LayerShape, density: number): { deadInputs: number; deadOutputs: number } {
  const [outputs, inputs] = layer.shape;
  return {
    deadInputs: inputs * wholePower(1 - density, fanOut(layer.shape)),
    deadOutputs: outputs * wholePower(1 - density, fanIn(layer.shape)),
  };
}

function weightedMean(
  layers: readonly LayerShape[],
  values: readonly number[],
  weight: (layer: LayerShape) => number,
): number {
  let sum = 0;
  let all = 0;
  layers.forEach((layer, l) => {
    sum += values[l] * weight(layer);
    all += weight(layer);
  });
  return sum / all;
}

/** base^exponent by squaring: Math.pow may differ between engines, and reports are compared. */
function wholePower(base: number, exponent: number): number {
  let result = 1;
  for (let square = base; exponent > 0; exponent = Math.floor(exponent / 2), square *= square) {
    if (exponent % 2 === 1) result *= square;
  }
  return result;
}
