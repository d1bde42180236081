/** Everything that training one network needs on the device, made and freed together. */
import type { Augmentation } from "../data/batch.ts";
import { type BatchSourceOptions, createBatchSource } from "../data/batch_source.ts";
import type { Gpu } from "../gpu/device.ts";
import type { Slice } from "../gpu/memory.ts";
import type { BlockSize } from "../masks/blocks.ts";
import type { Mask } from "../masks/mask.ts";
import { levelsOf } from "../methods/levels.ts";
import type { Level, Method, MethodStart, RunOutline } from "../methods/method.ts";
import { initialValues } from "../nn/initialise.ts";
import type { Init, Model, Parameter } from "../nn/model.ts";
import type { MeasuredCosts } from "../nn/layer_costs.ts";
import { type KernelPlan, planKernels, type Storage } from "../nn/plan.ts";
import { fitPlan } from "../nn/plan_file.ts";
import { cutBatch } from "../nn/program.ts";
import { type ParameterGroup, ParameterStore } from "../nn/store.ts";
import { adapterClassOf } from "../ops/adapter_class.ts";
import type { OptimizerSettings } from "../ops/optimizer.ts";
import type { PackedActivations } from "../ops/packed_lanes.ts";
import { MaskRecorder } from "./mask_recorder.ts";
import type { Pace } from "./pace.ts";
import { Trainer } from "./trainer.ts";

/** What is trained, on what, and how. */
export interface TrainingOptions {
  readonly gpu: Gpu;
  readonly model: Model;
  /** The source: masks by parameter name. */
  readonly source: ReadonlyMap<string, Mask>;
  /** The masks as they were drawn, where a score has pruned them to the source: records compare with these. */
  readonly drawn?: ReadonlyMap<string, Mask>;
  readonly method: Method;
  /** How it will be trained, for the method. */
  readonly run?: RunOutline;
  readonly storage: "auto" | Storage;
  /** Blocks that the masks were drawn in; single weights where it is left out. */
  readonly block?: BlockSize;
  /** What packed layers read of activations; as they are where it is left out. */
  readonly activations?: PackedActivations;
  /** Kernel times of this adapter, which the kernel plan goes by; priors of its class where there are none. */
  readonly measured?: MeasuredCosts;
  /** Another run's plan and the file it is from, taken as it stands instead of planning. */
  readonly plan?: { readonly plan: KernelPlan; readonly file: string };
  /** How parameters start in another way than the model says, by name; what the method says comes before it. */
  readonly inits?: ReadonlyMap<string, Init>;
  /** Initial values by parameter name; drawn from the init seed where there are none. */
  readonly values?: ReadonlyMap<string, Float32Array>;
  /** `shape` is that of the stored images; the model's input where it is left out. */
  readonly data: Omit<BatchSourceOptions, "shape" | "largestBatch"> & { readonly shape?: BatchSourceOptions["shape"] };
  readonly optimizer: OptimizerSettings;
  readonly weightDecay: number;
  readonly batch: number;
  readonly evalBatch: number;
  readonly smoothing: number;
  readonly augment: Augmentation;
  readonly seeds: { readonly init: number; readonly order: number; readonly augment: number; readonly mask?: number };
  readonly milliseconds: () => number;
  /** See TrainerOptions. */
  readonly pace?: Pace;
}

/** A network on the device, ready to train. */
export interface Training {
  readonly plan: KernelPlan;
  readonly masks: ReadonlyMap<string, Mask>;
  readonly store: ParameterStore;
  readonly trainer: Trainer;
  /** What the run is made of, one after the other. */
  readonly levels: readonly Level[];
  /** Follows the masks, and what training costs. */
  readonly recorder: MaskRecorder;
  /** What the method has to say before training, a sentence each. */
  readonly warnings: readonly string[];
  /** Reads one of the device's float32 slices back. */
  readonly read: (slice: Slice) => Promise<Float32Array>;
  /** Frees what only training needs, once: programs and data. The store stays, and what reads it. */
  endTraining(): void;
  destroy(): void;
}

/** Puts a network, its data and its programs on the device. */
export function buildTraining(options: TrainingOptions): Training {
  const { gpu, model, method, optimizer, data, seeds } = options;
  const { source, run, block } = options;
  const start = method.begin({ gpu, model, source, run, block, seed: seeds.mask });
  const { masks, transforms, capacity, inits } = start;
  const columns = cutBatch(model, options.batch, gpu.device.limits.maxStorageBufferBindingSize).capacity;
  const adapterClass = adapterClassOf(gpu).name;
  const plan = options.plan
    ? fitPlan(options.plan.plan, options.plan.file, { model, masks, adapterClass, capacity: columns })
    : planKernels(model, masks, adapterClass, options.storage, { ...options, capacity: columns });
  const store = new ParameterStore(gpu, model, {
    plan,
    masks,
    capacity,
    optimizer,
    ...parameterGroups(model, start, options.weightDecay),
    transformed: new Set([...transforms].filter(([, { masks }]) => masks).map(([name]) => name)),
    added: start.parameters,
    frozen: start.frozen,
  });
  for (const parameter of store.parameters) {
    const init = inits?.get(parameter.name) ?? options.inits?.get(parameter.name) ?? parameter.init;
    store.write(parameter, options.values?.get(parameter.name) ?? initialValues({ ...parameter, init }, seeds.init));
  }
  const largestBatch = Math.max(options.batch, options.evalBatch);
  const dataset = createBatchSource(gpu, { shape: model.input, ...data, largestBatch });
  if (dataset.shape.some((size, i) => size !== model.input[i])) {
    throw new RangeError(`images of ${dataset.shape.join("×")} for a model of ${model.input.join("×")}`);
  }
  const recorder = new MaskRecorder({ store, method, source: options.drawn ?? options.source, masks });
  const trainer = new Trainer({ ...options, store, dataset, transforms, recorder });
  let ended = false;
  const endTraining = () => {
    if (ended) return;
    ended = true;
    trainer.endTraining();
    recorder.destroy();
    dataset.destroy();
    if (transforms.size === 0) method.destroy();
  };
  return {
    plan,
    masks,
    store,
    trainer,
    levels: levelsOf(method, { model, source: options.source, epochs: options.run?.epochs ?? 1 }),
    recorder,
    warnings: start.warnings ?? [],
    read: (slice) => trainer.runner.readFloats(slice),
    endTraining,
    destroy: () => {
      endTraining();
      trainer.destroy();
      store.destroy();
      // what it makes of weights was part of the network
      if (transforms.size > 0) method.destroy();
    },
  };
}

/** The groups of the model's and the method's parameters: one for each learning-rate factor and weight decay. */
function parameterGroups(model: Model, { parameters = [], group }: MethodStart, weightDecay: number) {
  const groups: ParameterGroup[] = [{ learningRate: 1, weightDecay }], index = new Map<string, number>();
  for (const parameter of [...model.parameters, ...parameters]) {
    const own = { ...groups[0], ...group?.(parameter) };
    const same = (other: ParameterGroup) =>
      other.learningRate === own.learningRate && other.weightDecay === own.weightDecay;
    const found = groups.findIndex(same);
    index.set(parameter.name, found < 0 ? groups.push(own) - 1 : found);
  }
  return { groups, groupOf: ({ name }: Parameter) => index.get(name)! };
}
