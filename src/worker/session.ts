/**
 * A session: one network that is trained step by step under somebody's eyes, on data that were handed over. Runs that
 * fill a folder are in src/experiment; this is what a page's lanes and tests drive.
 */
import { DeviceDataset } from "../data/batch.ts";
import type { Split } from "../data/dataset.ts";
import type { Normalisation } from "../data/normalise.ts";
import type { Gpu } from "../gpu/device.ts";
import type { Mask } from "../masks/mask.ts";
import { createMethod } from "../methods/registry.ts";
import type { MaskApplication } from "../methods/fixed.ts";
import { initialise } from "../nn/initialise.ts";
import type { Size } from "../nn/model.ts";
import { type KernelPlan, planKernels, type Storage } from "../nn/plan.ts";
import { adapterClassOf } from "../nn/program.ts";
import { buildModel, type ModelChoice } from "../nn/registry.ts";
import { ParameterStore } from "../nn/store.ts";
import type { OptimizerSettings } from "../ops/optimizer.ts";
import type { Sums } from "../train/metrics_ring.ts";
import { type Outcome, Trainer } from "../train/trainer.ts";

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
  readonly plan: KernelPlan;
  readonly #store: ParameterStore;
  readonly #trainer: Trainer;
  readonly #device: DeviceDataset;
  readonly #destroy: () => void;

  constructor(gpu: Gpu, request: SessionRequest) {
    const { seed, batch, optimizer, weightDecay, smoothing = 0, augment = { crop: 0, flip: false } } = request;
    const model = buildModel(request.model, request.input, request.classes);
    const method = createMethod("fixed", { apply: request.apply ?? "after-step" });
    const source = new Map(request.masks.map((mask) => [mask.name, mask]));
    const { masks, transforms } = method.begin({ gpu, model, source });
    this.plan = planKernels(model, masks, adapterClassOf(gpu).name, request.storage);
    this.#store = new ParameterStore(gpu, model, {
      plan: this.plan,
      masks,
      optimizer,
      groups: [{ learningRate: 1, weightDecay }],
      transformed: new Set(transforms.keys()),
    });
    const values = request.values ?? initialise(model, seed);
    for (const parameter of model.parameters) this.#store.write(parameter, values.get(parameter.name)!);
    this.#device = new DeviceDataset(gpu, { shape: request.input, ...request.data });
    this.#trainer = new Trainer({
      gpu,
      store: this.#store,
      dataset: this.#device,
      method,
      transforms,
      batch,
      evalBatch: batch,
      smoothing,
      augment,
      seeds: { order: seed, augment: seed },
      milliseconds: () => performance.now(),
    });
    this.#destroy = () => {
      this.#trainer.destroy();
      this.#store.destroy();
      this.#device.destroy();
      method.destroy();
    };
  }

  /** Trains on images in this order, batch after batch; sums of each step. */
  train(order: Uint32Array, learningRate: number): Promise<Sums[]> {
    return this.#trainer.follow(order, learningRate);
  }

  /** Loss and accuracy over images, by the running statistics. */
  evaluate(order: Uint32Array): Promise<Outcome> {
    return this.#trainer.evaluate(order);
  }

  /** Values or gradients of every parameter in row-major order, zeros where nothing is stored. */
  async read(what: "values" | "gradient" = "values"): Promise<Map<string, Float32Array>> {
    const { runner } = this.#trainer;
    const tensors = new Map<string, Float32Array>();
    for (const parameter of this.#store.model.parameters) {
      tensors.set(parameter.name, await this.#store.read(parameter, (slice) => runner.readFloats(slice), what));
    }
    return tensors;
  }

  /** Frees everything on the GPU. */
  destroy(): void {
    this.#destroy();
  }
}
