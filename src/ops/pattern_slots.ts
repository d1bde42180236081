/**
 * Moving a layer's numbers between storages on the GPU: from one pattern to another, from dense to packed and back.
 *
 * A *slot* is a stored value. Two index arrays say everything: which weight a slot holds ({@link recordSlots}), and where
 * the old storage has that weight ({@link recordSources}). Values and moments then follow the same indices, as words, so
 * that no bit of them changes.
 */
import { FLAT, flatKernel } from "../gpu/flat.ts";
import { flatGrid, type Operand, type Recorder, type Tensor } from "../gpu/recorder.ts";
import { blockGrid, type BlockSize } from "../masks/blocks.ts";
import { tapsOf } from "../masks/layer.ts";
import bitsText from "../../shaders/pattern/bits.wgsl" with { type: "text" };
import clearText from "../../shaders/pattern/clear_words.wgsl" with { type: "text" };
import copyText from "../../shaders/pattern/copy_words.wgsl" with { type: "text" };
import findText from "../../shaders/pattern/find.wgsl" with { type: "text" };
import keptText from "../../shaders/pattern/kept_slots.wgsl" with { type: "text" };
import markText from "../../shaders/pattern/mark.wgsl" with { type: "text" };
import repackText from "../../shaders/pattern/repack.wgsl" with { type: "text" };
import slotsText from "../../shaders/pattern/slots.wgsl" with { type: "text" };
import spreadText from "../../shaders/pattern/spread.wgsl" with { type: "text" };

const kernels = {
  slots: flatKernel(slotsText, { with: [bitsText] }),
  find: flatKernel(findText, { with: [bitsText] }),
  repack: flatKernel(repackText),
  spread: flatKernel(spreadText),
  keptSlots: flatKernel(keptText),
  mark: flatKernel(markText),
  copyWords: flatKernel(copyText),
  clearWords: flatKernel(clearText),
};

/** How a layer's values are stored: each weight in its row-major place, or the blocks of a pattern. */
export type SlotStorage =
  | { readonly storage: "dense" }
  | { readonly storage: "packed"; readonly block: BlockSize; readonly rowStart: Operand; readonly entries: Operand };

/** A bit for each weight, or for each slot from bit `offset` of a set on: 1 is kept. */
export interface KeptBits {
  readonly bits: Operand;
  readonly by: "weight" | "slot";
  /** A multiple of 32. */
  readonly offset?: number;
}

const NO_BLOCK: BlockSize = [1, 1];
const blockOf = (storage: SlotStorage) => storage.storage === "packed" ? storage.block : NO_BLOCK;

/** The arrays of a pattern; dense storage has none, and gets a buffer that its kernels do not look at. */
function arrays(storage: SlotStorage, unused: Operand) {
  return storage.storage === "packed"
    ? { rowStart: storage.rowStart, entries: storage.entries }
    : { rowStart: unused, entries: unused };
}

function dispatch(
  recorder: Recorder,
  name: keyof typeof kernels,
  count: number,
  operands: Readonly<Record<string, Operand>>,
  constants: Readonly<Record<string, number>>,
): void {
  if (count > 0) recorder.dispatch(name, kernels[name], operands, constants, flatGrid(count, FLAT));
}

/**
 * Records the row-major index of each slot's weight, NO_WEIGHT (2³² − 1) where there is none or `kept` drops it.
 * @param slots slots to look at; a pattern may have fewer
 */
export function recordSlots(
  recorder: Recorder,
  shape: readonly number[],
  storage: SlotStorage,
  slots: number,
  kept: KeptBits,
): Tensor {
  const weights = recorder.tensor("weights of slots", 4 * slots), { bits, by, offset = 0 } = kept;
  const [outputs, inputs] = shape, [outs, ins] = blockOf(storage);
  dispatch(recorder, "slots", slots, { ...arrays(storage, bits), mask: bits, weights }, {
    slots,
    packed: Number(storage.storage === "packed"),
    bySlot: Number(by === "slot"),
    maskOffset: offset,
    outputs,
    inputs,
    taps: tapsOf(shape),
    kernelWidth: shape[3] ?? 1,
    rows: blockGrid(shape, [outs, ins]).blocks[0],
    outs,
    ins,
  });
  return weights;
}

/**
 * Records for each of `slots` weight indices where another storage of the layer has that weight: its slot, or 2³¹ plus the
 * index where it has none or did not keep it, or NO_WEIGHT where there is no weight.
 * @param kept a bit for each slot of that storage
 */
export function recordSources(
  recorder: Recorder,
  shape: readonly number[],
  weights: Operand,
  slots: number,
  old: SlotStorage,
  kept: KeptBits & { readonly by: "slot" },
): Tensor {
  const sources = recorder.tensor("sources of slots", 4 * slots), { bits, offset = 0 } = kept;
  const [outs, ins] = blockOf(old);
  dispatch(recorder, "find", slots, { weights, ...arrays(old, bits), kept: bits, sources }, {
    slots,
    packed: Number(old.storage === "packed"),
    keptOffset: offset,
    inputs: shape[1],
    taps: tapsOf(shape),
    kernelWidth: shape[3] ?? 1,
    outs,
    ins,
  });
  return sources;
}

/**
 * Records values[i] = old[sources[i]] over `slots` slots; new weights get `fresh` (a value for each weight of the layer) or
 * 0. Also loads packed values from dense ones, where `sources` are the weights of slots.
 */
export function recordRepack(
  recorder: Recorder,
  slots: number,
  operands: { sources: Operand; old: Operand; values: Operand; fresh?: Operand },
): void {
  const { old, fresh = old, ...others } = operands;
  dispatch(recorder, "repack", slots, { ...others, old, fresh }, { slots, useFresh: Number(!!operands.fresh) });
}

/** Records dense[weight] = value for every slot that has a weight, and 0 for every other of `size` weights. */
export function recordSpread(
  recorder: Recorder,
  slots: number,
  size: number,
  operands: { weights: Operand; values: Operand; dense: Operand },
): void {
  recordClearWords(recorder, operands.dense, size);
  dispatch(recorder, "spread", slots, operands, { slots });
}

/** Records a bit for each slot, whether it has a weight, into `words` words of a set from word `first` on. */
export function recordKeptSlots(
  recorder: Recorder,
  slots: number,
  operands: { weights: Operand; kept: Operand },
  { first, words }: { first: number; words: number },
): void {
  dispatch(recorder, "keptSlots", words, operands, { slots, words, first });
}

/** Records the mask of the weights that slots have: `words` words, a bit for each weight of the layer. */
export function recordMarkWeights(
  recorder: Recorder,
  slots: number,
  words: number,
  operands: { weights: Operand; bits: Operand },
): void {
  recordClearWords(recorder, operands.bits, words);
  dispatch(recorder, "mark", slots, operands, { slots });
}

/** Records copy[i] = source[first + i] for `count` words. */
export function recordCopyWords(
  recorder: Recorder,
  operands: { source: Operand; copy: Operand },
  count: number,
  first = 0,
): void {
  dispatch(recorder, "copyWords", count, operands, { count, first });
}

/** Records words[i] = 0 for `count` words. */
export function recordClearWords(recorder: Recorder, words: Operand, count: number): void {
  dispatch(recorder, "clearWords", count, { words }, { count });
}
