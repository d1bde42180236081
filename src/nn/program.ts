/**
 * Compiling a model into a program: a static dispatch list over a parameter store, for one mode and one batch capacity.
 * A program for training holds the batch's loading, the forward pass, the loss, the backward pass and the optimizer's
 * step; one for evaluation stops at the loss and normalises by the running statistics.
 */
import { align, type Slice, whole } from "../gpu/memory.ts";
import { type DispatchList, type Operand, Recorder, type Tensor } from "../gpu/recorder.ts";
import { adapterClassOf } from "../ops/adapter_class.ts";
import { type LossShape, METRIC_BYTES, METRIC_SLOTS, recordCrossEntropy } from "../ops/cross_entropy.ts";
import type { AdapterClass } from "../ops/emit.ts";
import { recordBackward } from "./backward.ts";
import { type Activation, activation, type CompileContext, type Forward, recordForward } from "./forward.ts";
import { type Model, sizeOf } from "./model.ts";
import type { ParameterStore } from "./store.ts";
import type { WeightTransform } from "./transform.ts";

/** Columns of a batch: so many from column `first` on. */
export interface Columns {
  readonly first: number;
  readonly capacity: number;
}

/** Puts columns of a batch (C, H, W, N) and their (image, label) pairs into tensors; the first thing of every step. */
export type RecordBatch = (recorder: Recorder, columns: Columns) => { batch: Tensor; samples: Tensor };

/** What a program is compiled for. */
export interface ProgramOptions {
  readonly mode: "train" | "evaluate";
  /** Most images of a batch. */
  readonly capacity: number;
  readonly batch: RecordBatch;
  /** Label smoothing of the loss. */
  readonly smoothing?: number;
  /** Weight transforms by parameter name. */
  readonly transforms?: ReadonlyMap<string, WeightTransform>;
  /** Which kernels to write; the adapter's own class where it is left out. */
  readonly adapterClass?: AdapterClass;
  /** Most bytes of an activation tensor before the batch is cut into parts; what the adapter binds, or less. */
  readonly tensorBytes?: number;
}

/** A compiled program. */
export interface Program {
  readonly list: DispatchList;
  /** Index of the first dispatch of the optimizer's step; the list's length in evaluation. */
  readonly updateFrom: number;
  readonly mode: ProgramOptions["mode"];
  /** The store's version that it was compiled for: when masks have changed, it is compiled again. */
  readonly version: number;
  /** Most images of a batch: what was asked for. */
  readonly capacity: number;
  /** The metrics ring: {@link METRIC_SLOTS} slots of float32 (Σ loss, top-1, top-5, images). */
  readonly ring: Slice;
  /** Where the logits (classes, columns) of the last step lie: parts of the batch, in rows of so many columns each. */
  readonly logits: readonly Slice[];
  readonly columns: number;
  destroy(): void;
}

/** Columns of the activations of a batch: vec4 lanes, and whole tiles of linear layers for all but small batches. */
function columnsOf(capacity: number): number {
  return align(capacity, capacity > 32 ? 32 : 4);
}

/**
 * How a batch is cut: the fewest equal parts whose activations each fit into so many bytes.
 *
 * Parts are cut by columns of the batch and not by channels: weights and operators stay whole then, and only what sums
 * over the batch (statistics, weight gradients, the loss) has to know of them.
 */
export function cutBatch(model: Model, images: number, bytes: number): { parts: number; capacity: number } {
  const values = Math.max(...model.nodes.map(({ size }) => sizeOf(size)));
  let parts = 1;
  const capacity = () => columnsOf(Math.ceil(images / parts));
  while (4 * values * capacity() > bytes && capacity() > 4) parts++;
  return { parts: Math.ceil(columnsOf(images) / capacity()), capacity: capacity() };
}

/** A program's batch, forward pass and loss, recorded; what follows is the caller's. */
export interface RecordedLoss {
  readonly context: CompileContext;
  readonly forward: Forward;
  /** The logits and their gradients, by parts of the batch. */
  readonly logits: Activation;
  readonly gradients: Activation;
}

/** What a recorded pass depends on besides a program's options. */
export type PassOptions = Pick<CompileContext, "training" | "frozenStatistics" | "rescale">;

/** Records the batch and the forward pass; the samples are (image, label) pairs, by parts of the batch. */
export function recordPass(
  recorder: Recorder,
  store: ParameterStore,
  options: Omit<ProgramOptions, "mode" | "smoothing">,
  how: PassOptions,
): { context: CompileContext; forward: Forward; logits: Activation; samples: readonly Operand[] } {
  const { gpu, model } = store;
  const { maxStorageBufferBindingSize } = gpu.device.limits;
  const bytes = Math.min(options.tensorBytes ?? Infinity, maxStorageBufferBindingSize);
  const { parts, capacity } = cutBatch(model, options.capacity, bytes);
  recorder.scope = "batch";
  const sources = Array.from(
    { length: parts },
    (_, i) => options.batch(recorder, { first: i * capacity, capacity }),
  );
  const context: CompileContext = {
    recorder,
    store,
    model,
    capacity,
    parts,
    adapter: options.adapterClass ?? adapterClassOf(gpu),
    transforms: options.transforms ?? new Map(),
    ...how,
  };
  const forward = recordForward(context, sources.map(({ batch }) => batch));
  const logits = forward.outputs[model.nodes.length - 1];
  return { context, forward, logits, samples: sources.map(({ samples }) => samples) };
}

/** Records the batch, the forward pass, and the loss with its sums into the metrics ring. */
export function recordLoss(
  recorder: Recorder,
  store: ParameterStore,
  options: Omit<ProgramOptions, "mode"> & Pick<LossShape, "temperature">,
  ring: Operand,
  how: PassOptions,
): RecordedLoss {
  const { context, forward, logits, samples } = recordPass(recorder, store, options, how);
  const { capacity, model } = context;
  const gradients = activation(context, "gradient of logits", model.classes * capacity);
  recorder.scope = "loss";
  const { smoothing = 0, temperature } = options;
  const loss = { classes: model.classes, capacity, smoothing, temperature };
  const lossParts = samples.map((samples, i) => ({ logits: logits[i], samples, gradient: gradients[i] }));
  recordCrossEntropy(recorder, loss, lossParts, ring);
  return { context, forward, logits, gradients };
}

/**
 * Compiles a store's model.
 * @param replaced a program of the same options that masks have outlived: its buffers are used again, its metrics ring
 * stays what it is, and the program itself is spent
 */
export function compile(store: ParameterStore, options: ProgramOptions, replaced?: Program): Program {
  const { gpu, model } = store;
  const recorder = new Recorder(gpu.memory, gpu.kernels);
  const training = options.mode === "train";
  const ring = replaced?.ring ?? whole(gpu.memory.create("metrics", METRIC_SLOTS * METRIC_BYTES));
  const { context, forward, logits, gradients } = recordLoss(recorder, store, options, ring, { training });
  logits.forEach((part) => recorder.keep(part));
  if (training) recordBackward(context, forward, gradients);
  const updateFrom = recorder.length;
  if (training) {
    recorder.scope = "optimizer";
    store.recordStep(recorder);
  }
  const list = recorder.finish(replaced && { inherit: replaced.list.release() });
  const { capacity } = context;
  return {
    list,
    updateFrom,
    mode: options.mode,
    version: store.version,
    capacity: options.capacity,
    ring,
    logits: logits.map((part) => ({ ...list.locate(part), size: 4 * model.classes * capacity })),
    columns: capacity,
    destroy: () => {
      list.destroy();
      gpu.memory.destroy(ring.buffer);
    },
  };
}
