/**
 * Compiling a model into a program: a static dispatch list over a parameter store, for one mode and one batch capacity.
 * A program for training holds the batch's loading, the forward pass, the loss, the backward pass and the optimizer's
 * step; one for evaluation stops at the loss and normalises by the running statistics.
 */
import type { Gpu } from "../gpu/device.ts";
import { align, type Slice, whole } from "../gpu/memory.ts";
import { type DispatchList, Recorder, type Tensor } from "../gpu/recorder.ts";
import { METRIC_BYTES, METRIC_SLOTS, recordCrossEntropy } from "../ops/cross_entropy.ts";
import { ADAPTER_CLASSES, type AdapterClass } from "../ops/emit.ts";
import { recordBackward } from "./backward.ts";
import { type CompileContext, recordForward } from "./forward.ts";
import type { ParameterStore } from "./store.ts";
import type { WeightTransform } from "./transform.ts";

/** Puts a batch of images (C, H, W, N) and their (image, label) pairs into tensors; the first thing of every step. */
export type RecordBatch = (recorder: Recorder, capacity: number) => { batch: Tensor; samples: Tensor };

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
}

/** A compiled program. */
export interface Program {
  readonly list: DispatchList;
  /** Index of the first dispatch of the optimizer's step; the list's length in evaluation. */
  readonly updateFrom: number;
  readonly mode: ProgramOptions["mode"];
  /** Most images of a batch: what was asked for. */
  readonly capacity: number;
  /** The metrics ring: {@link METRIC_SLOTS} slots of float32 (Σ loss, top-1, top-5, images). */
  readonly ring: Slice;
  /** Where the logits (classes, columns) of the last step lie, in rows of so many columns. */
  readonly logits: Slice;
  readonly columns: number;
  destroy(): void;
}

/** The kernels' class of an open adapter. */
export function adapterClassOf(gpu: Gpu): AdapterClass {
  return ADAPTER_CLASSES[gpu.adapter.software ? "software" : "gpu"];
}

/** Columns of the activations of a batch: vec4 lanes, and whole tiles of linear layers for all but small batches. */
function columnsOf(capacity: number): number {
  return align(capacity, capacity > 32 ? 32 : 4);
}

/** Compiles a store's model. */
export function compile(store: ParameterStore, options: ProgramOptions): Program {
  const { gpu, model } = store;
  const recorder = new Recorder(gpu.memory, gpu.kernels);
  const capacity = columnsOf(options.capacity);
  recorder.scope = "batch";
  const { batch, samples } = options.batch(recorder, capacity);
  const context: CompileContext = {
    recorder,
    store,
    model,
    capacity,
    adapter: options.adapterClass ?? adapterClassOf(gpu),
    training: options.mode === "train",
    transforms: options.transforms ?? new Map(),
  };
  const forward = recordForward(context, batch);
  const logits = recorder.keep(forward.outputs[model.nodes.length - 1]);
  const ring = gpu.memory.create("metrics", METRIC_SLOTS * METRIC_BYTES);
  const gradient = recorder.tensor("gradient of logits", 4 * model.classes * capacity);
  recorder.scope = "loss";
  recordCrossEntropy(recorder, { classes: model.classes, capacity, smoothing: options.smoothing ?? 0 }, {
    logits,
    samples,
    gradient,
    ring: whole(ring),
  });
  if (context.training) recordBackward(context, forward, gradient);
  const updateFrom = recorder.length;
  if (context.training) {
    recorder.scope = "optimizer";
    store.recordStep(recorder);
  }
  const list = recorder.finish();
  return {
    list,
    updateFrom,
    mode: options.mode,
    capacity: options.capacity,
    ring: whole(ring),
    logits: { ...list.locate(logits), size: 4 * model.classes * capacity },
    columns: capacity,
    destroy: () => {
      list.destroy();
      gpu.memory.destroy(ring);
    },
  };
}
