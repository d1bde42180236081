/** Between a layer as it is stored, dense or packed, and all of its weights in row-major order: masks and numbers. */
import type { Operand, Recorder } from "../gpu/recorder.ts";
import { wordCount } from "../masks/mask.ts";
import {
  recordCopyWords,
  recordMarkWeights,
  recordRepack,
  recordSlots,
  recordSpread,
  type SlotStorage,
} from "../ops/pattern_slots.ts";
import { type Place, storedCount } from "./store_layout.ts";

/** A layer that has a slot for each weight. */
export const DENSE: SlotStorage = { storage: "dense" };

/** How a layer is stored now. */
export function slotStorage({ pattern }: Place): SlotStorage {
  return pattern ? { storage: "packed", ...pattern } : DENSE;
}

/**
 * Records a layer's mask, a bit for each weight in row-major order.
 * @param kept the store's bits of all values
 */
export function recordMask(recorder: Recorder, place: Place, kept: Operand, bits: Operand): void {
  const { parameter: { shape, size }, offset } = place, words = wordCount(size);
  if (!place.pattern) return recordCopyWords(recorder, { source: kept, copy: bits }, words, offset / 32);
  const slots = storedCount(place);
  const weights = recordSlots(recorder, shape, slotStorage(place), slots, { bits: kept, by: "slot", offset });
  recordMarkWeights(recorder, slots, words, { weights, bits });
}

/** Records a layer's stored numbers to all of its weights in row-major order, 0 where nothing is kept. */
export function recordUnpack(
  recorder: Recorder,
  place: Place,
  kept: Operand,
  operands: { values: Operand; dense: Operand },
): void {
  const { parameter: { shape, size }, offset } = place, slots = storedCount(place);
  const weights = recordSlots(recorder, shape, slotStorage(place), slots, { bits: kept, by: "slot", offset });
  recordSpread(recorder, slots, size, { weights, ...operands });
}

/** Records the kept ones of all of a layer's numbers into its slots, 0 where a slot keeps none. */
export function recordPack(
  recorder: Recorder,
  place: Place,
  kept: Operand,
  operands: { dense: Operand; values: Operand },
): void {
  const { parameter: { shape }, offset } = place, slots = storedCount(place);
  const sources = recordSlots(recorder, shape, slotStorage(place), slots, { bits: kept, by: "slot", offset });
  recordRepack(recorder, slots, { sources, old: operands.dense, values: operands.values });
}
