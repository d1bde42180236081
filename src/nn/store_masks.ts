/**
 * Changing masks on the device: patterns are rebuilt, values, gradients and moments repacked, and only a few integers a
 * layer come back to the CPU. The list of dispatches is kept and used again while the same layers change in the same way.
 *
 * A store loads this at the first change: most networks in a page are trained without one.
 */
import type { Gpu } from "../gpu/device.ts";
import { type Slice, whole } from "../gpu/memory.ts";
import { type DispatchList, Recorder } from "../gpu/recorder.ts";
import { IDLE_STEP, Runner } from "../gpu/runner.ts";
import { type Mask, maskFromBits, wordCount } from "../masks/mask.ts";
import { createPattern, type PatternBuffers } from "../ops/packed_pattern.ts";
import {
  COUNT_WORDS,
  type CountedPattern,
  type PatternCounts,
  type PatternLayer,
  readCounts,
  recordCountBits,
  recordPatternArrays,
  recordPatternCounts,
} from "../ops/pattern_build.ts";
import {
  recordCopyWords,
  recordKeptSlots,
  recordRepack,
  recordSlots,
  recordSources,
  type SlotStorage,
} from "../ops/pattern_slots.ts";
import type { Storage } from "./plan.ts";
import type { Place } from "./store_layout.ts";
import { DENSE, recordMask } from "./store_slots.ts";

/** The buffers of a store that follow its masks. */
export interface StoreTensors {
  readonly values: GPUBuffer;
  /** Gradients and moments. */
  readonly others: readonly GPUBuffer[];
  /** A bit for each value. */
  readonly kept: GPUBuffer;
}

/** A change of one layer's mask, checked and on the device. */
export interface PlacedChange {
  readonly place: Place;
  readonly bits: Slice;
  readonly to: Storage;
  readonly capacity?: number;
  readonly fresh?: Slice;
}

interface Change extends PlacedChange {
  /** Where a packed layer goes: its own buffers, or new ones. */
  readonly target?: PatternBuffers;
}

interface Recorded {
  readonly key: readonly unknown[];
  readonly totals: GPUBuffer;
  readonly list: DispatchList;
  /** Dispatches that only count. */
  readonly counting: number;
}

/** Rebuilds patterns and repacks; a store makes one at the first change. */
export class MaskUpdater {
  readonly #runner: Runner;
  #recorded: Recorded | undefined;

  constructor(readonly gpu: Gpu, readonly tensors: StoreTensors) {
    this.#runner = new Runner(gpu);
  }

  /** Bytes of what is kept for the next change. */
  get bytes(): number {
    return this.#recorded ? this.#recorded.list.plannedBytes + this.#recorded.totals.size : 0;
  }

  /**
   * Changes masks. Either all of them change, or nothing does and an error says why.
   * @throws {RangeError} where a mask keeps more than its layer has room for
   */
  async update(changes: readonly PlacedChange[]): Promise<PatternCounts[]> {
    const made: PatternBuffers[] = [];
    try {
      const targets = await this.#targets(changes, made);
      const { list, counting, totals } = this.#record(targets);
      this.#runner.submit(list, [IDLE_STEP], { end: counting });
      const counts = await this.#counts(totals, changes.length);
      targets.forEach(({ place, target }, i) => target && requireRoom(place, counts[i].count, target.capacity));
      this.#runner.submit(list, [IDLE_STEP], { start: counting });
      targets.forEach(({ place, target }, i) => settle(place, target, counts[i]));
      return counts;
    } catch (error) {
      for (const pattern of made) pattern.destroy();
      this.#forget();
      throw error;
    }
  }

