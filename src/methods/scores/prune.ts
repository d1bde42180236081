/** Pruning a store by a score in rounds: score what is left, keep the highest, again. Everything stays on the device. */
import { type Slice, whole } from "../../gpu/memory.ts";
import { Recorder } from "../../gpu/recorder.ts";
import { IDLE_STEP, type Runner } from "../../gpu/runner.ts";
import { type Mask, maskFromBits, wordCount } from "../../masks/mask.ts";
import type { Parameter } from "../../nn/model.ts";
import type { ParameterStore } from "../../nn/store.ts";
import { recordSelection } from "../../nn/store_select.ts";
import { recordCopyWords } from "../../ops/pattern_slots.ts";
import type { Scorer } from "./score.ts";

/** What is pruned by what. */
export interface PruneOptions {
  readonly store: ParameterStore;
  readonly runner: Runner;
  readonly scorer: Scorer;
  /** A bit for each of the store's values: what is in before, and what has stayed after. */
  readonly kept: GPUBuffer;
  readonly parameters: readonly Parameter[];
  readonly scope: "global" | "layers";
  /** Weights that stay after each round: one number, or one for each layer. */
  readonly counts: readonly (readonly number[])[];
  /** Called after each round, counted from 1, is submitted. */
  readonly onRound?: (round: number) => void;
}

/** Rounds that may be queued before the device is waited for. */
const QUEUED_ROUNDS = 8;

/** Prunes. Nothing is read back; the device is waited for now and then, so that its queue does not grow. */
export async function pruneRounds(
  { store, runner, scorer, kept, parameters, scope, counts, onRound }: PruneOptions,
): Promise<void> {
  const { memory, kernels } = store.gpu, recorder = new Recorder(memory, kernels);
  const keep = memory.create("weights to keep", 4 * counts[0].length), words = wordCount(store.length);
  const selected = recorder.tensor("selected", 4 * words);
  const selection = { parameters, score: scorer.scores, scope, keep: whole(keep), candidates: whole(kept) };
  recordSelection(recorder, store, selection, selected);
  recordCopyWords(recorder, { source: selected, copy: whole(kept) }, words);
  const list = recorder.finish();
  try {
    for (const [i, count] of counts.entries()) {
      memory.write(whole(keep), Uint32Array.from(count));
      scorer.compute();
      runner.submit(list, [IDLE_STEP]);
      if ((i + 1) % QUEUED_ROUNDS === 0) await store.gpu.idle();
      onRound?.(i + 1);
    }
  } finally {
    list.destroy();
    memory.destroy(keep);
  }
}

/** Reads masks back that are given as bits in a store's layout. */
export async function readMasks(
  store: ParameterStore,
  runner: Runner,
  parameters: readonly Parameter[],
  kept: GPUBuffer,
): Promise<Mask[]> {
  const { memory, kernels } = store.gpu, recorder = new Recorder(memory, kernels);
  let bytes = 0;
  const places = parameters.map(({ size }) => {
    const place = { offset: bytes, size: 4 * wordCount(size) };
    bytes += Math.ceil(place.size / 256) * 256;
    return place;
  });
  const buffer = memory.create("masks", bytes);
  parameters.forEach((parameter, i) => {
    const bits: Slice = { buffer, ...places[i] };
    store.recordMask(recorder, parameter, bits, whole(kept));
  });
  const list = recorder.finish();
  try {
    runner.submit(list, [IDLE_STEP]);
    const words = new Uint32Array(await runner.read(whole(buffer)));
    return parameters.map(({ name, shape }, i) => {
      const { offset, size } = places[i];
      return maskFromBits(name, shape, words.slice(offset / 4, (offset + size) / 4));
    });
  } finally {
    list.destroy();
    memory.destroy(buffer);
  }
}
