/**
 * Programs that scores are computed with: gradients of the loss, Hessian-vector products, and the synaptic flow, each summed
 * over several batches into a buffer of the store's layout. They read a store's values and running statistics and write its
 * gradients, nothing else of it.
 */
import { type DispatchList, Recorder } from "../gpu/recorder.ts";
import { METRIC_BYTES, METRIC_SLOTS } from "../ops/cross_entropy.ts";
import { recordFill } from "../ops/elementwise.ts";
import { recordAccumulate } from "../ops/score.ts";
import { recordBackward } from "./backward.ts";
import { activation } from "./forward.ts";
import { recordHessianVector } from "./hessian_vector.ts";
import type { Parameter } from "./model.ts";
import { cutBatch, type ProgramOptions, recordLoss, recordPass } from "./program.ts";
import { rescaleAtJoins } from "./rescale.ts";
import type { ParameterStore } from "./store.ts";

/** What such a program is compiled for. */
export interface ScoreProgramOptions extends Omit<ProgramOptions, "mode" | "smoothing"> {
  /** By which statistics batch norms normalise: the batch's or the running ones, which stay as they are. */
  readonly statistics: "batch" | "running";
  /** What logits are divided by before the loss; 1 where it is left out. */
  readonly temperature?: number;
  /** Images of all batches together: each counts for its share. */
  readonly images: number;
  /** Where the sums go: a float32 for each of the store's values. Step blocks count their slots from 0 on. */
  readonly sums: GPUBuffer;
}

/** Values of a dispatch at most, so that a range of any store can be bound. */
function rangeOf(store: ParameterStore): number {
  const { maxStorageBufferBindingSize } = store.gpu.device.limits;
  return Math.floor(maxStorageBufferBindingSize / 4 / 4096) * 4096;
}

/** Cuts a store's values into ranges that a kernel can bind. */
export function storeRanges(store: ParameterStore): { offset: number; size: number; values: number }[] {
  const most = rangeOf(store), ranges = [];
  for (let from = 0; from < store.length; from += most) {
    const values = Math.min(most, store.length - from);
    ranges.push({ offset: 4 * from, size: 4 * values, values });
  }
  return ranges;
}

/** A part of a buffer of a store's layout that belongs to a parameter. */
export function inLayout(store: ParameterStore, buffer: GPUBuffer, parameter: Parameter) {
  return { ...store.values(parameter), buffer };
}

function recordSums(
  recorder: Recorder,
  store: ParameterStore,
  { images, sums }: Pick<ScoreProgramOptions, "images" | "sums">,
): void {
  recorder.scope = "score";
  const { buffer: gradients } = store.all.gradients;
  for (const { values, ...range } of storeRanges(store)) {
    recordAccumulate(recorder, values, images, {
      x: { buffer: gradients, ...range },
      sums: { buffer: sums, ...range },
    });
  }
}

function recordBatchLoss(recorder: Recorder, store: ParameterStore, options: ScoreProgramOptions) {
  const ring = recorder.tensor("unused metrics", METRIC_SLOTS * METRIC_BYTES);
  const training = options.statistics === "batch";
  return recordLoss(recorder, store, options, ring, { training, frozenStatistics: true });
}

/** Compiles sums = the gradient of the mean loss over several batches. */
export function compileGradientSums(store: ParameterStore, options: ScoreProgramOptions): DispatchList {
  const recorder = new Recorder(store.gpu.memory, store.gpu.kernels);
  const { context, forward, gradients } = recordBatchLoss(recorder, store, options);
  recordBackward(context, forward, gradients);
  recordSums(recorder, store, options);
  return recorder.finish();
}

/**
 * Compiles sums = H·v for the Hessian of the mean loss over several batches with respect to the weights of convolutions and
 * linear layers.
 * @param direction v, in the store's layout
 * @throws {RangeError} for running statistics
 */
export function compileHessianSums(
  store: ParameterStore,
  options: ScoreProgramOptions & { readonly direction: GPUBuffer },
): DispatchList {
  const recorder = new Recorder(store.gpu.memory, store.gpu.kernels);
  recordHessianVector(recordBatchLoss(recorder, store, options), {
    direction: (weight) => inLayout(store, options.direction, weight),
    product: (weight) => store.gradient(weight),
  }, options.temperature);
  recordSums(recorder, store, options);
  return recorder.finish();
}

/** Columns of the batch of ones: the fewest that activations have. All are the same image. */
const FLOW_COLUMNS = 4;

/** The step of a synaptic flow program. */
export const FLOW_STEP = { count: FLOW_COLUMNS, start: 0, index: 0, epoch: 0, slot: 0, learningRate: 0 };

/**
 * Compiles sums = the gradient of R, the sum of all outputs for an image of ones (Tanaka et al. 2020), times a power of two
 * that keeps the network of |w| within float32. The transforms make the weights absolute; biases, scales and shifts must be
 * so already. Batch norms go by the running statistics.
 */
export function compileFlowSums(
  store: ParameterStore,
  options: Pick<ScoreProgramOptions, "transforms" | "adapterClass" | "tensorBytes" | "sums">,
): DispatchList {
  const { gpu, model } = store, recorder = new Recorder(gpu.memory, gpu.kernels);
  const [channels, height, width] = model.input;
  const bytes = Math.min(options.tensorBytes ?? Infinity, gpu.device.limits.maxStorageBufferBindingSize);
  const { capacity } = cutBatch(model, FLOW_COLUMNS, bytes);
  const rescale = rescaleAtJoins(recorder, model, capacity);
  const { context, forward, logits } = recordPass(recorder, store, {
    ...options,
    capacity: FLOW_COLUMNS,
    batch: (recorder, { capacity }) => {
      const size = channels * height * width * capacity, batch = recorder.tensor("ones", 4 * size);
      recordFill(recorder, size, batch, 1);
      return { batch, samples: batch };
    },
  }, { training: false, rescale });
  const gradients = activation(context, "gradient of logits", model.classes * capacity);
  recorder.scope = "outputs";
  logits.forEach((_, i) => recordFill(recorder, model.classes * capacity, gradients[i], 1 / FLOW_COLUMNS));
  recordBackward(context, forward, gradients);
  recordSums(recorder, store, { sums: options.sums, images: FLOW_COLUMNS });
  return recorder.finish();
}
