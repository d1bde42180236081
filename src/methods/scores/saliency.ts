/** Products of the store's weights with something of its layout, as most scores are. */
import type { DispatchList } from "../../gpu/recorder.ts";
import { whole } from "../../gpu/memory.ts";
import { Recorder } from "../../gpu/recorder.ts";
import { storeRanges } from "../../nn/score_program.ts";
import type { ParameterStore } from "../../nn/store.ts";
import { recordSaliency } from "../../ops/score.ts";

/** Compiles scores = w · factor, or |w · factor|, over the whole store. */
export function compileSaliency(
  store: ParameterStore,
  { factor, scores, absolute }: { factor: GPUBuffer; scores: GPUBuffer; absolute: boolean },
): DispatchList {
  const recorder = new Recorder(store.gpu.memory, store.gpu.kernels), { buffer: weights } = store.all.values;
  for (const { values, ...range } of storeRanges(store)) {
    const operands = {
      a: { buffer: weights, ...range },
      b: { buffer: factor, ...range },
      scores: { buffer: scores, ...range },
    };
    recordSaliency(recorder, values, absolute, operands);
  }
  return recorder.finish();
}

/** A scorer's buffers of the store's layout, and how they are freed. */
export function layoutBuffers(store: ParameterStore, ...labels: string[]) {
  const { memory } = store.gpu;
  const buffers = labels.map((label) => memory.create(label, 4 * store.length));
  const slices = buffers.map(whole);
  return { buffers, slices, destroy: () => buffers.forEach((buffer) => memory.destroy(buffer)) };
}
