/**
 * Edges of the whole network: a fixed number of its kept weights, the largest or drawn by Philox, chosen on the device and
 * listed layer by layer in the order of storage, so that lines do not flicker.
 */
import { FLAT, flatKernel } from "../gpu/flat.ts";
import type { Gpu } from "../gpu/device.ts";
import { type Slice, whole } from "../gpu/memory.ts";
import { type DispatchList, flatGrid, Recorder } from "../gpu/recorder.ts";
import { IDLE_STEP, type Runner } from "../gpu/runner.ts";
import { recordClearWords, recordSlots } from "../ops/pattern_slots.ts";
import { recordScan } from "../ops/scan.ts";
import { recordSelect } from "../ops/select.ts";
import { recordRandomScores } from "../ops/select_scores.ts";
import type { ParameterStore } from "../nn/store.ts";
import { slotStorageOf } from "./kept.ts";
import type { NetworkShape } from "./shape.ts";
import bitsText from "../../shaders/pattern/bits.wgsl" with { type: "text" };
import countText from "../../shaders/view3d/count_edges.wgsl" with { type: "text" };
import listText from "../../shaders/view3d/list_edges.wgsl" with { type: "text" };

/** Which weights are drawn where not all are. */
export type EdgeChoice = "magnitude" | "random";

/** Most lines of a whole network, and of one on a narrow screen. */
export const MOST_EDGES = 20_000, MOST_EDGES_NARROW = 4_000;

const countKernel = flatKernel(countText), listKernel = flatKernel(listText, { with: [bitsText] });
const EDGE_WORDS = 4;

/** The list, on the device: (layer, row-major index of the weight, value, 1) of each, zeros where there are fewer. */
export class EdgeList {
  readonly buffer: GPUBuffer;
  #recorded: { version: number; list: DispatchList } | undefined;
  readonly #keep: GPUBuffer;

  constructor(
    readonly gpu: Gpu,
    readonly shape: NetworkShape,
    readonly store: ParameterStore,
    readonly choice: EdgeChoice,
    readonly limit: number,
    /** A bit for each of the store's values. */
    readonly kept: Slice = store.all.kept,
  ) {
    this.buffer = gpu.memory.create("edges", 4 * EDGE_WORDS * limit);
    this.#keep = gpu.memory.upload("edges to keep", Uint32Array.of(limit));
  }

  /** Chooses anew, by the weights as they are now. */
  update(runner: Runner): void {
    if (this.#recorded?.version !== this.store.version) {
      this.#recorded?.list.destroy();
      this.#recorded = { version: this.store.version, list: this.#record() };
    }
    runner.submit(this.#recorded.list, [IDLE_STEP]);
  }

  #record(): DispatchList {
    const { store, gpu: { memory, kernels } } = this, recorder = new Recorder(memory, kernels);
    const layers = this.shape.planes.map(({ parameter }) => {
      const found = store.parameter(parameter);
      return { parameter: found, first: store.first(found), size: store.stored(found) };
    });
    const words = Math.ceil(store.length / 32), { values } = store.all, { kept } = this;
    const selected = recorder.tensor("selected edges", 4 * words), before = recorder.tensor("edges before", 4 * words);
    const totals = recorder.tensor("edges in all", 16);
    const scores = this.choice === "magnitude" ? values : recorder.tensor("drawn", 4 * store.length);
    if ("id" in scores) recordRandomScores(recorder, store.length, { seed: 0, layer: 0, turn: 0 }, scores);
    recordClearWords(recorder, selected, words);
    recordClearWords(recorder, whole(this.buffer), EDGE_WORDS * this.limit);
    recordSelect(recorder, {
      ranges: layers.map(({ first, size }) => ({ first, size, segment: 0 })),
      direction: "largest",
      absolute: true,
    }, { scores, candidates: kept, keep: whole(this.#keep), selected });
    recorder.dispatch("countEdges", countKernel, { selected, counts: before }, { words }, flatGrid(words, FLAT));
    recordScan(recorder, before, words, totals, 0);
    layers.forEach(({ parameter, first, size }, layer) => {
      if (size === 0) return;
      const slots = recordSlots(recorder, parameter.shape, slotStorageOf(store, parameter), size, {
        bits: selected,
        by: "slot",
        offset: first,
      });
      const operands = { selected, before, weights: slots, values, list: whole(this.buffer) };
      const numbers = { slots: size, first, layer, room: this.limit };
      recorder.dispatch("listEdges", listKernel, operands, numbers, flatGrid(size, FLAT));
    });
    return recorder.finish();
  }

  /** Frees the list. */
  destroy(): void {
    this.#recorded?.list.destroy();
    for (const buffer of [this.buffer, this.#keep]) this.gpu.memory.destroy(buffer);
  }
}
