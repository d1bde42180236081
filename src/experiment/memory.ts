/**
 * What a run will need on its device, before it starts: the network, the data and the programs are built on a device that
 * only counts (src/gpu/dry.ts), by the very code that will build them.
 */
import { byteWords } from "../bytes.ts";
import { GpuError, type MissingMemory } from "../errors.ts";
import type { AdapterInfo } from "../gpu/adapter.ts";
import type { Gpu } from "../gpu/device.ts";
import { dryGpu } from "../gpu/dry.ts";
import type { Host } from "../host/host.ts";
import type { Size } from "../nn/model.ts";
import type { Level } from "../methods/method.ts";
import type { KernelPlan } from "../nn/plan.ts";
import { buildTraining } from "../train/training.ts";
import type { Config } from "./config.ts";
import type { Network } from "./network.ts";
import type { Planning } from "./planning.ts";
import { trainingOptions } from "./run_training.ts";
import type { ImageCounts } from "./run_data.ts";

/** Bytes on the device. */
export interface MemoryEstimate {
  /** Trained values, with their gradients and the optimizer's moments. */
  readonly values: number;
  readonly gradients: number;
  readonly moments: number;
  /** Bits of masks and index structures of packed layers. */
  readonly masks: number;
  readonly patterns: number;
  /** Activations, their gradients and scratch of a training step and of an evaluation step. */
  readonly training: number;
  readonly evaluation: number;
  /** Pixels, labels and order. */
  readonly data: number;
  /** What the method holds besides, and what changing masks needs; layers that it packs later are not in it. */
  readonly method: number;
  /** All of it, with statistics and constants. */
  readonly total: number;
  /** Parts that a training batch is cut into because of the adapter's bindings. */
  readonly parts: number;
}

/** What an estimate needs to know of the data. */
export interface DataSizes {
  readonly shape: Size;
  readonly kind: "u8" | "f32";
  /** Images in the data set's parts, all of which go to the device. */
  readonly train: number;
  readonly test: number;
  /** Images that the run uses. */
  readonly used: ImageCounts;
}

/** What is known of a run before it starts. */
export interface RunEstimate {
  readonly memory: MemoryEstimate;
  readonly levels: readonly Level[];
  readonly plan: KernelPlan;
  /** Every kernel that it will use. */
  readonly kernels: readonly { readonly label: string; readonly code: string }[];
}

/**
 * Adds up what a run needs on an adapter, and plans its kernels.
 * @param device an open one, where there is: its kernels are the very ones
 * @throws {GpuError} where a single tensor cannot be had at all
 * @throws {UserError} where a plan was given that does not fit the network
 */
export async function estimateRun(
  config: Config,
  network: Network,
  sizes: DataSizes,
  adapter?: AdapterInfo,
  planning?: Planning,
  device?: Gpu,
): Promise<RunEstimate> {
  const gpu = dryGpu(adapter, device);
  const { shape, kind, used } = sizes;
  const bytes = shape[0] * shape[1] * shape[2] * (kind === "f32" ? 4 : 1);
  const split = (count: number) => ({
    images: { bytes, readInto: () => {}, close: () => {} },
    labels: new Uint16Array(count),
    count,
  });
  const channels = shape[0];
  const options = await trainingOptions(config, {
    gpu,
    network,
    shape,
    splits: [split(sizes.train), split(sizes.test)],
    normalisation: { mean: new Array(channels).fill(0), std: new Array(channels).fill(1) },
    images: used.train,
    evaluated: Math.max(used.validation, used.test),
    milliseconds: () => 0,
    planning,
  });
  const training = buildTraining({ ...options, values: zeros(network) });
  const { store, trainer, plan, levels } = training;
  const built = {
    ...store.bytes(),
    training: trainer.training.list.plannedBytes,
    evaluation: trainer.evaluation.list.plannedBytes,
    data: trainer.options.dataset.bytes,
    parts: trainer.training.logits.length,
  };
  const before = gpu.memory.peak;
  // runs write down what becomes of the masks
  training.recorder.listen(() => {});
  await trainer.rehearse(options.run!.epochs * options.run!.stepsInEpoch, levels.length);
  const total = gpu.memory.peak, memory = { ...built, method: total - before, total };
  training.destroy();
  const kernels = gpu.kernels.all().map(({ label, code }) => ({ label, code }));
  return { memory, levels, plan, kernels };
}

/** Initial values where values do not matter. */
function zeros({ model }: Network): ReadonlyMap<string, Float32Array> {
  const most = Math.max(...model.parameters.map(({ size }) => size));
  const all = new Float32Array(most);
  return new Map(model.parameters.map(({ name, size }) => [name, all.subarray(0, size)]));
}

/** "activations 10.2 GiB, weights 90 MiB, …", largest first. */
export function memoryWords(estimate: MemoryEstimate): string {
  const { values, gradients, moments, masks, patterns, training, evaluation, data, method } = estimate;
  const parts: [string, number][] = [
    ["a training step's activations", training],
    ["an evaluation step's", evaluation],
    ["weights, gradients and moments", values + gradients + moments],
    ["masks and patterns", masks + patterns],
    ["data", data],
    ["method", method],
  ];
  return parts.filter(([, bytes]) => bytes > 0).sort((a, b) => b[1] - a[1]).map(([name, bytes]) =>
    `${name} ${byteWords(bytes)}`
  ).join(", ");
}

/**
 * Refuses a run that cannot fit: on a software adapter, whose memory is the machine's, before anything is allocated.
 * WebGPU does not tell how much memory a GPU has; there the device itself refuses, and {@link memoryRefused} says what
 * was asked for.
 * @throws {GpuError} of kind `out-of-memory` that says what is needed and what there is
 */
export function checkMemory(host: Pick<Host, "memory">, adapter: AdapterInfo, estimate: MemoryEstimate): void {
  const available = host.memory()?.available;
  if (!adapter.software || available === undefined || estimate.total <= available) return;
  throw memoryRefused(estimate, `${byteWords(available)} of memory are available`, { offers: available });
}

/** The error for a run that needs more than there is. */
export function memoryRefused(estimate: MemoryEstimate, why: string, missing: MissingMemory = {}): GpuError {
  return new GpuError(
    "out-of-memory",
    `this run needs ${byteWords(estimate.total)} on the device (${memoryWords(estimate)}), but ${why}`,
    {
      hint: "Use a smaller train.batch, train.evalBatch or model.width; `startsparse plan` says what a run needs.",
      missing: { needs: estimate.total, ...missing },
    },
  );
}