  /** Where each layer goes. A layer that was dense gets buffers, as large as asked for or as its new mask needs. */
  async #targets(changes: readonly PlacedChange[], made: PatternBuffers[]): Promise<Change[]> {
    const unknown = changes.filter(({ place, to, capacity }) => to === "packed" && !place.pattern && !capacity);
    const counts = unknown.length === 0 ? [] : await this.#count(unknown);
    return changes.map((change) => {
      const { place, to } = change, { parameter: { name, shape }, block, room } = place;
      if (to === "dense") {
        requireRoom(place, place.parameter.size, room, "weights");
        return change;
      }
      if (place.pattern) return { ...change, target: place.pattern };
      const capacity = change.capacity ?? counts[unknown.indexOf(change)].count;
      requireRoom(place, capacity, Math.floor(room / (block[0] * block[1])));
      const target = createPattern(this.gpu.memory, name, shape, block, capacity);
      made.push(target);
      return { ...change, target };
    });
  }

  /** Counts alone, for layers whose buffers are not there yet. */
  async #count(changes: readonly PlacedChange[]): Promise<PatternCounts[]> {
    const { memory, kernels } = this.gpu, recorder = new Recorder(memory, kernels);
    const totals = memory.create("mask counts", 4 * COUNT_WORDS * changes.length);
    changes.forEach(({ place, bits }, index) => recordPatternCounts(recorder, layerOf(place, totals, index), bits));
    const list = recorder.finish();
    try {
      this.#runner.submit(list, [IDLE_STEP]);
      return await this.#counts(totals, changes.length);
    } finally {
      list.destroy();
      memory.destroy(totals);
    }
  }

  async #counts(totals: GPUBuffer, layers: number): Promise<PatternCounts[]> {
    const words = new Uint32Array(await this.#runner.read(whole(totals)));
    return Array.from({ length: layers }, (_, i) => readCounts(words, i));
  }

  /** The list for these changes: the one of before where it binds the same buffers. */
  #record(changes: readonly Change[]): Recorded {
    const key = changes.flatMap(({ place, bits, to, target, fresh }) => [
      place,
      place.pattern?.entries.buffer,
      target?.entries.buffer,
      to,
      bits.buffer,
      bits.offset,
      fresh?.buffer,
      fresh?.offset,
    ]);
    const known = this.#recorded;
    if (known && known.key.length === key.length && key.every((part, i) => part === known.key[i])) return known;
    this.#forget();
    const { memory, kernels } = this.gpu, recorder = new Recorder(memory, kernels);
    const totals = memory.create("mask counts", 4 * COUNT_WORDS * changes.length);
    const counted = changes.map(({ place, bits, to }, index) => {
      recorder.scope = place.parameter.name;
      const layer = layerOf(place, totals, index);
      if (to === "packed") return recordPatternCounts(recorder, layer, bits);
      recordCountBits(recorder, bits, place.parameter.size, layer.totals, COUNT_WORDS * index + 1);
    });
    const counting = recorder.length;
    changes.forEach((change, i) => {
      recorder.scope = change.place.parameter.name;
      this.#recordChange(recorder, change, layerOf(change.place, totals, i), counted[i]);
    });
    return this.#recorded = { key, totals, list: recorder.finish(), counting };
  }

  #recordChange(recorder: Recorder, change: Change, layer: PatternLayer, counted: CountedPattern | undefined): void {
    const { place, bits, target, fresh } = change, { parameter: { shape, size }, offset, room } = place;
    const kept = whole(this.tensors.kept);
    // the old pattern is read when its buffers hold the new one already
    const old = place.pattern ? copyPattern(recorder, place.pattern) : DENSE;
    if (target) recordPatternArrays(recorder, layer, counted!, target);
    const next: SlotStorage = target ? { storage: "packed", ...target } : DENSE;
    const slots = target ? target.capacity * target.block[0] * target.block[1] : size;
    const weights = recordSlots(recorder, shape, next, slots, { bits, by: "weight" });
    const sources = recordSources(recorder, shape, weights, slots, old, { bits: kept, by: "slot", offset });
    for (const { offset, trained } of [place, ...place.companions]) {
      for (const buffer of [this.tensors.values, ...trained ? this.tensors.others : []]) {
        const part = { buffer, offset: 4 * offset, size: 4 * room };
        const values = recorder.tensor("repacked", 4 * slots);
        const given = offset === place.offset && buffer === this.tensors.values && fresh ? { fresh } : {};
        recordRepack(recorder, slots, { sources, old: part, values, ...given });
        recordCopyWords(recorder, { source: values, copy: part }, slots);
      }
      recordKeptSlots(recorder, slots, { weights, kept }, { first: offset / 32, words: room / 32 });
    }
  }

  /** Reads a layer's mask back from the device. */
  async mask(place: Place): Promise<Mask> {
    const { memory, kernels } = this.gpu, { name, shape, size } = place.parameter;
    const recorder = new Recorder(memory, kernels), words = wordCount(size);
    const buffer = memory.create("mask read back", 4 * words);
    recordMask(recorder, place, whole(this.tensors.kept), whole(buffer));
    const list = recorder.finish();
    try {
      this.#runner.submit(list, [IDLE_STEP]);
      const read = new Uint32Array(await this.#runner.read({ buffer, offset: 0, size: 4 * words }));
      return maskFromBits(name, shape, read);
    } finally {
      list.destroy();
      memory.destroy(buffer);
    }
  }

  #forget(): void {
    this.#recorded?.list.destroy();
    if (this.#recorded) this.gpu.memory.destroy(this.#recorded.totals);
    this.#recorded = undefined;
  }

  destroy(): void {
    this.#forget();
    this.#runner.destroy();
  }
}

/** A layer as the pattern's kernels take it. */
function layerOf({ parameter: { shape }, block }: Place, totals: GPUBuffer, index: number): PatternLayer {
  return { shape, block, totals: whole(totals), index };
}

function copyPattern(recorder: Recorder, { block, rowStart, entries }: PatternBuffers): SlotStorage {
  const copy = (source: Slice, label: string) => {
    const words = source.size / 4, copy = recorder.tensor(label, source.size);
    recordCopyWords(recorder, { source, copy }, words);
    return copy;
  };
  return {
    storage: "packed",
    block,
    rowStart: copy(rowStart, "old rowStart"),
    entries: copy(entries, "old entries"),
  };
}

function requireRoom({ parameter: { name } }: Place, wanted: number, room: number, what = "blocks"): void {
  if (wanted <= room) return;
  throw new RangeError(`${name}: the new mask needs room for ${wanted} ${what}, but there is room for ${room}`);
}

/** Takes the new counts over, once the device has its work. */
function settle(place: Place, target: PatternBuffers | undefined, counts: PatternCounts): void {
  const { count, nnz, chunkCount, chunkBlocks } = counts;
  if (!target) {
    place.pattern?.destroy();
    place.pattern = undefined;
  } else place.pattern = { ...target, count, chunkCount, chunkBlocks };
  place.nnz = nnz;
  place.mask = undefined;
  place.onDevice = true;
  place.slots = undefined;
}
