/**
 * Changing the masks of all layers at once, on the device: pruning to given counts, dropping some weights and growing
 * others. Each is recorded over what the store holds then; nothing but a few counts comes back, and `apply` gives the result
 * to the store, which repacks its layers and packs those that have become sparse enough.
 */
import { ALIGNMENT, type Slice, whole } from "../gpu/memory.ts";
import { type Operand, Recorder } from "../gpu/recorder.ts";
import { IDLE_STEP, type Runner } from "../gpu/runner.ts";
import { wordCount } from "../masks/mask.ts";
import type { Parameter } from "../nn/model.ts";
import { storageFor } from "../nn/plan.ts";
import type { KeptCount, ParameterStore } from "../nn/store.ts";
// comes with the method, so that a change in the middle of a run waits for no code
import "../nn/store_masks.ts";
import { recordSelection, type StoreScore, type StoreSelection } from "../nn/store_select.ts";
import { recordCountBits } from "../ops/pattern_build.ts";
import { recordCopyWords } from "../ops/pattern_slots.ts";
import { recordCombineBits, recordSelect } from "../ops/select.ts";
import { recordRandomScores, recordUnitBits, recordUnitScores, unitCount } from "../ops/select_scores.ts";
import { LayerBits } from "./layer_bits.ts";

/** Which of the kept weights stay. */
export interface PruneChoice {
  readonly score: StoreScore;
  readonly direction?: StoreSelection["direction"];
  readonly scope: StoreSelection["scope"];
  /** Weights that stay: of each layer in order, or one number where all layers compete. */
  readonly keep: readonly number[];
}

/** Edits the masks of a store's maskable layers. */
export class MaskEditor {
  readonly parameters: readonly Parameter[];
  /** The masks as they are edited, row-major. */
  readonly #masks: LayerBits;
  /** The same for stored values, once something has been selected; the store's own bits before. */
  readonly #selected: GPUBuffer;
  #edited = false;
  readonly #counts: GPUBuffer;
  readonly #totals: GPUBuffer;

  constructor(readonly store: ParameterStore, readonly runner: Runner) {
    const { gpu: { memory }, model, length } = store;
    this.parameters = model.parameters.filter(({ maskable }) => maskable);
    this.#masks = new LayerBits(memory, "edited masks", this.parameters);
    this.#selected = memory.create("selected values", 4 * wordCount(length));
    this.#counts = memory.create("counts to keep", ALIGNMENT * this.parameters.length);
    this.#totals = memory.create("kept counts", 4 * this.parameters.length);
  }

