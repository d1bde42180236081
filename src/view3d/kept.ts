/**
 * Which of a network's stored values are kept now. The store's own bits say so where masks are the store's. Where a method's
 * transforms decide it, by scores or thresholds that are trained, masks change with every step and no store knows of it: the
 * method then records its masks here, into bits of the store's layout.
 */
import { type Slice, whole } from "../gpu/memory.ts";
import { type DispatchList, Recorder } from "../gpu/recorder.ts";
import { IDLE_STEP, type Runner } from "../gpu/runner.ts";
import { wordCount } from "../masks/mask.ts";
import { recordKeptSlots, recordSlots, type SlotStorage } from "../ops/pattern_slots.ts";
import type { Parameter } from "../nn/model.ts";
import type { RecordMask } from "../nn/read_masks.ts";
import type { ParameterStore } from "../nn/store.ts";

/** How a layer's values are stored now. */
export function slotStorageOf(store: ParameterStore, parameter: Parameter): SlotStorage {
  const weights = store.weights(parameter);
  return weights.storage === "packed" ? { storage: "packed", ...weights.pattern } : { storage: "dense" };
}

/** The kept values of some layers of one network. */
export class KeptValues {
  readonly #own: GPUBuffer | undefined;
  #recorded: { readonly version: number; readonly list: DispatchList } | undefined;

  /**
   * @param names the layers' parameters
   * @param record the method's masks, where the store's are not what the network computes with
   */
  constructor(readonly store: ParameterStore, readonly names: readonly string[], readonly record?: RecordMask) {
    if (record) this.#own = store.gpu.memory.create("kept values", 4 * wordCount(store.length));
  }

  /** Whether a method decides them, so that every step may have others. */
  get decided(): boolean {
    return this.#own !== undefined;
  }

  /** A bit for each of the store's values; the same buffer for ever. A method's are those of the last {@link update}. */
  get bits(): Slice {
    return this.#own ? whole(this.#own) : this.store.all.kept;
  }

  /** Brings a method's bits up to date. The store's always are. */
  update(runner: Runner): void {
    if (!this.#own) return;
    const { version } = this.store;
    if (this.#recorded?.version !== version) {
      this.#recorded?.list.destroy();
      this.#recorded = { version, list: this.#record(this.record!, whole(this.#own)) };
    }
    runner.submit(this.#recorded.list, [IDLE_STEP]);
  }

  #record(record: RecordMask, kept: Slice): DispatchList {
    const { store } = this, { memory, kernels } = store.gpu, recorder = new Recorder(memory, kernels);
    for (const name of this.names) {
      const parameter = store.parameter(name), slots = store.stored(parameter);
      if (slots === 0) continue;
      const bits = recorder.tensor("mask", 4 * wordCount(parameter.size));
      record(recorder, store, parameter, bits);
      const storage = slotStorageOf(store, parameter);
      const weights = recordSlots(recorder, parameter.shape, storage, slots, { bits, by: "weight" });
      const place = { first: store.first(parameter) / 32, words: wordCount(slots) };
      recordKeptSlots(recorder, slots, { weights, kept }, place);
    }
    return recorder.finish();
  }

  /** Frees what was made for it; the store is another's. */
  destroy(): void {
    this.#recorded?.list.destroy();
    if (this.#own) this.store.gpu.memory.destroy(this.#own);
  }
}
