/**
 * Selecting among the weights that a store keeps: which stay, by magnitude, gradient, their product or given scores, in each
 * layer or over all of them. It runs over what is stored, so that a packed network costs what it keeps.
 */
import { align, type Slice, whole } from "../gpu/memory.ts";
import type { Operand, Recorder } from "../gpu/recorder.ts";
import { wordCount } from "../masks/mask.ts";
import { recordSelect, type SelectOrder, type SelectRange } from "../ops/select.ts";
import { recordProduct, recordUnitBits, recordUnitScores, unitCount, type UnitLayer } from "../ops/select_scores.ts";
import type { Parameter } from "./model.ts";
import type { ParameterStore } from "./store.ts";
import { blockArea, type Place, storedCount } from "./store_layout.ts";

/**
 * What weights are ranked by: |w|, |∂L/∂w|, |w · ∂L/∂w|, or numbers in the layout of the store's values (a float32 for each
 * of its `length` values).
 */
export type StoreScore = "magnitude" | "gradient" | "saliency" | Slice;

/** A choice among kept weights. */
export interface StoreSelection {
  /** The layers that are chosen from. */
  readonly parameters: readonly Parameter[];
  readonly score: StoreScore;
  /** Which end of the order stays; the largest where it is left out. Scores given as a slice are compared with their sign. */
  readonly direction?: SelectOrder["direction"];
  /** Whether all layers compete, or each for itself. */
  readonly scope: "global" | "layers";
  /**
   * How many to keep, a u32 for each layer, or a single one where all compete: weights, or blocks where masks are drawn in
   * blocks. Where fewer are kept already, all of them stay.
   */
  readonly keep: Operand;
  /** Which of the store's values are chosen from, a bit for each; those that are kept where it is left out. */
  readonly candidates?: Operand;
}

/** Blocks that a layer can keep now: its stored ones, or all of its grid. */
function unitsOf(place: Place): number {
  return unitCount({ shape: place.parameter.shape, block: place.block, stored: place.pattern?.count });
}

/**
 * Records which of the kept weights of some layers are selected, as bits in the store's layout; words of other parameters
 * are undefined. `store.recordMask` makes masks of it.
 * @param selected a bit for each of the store's values: room for `store.length` of them
 */
export function recordSelection(
  recorder: Recorder,
  store: ParameterStore,
  { parameters, ...choice }: StoreSelection,
  selected: Operand,
): void {
  const { values, gradients, kept, places } = store.selectionTensors(parameters);
  const { score, direction = "largest", scope, keep, candidates: from = whole(kept) } = choice;
  const absolute = typeof score === "string", order = { direction, absolute };
  const segmentOf = (i: number) => scope === "global" ? 0 : i;
  const scores = recordScores(recorder, score, values, gradients);
  if (places.every((place) => blockArea(place) === 1)) {
    const ranges = places.map((place, i): SelectRange => ({
      first: place.offset,
      size: storedCount(place),
      segment: segmentOf(i),
    }));
    recordSelect(recorder, { ranges, ...order }, { scores, candidates: from, keep, selected });
    return;
  }
  // blocks get a layout of their own: one number for each, layer after layer
  let unitOffset = 0;
  const layers = places.map((place) => {
    const { parameter: { shape }, block, offset, pattern } = place, units = unitsOf(place);
    const layer: UnitLayer = { shape, block, offset, unitOffset, stored: pattern?.count };
    unitOffset += align(units, 64);
    return { place, layer, units };
  });
  const sums = recorder.tensor("block scores", 4 * unitOffset);
  const candidates = recorder.tensor("blocks", 4 * wordCount(unitOffset));
  const chosen = recorder.tensor("selected blocks", 4 * wordCount(unitOffset));
  for (const { place, layer } of layers) {
    const bound = { scores, kept: from, sums, candidates };
    recordUnitScores(recorder, { ...layer, scoresOffset: place.offset }, absolute, bound);
  }
  const ranges = layers.map(({ layer, units }, i) => ({
    first: layer.unitOffset,
    size: units,
    segment: segmentOf(i),
  }));
  recordSelect(recorder, { ranges, direction }, { scores: sums, candidates, keep, selected: chosen });
  for (const { place, layer } of layers) {
    recordUnitBits(recorder, layer, storedCount(place), { units: chosen, kept: from, selected });
  }
}

/** The scores, in the store's layout: what is there already, or products. */
function recordScores(recorder: Recorder, score: StoreScore, values: GPUBuffer, gradients: GPUBuffer): Operand {
  if (typeof score !== "string") return score;
  if (score !== "saliency") return whole(score === "magnitude" ? values : gradients);
  const scores = recorder.tensor("saliency", values.size);
  // frozen parameters lie behind the others and have no gradient, so no product either
  recordProduct(recorder, gradients.size / 4, {
    a: { ...whole(values), size: gradients.size },
    b: whole(gradients),
    scores,
  });
  return scores;
}