  /** Weights in all maskable layers. */
  get size(): number {
    return this.parameters.reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * Prunes to exactly so many weights; where fewer are kept, they stay. Of masks in blocks whole blocks stay, as many as
   * come nearest to the number of weights.
   * @returns what each layer keeps now
   */
  async prune(choice: PruneChoice): Promise<number[]> {
    const { store, parameters } = this, { score, direction, scope, keep } = choice;
    this.#write(scope === "layers" ? this.#units(keep) : [this.#unitsOfAll(keep[0])]);
    this.#run((recorder) => {
      const selected = recorder.tensor("selected", this.#selected.size);
      const keep = whole(this.#counts), candidates = this.#edited ? whole(this.#selected) : undefined;
      recordSelection(recorder, store, { parameters, score, direction, scope, keep, candidates }, selected);
      recordCopyWords(recorder, { source: selected, copy: whole(this.#selected) }, this.#selected.size / 4);
      for (const parameter of parameters) {
        store.recordMask(recorder, parameter, this.#masks.of(parameter), whole(this.#selected));
      }
    });
    this.#edited = true;
    return await this.counts();
  }

  /**
   * Keeps those of the kept weights that a recording chooses.
   * @param record records a bit for each of the store's values, 0 for those of pruned weights
   * @returns what each layer keeps now
   */
  async choose(record: (recorder: Recorder, selected: Slice) => void): Promise<number[]> {
    const { store, parameters } = this;
    this.#run((recorder) => {
      const selected = whole(this.#selected);
      record(recorder, selected);
      for (const parameter of parameters) store.recordMask(recorder, parameter, this.#masks.of(parameter), selected);
    });
    this.#edited = true;
    return await this.counts();
  }

  /** Drops so many of each layer's kept weights, those of the least magnitude. */
  drop(counts: readonly number[]): void {
    const { store, parameters } = this;
    this.#write(this.#units(counts));
    this.#run((recorder) => {
      const dropped = recorder.tensor("dropped", this.#selected.size);
      const candidates = this.#edited ? whole(this.#selected) : undefined, keep = whole(this.#counts);
      const choice = { parameters, score: "magnitude", direction: "smallest", scope: "layers", keep } as const;
      recordSelection(recorder, store, { ...choice, candidates }, dropped);
      for (const parameter of parameters) {
        const words = wordCount(parameter.size);
        const [mask, gone] = ["mask", "dropped"].map((label) => recorder.tensor(label, 4 * words));
        store.recordMask(recorder, parameter, mask, candidates);
        store.recordMask(recorder, parameter, gone, dropped);
        recordCombineBits(recorder, words, "without", { a: mask, b: gone, result: this.#masks.of(parameter) });
      }
    });
  }

  /** Grows weights of one layer among those that are allowed and not kept: the ones with the largest |score|. */
  grow(parameter: Parameter, count: number, allowed: LayerBits, scores: Slice): void {
    const keep = this.#writeAt(this.parameters.indexOf(parameter), this.#unitsOf(parameter, count));
    this.#run((recorder) => this.#recordGrowth(recorder, parameter, keep, allowed.of(parameter), scores));
  }

  /** Grows random weights of every layer among those that are allowed and not kept. */
  growAtRandom(counts: readonly number[], allowed: LayerBits, seed: number, turn: number): void {
    this.#run((recorder) => {
      this.parameters.forEach((parameter, layer) => {
        const { size } = parameter, scores = recorder.tensor("random scores", 16 * Math.ceil(size / 4));
        recordRandomScores(recorder, size, { seed, layer, turn }, scores);
        const keep = this.#writeAt(layer, this.#unitsOf(parameter, counts[layer]));
        this.#recordGrowth(recorder, parameter, keep, allowed.of(parameter), scores);
      });
    });
  }

  #recordGrowth(recorder: Recorder, parameter: Parameter, keep: Slice, allowed: Slice, scores: Operand): void {
    const { shape, size } = parameter, words = wordCount(size), mask = this.#masks.of(parameter);
    const [candidates, grown, either] = ["candidates", "grown", "mask"].map((label) =>
      recorder.tensor(label, 4 * words)
    );
    recordCombineBits(recorder, words, "without", { a: allowed, b: mask, result: candidates });
    if (this.store.blockArea(parameter) === 1) {
      const options = { ranges: [{ first: 0, size, segment: 0 }], direction: "largest", absolute: true } as const;
      recordSelect(recorder, options, { scores, candidates, keep, selected: grown });
    } else {
      const layer = { shape, block: this.store.block(parameter), offset: 0, unitOffset: 0 };
      const blocks = unitCount(layer);
      const sums = recorder.tensor("block scores", 16 * Math.ceil(blocks / 4));
      const [free, chosen] = ["blocks", "grown blocks"].map((label) => recorder.tensor(label, 4 * wordCount(blocks)));
      recordUnitScores(recorder, layer, true, { scores, kept: candidates, sums, candidates: free });
      const options = { ranges: [{ first: 0, size: blocks, segment: 0 }], direction: "largest" } as const;
      recordSelect(recorder, options, { scores: sums, candidates: free, keep, selected: chosen });
      recordUnitBits(recorder, layer, size, { units: chosen, kept: candidates, selected: grown });
    }
    recordCombineBits(recorder, words, "either", { a: mask, b: grown, result: either });
    recordCopyWords(recorder, { source: either, copy: mask }, words);
  }

  /** Reads back how many weights each edited mask keeps. */
  async counts(): Promise<number[]> {
    this.#run((recorder) =>
      this.parameters.forEach((parameter, i) =>
        recordCountBits(recorder, this.#masks.of(parameter), parameter.size, whole(this.#totals), i)
      )
    );
    const words = new Uint32Array(await this.runner.read(whole(this.#totals)));
    return this.parameters.map((_, i) => words[i]);
  }

  /** Gives the edited masks to the store. New weights start at 0. */
  async apply(): Promise<KeptCount[]> {
    const { store, parameters } = this, counts = await this.counts();
    this.#edited = false;
    return await store.setMasks(parameters.map((parameter, i) => ({
      parameter,
      mask: this.#masks.of(parameter),
      storage: storageFor(store.options.plan, parameter, store.storage(parameter), counts[i]),
    })));
  }

  /** How many of a layer's blocks so many weights are. */
  #unitsOf(parameter: Parameter, weights: number): number {
    const block = this.store.block(parameter), { shape, size } = parameter;
    return Math.round(weights * unitCount({ shape, block }) / size);
  }

  #units(weights: readonly number[]): number[] {
    return this.parameters.map((parameter, i) => this.#unitsOf(parameter, weights[i]));
  }

  #unitsOfAll(weights: number): number {
    const all = this.parameters.reduce(
      (sum, parameter) => sum + unitCount({ shape: parameter.shape, block: this.store.block(parameter) }),
      0,
    );
    return Math.round(weights * all / this.size);
  }

  #write(counts: readonly number[]): void {
    this.store.gpu.memory.write(whole(this.#counts), Uint32Array.from(counts));
  }

  /** Writes a number where it can be bound alone. */
  #writeAt(index: number, count: number): Slice {
    const slice = { buffer: this.#counts, offset: ALIGNMENT * index, size: 16 };
    this.store.gpu.memory.write(slice, Uint32Array.of(count));
    return slice;
  }

  /** Records and submits; what was recorded is freed, which WebGPU does once the device is done with it. */
  #run(record: (recorder: Recorder) => void): void {
    const { gpu: { memory, kernels } } = this.store, recorder = new Recorder(memory, kernels);
    record(recorder);
    const list = recorder.finish();
    this.runner.submit(list, [IDLE_STEP]);
    list.destroy();
  }

  /** Frees what editing needs. */
  destroy(): void {
    const { memory } = this.store.gpu;
    this.#masks.destroy();
    for (const buffer of [this.#selected, this.#counts, this.#totals]) memory.destroy(buffer);
  }
}
