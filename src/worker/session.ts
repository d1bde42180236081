/**
 * A session: one network that is trained step by step under somebody's eyes, on data that were handed over. Runs that
 * fill a folder are in src/experiment; this is for programs that use the library, and for tests.
 */
import type { Split } from "../data/dataset.ts";
import type { Normalisation } from "../data/normalise.ts";
import type { Gpu } from "../gpu/device.ts";
import type { Mask } from "../masks/mask.ts";
import { fixed, type MaskApplication } from "../methods/fixed.ts";
import type { Size } from "../nn/model.ts";
import type { KernelPlan, Storage } from "../nn/plan.ts";
import { buildModel, type ModelChoice } from "../nn/registry.ts";
import type { OptimizerSettings } from "../ops/optimizer.ts";
import type { Sums } from "../train/metrics_ring.ts";
import type { Outcome } from "../train/trainer.ts";
import { buildTraining, type Training } from "../train/training.ts";

/** What a session trains; everything can be sent to a worker. */
export interface SessionRequest {
  readonly model: ModelChoice;
  readonly input: Size;
  readonly classes: number;
  readonly masks: readonly Mask[];
  readonly apply?: MaskApplication;
  /** Initial values by parameter name; drawn from the seed where there are none. */
  readonly values?: ReadonlyMap<string, Float32Array>;
  readonly seed: number;
  readonly data: { readonly split: Split; readonly normalisation: Normalisation };
  readonly batch: number;
  readonly optimizer: OptimizerSettings;
  readonly weightDecay: number;
  readonly smoothing?: number;
  readonly augment?: { readonly crop: number; readonly flip: boolean };
  readonly storage: "auto" | Storage;
}

/** A network in training. */
export class Session {
  readonly #training: Training;

  constructor(gpu: Gpu, request: SessionRequest) {
    const { seed, batch, smoothing = 0, augment = { crop: 0, flip: false }, apply = "after-step" } = request;
    this.#training = buildTraining({
      ...request,
      gpu,
      model: buildModel(request.model, request.input, request.classes),
      source: new Map(request.masks.map((mask) => [mask.name, mask])),
      method: fixed({ apply }),
      evalBatch: batch,
      smoothing,
      augment,
      data: { splits: [request.data.split], normalisation: request.data.normalisation },
      seeds: { init: seed, order: seed, augment: seed },
      milliseconds: () => performance.now(),
    });
  }

  /** How each layer is stored. */
  plan(): KernelPlan {
    return this.#training.plan;
  }

  /** Trains on images in this order, batch after batch; sums of each step. */
  train(order: Uint32Array, learningRate: number): Promise<Sums[]> {
    return this.#training.trainer.follow(order, learningRate);
  }

  /** Loss and accuracy over images, by the running statistics. */
  evaluate(order: Uint32Array): Promise<Outcome> {
    return this.#training.trainer.evaluate(order);
  }

  /** Values or gradients of every parameter in row-major order, zeros where nothing is stored. */
  async read(what: "values" | "gradient" = "values"): Promise<Map<string, Float32Array>> {
    const { store, read } = this.#training;
    const tensors = new Map<string, Float32Array>();
    for (const parameter of store.parameters) {
      tensors.set(parameter.name, await store.read(parameter, read, what));
    }
    return tensors;
  }

  /** Running mean and variance of every batch norm, by PyTorch's names. */
  async statistics(): Promise<Map<string, Float32Array>> {
    const { store, read } = this.#training;
    return await store.readStatistics(read);
  }

  /** Frees everything on the GPU. */
  destroy(): void {
    this.#training.destroy();
  }
}
