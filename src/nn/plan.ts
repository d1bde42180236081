/**
 * The kernel plan: for each layer whether it is stored and multiplied dense (with a mask) or packed, and by which dense
 * kernels. It is part of a run, written to its folder, because the choice of kernel decides the order of its sums.
 *
 * Whatever is faster over the passes of a training step is taken, by measured times where the adapter was tuned for the
 * layer and by the priors of its class elsewhere. From the same model, masks and measurements comes the same plan.
 */
import { type BlockSize, NO_BLOCKS } from "../masks/blocks.ts";
import { type Mask, maskDensity } from "../masks/mask.ts";
import { storedOfMask } from "../masks/pattern.ts";
import type { DenseKernels } from "../ops/conv_dense.ts";
import type { AdapterClass } from "../ops/emit.ts";
import type { PackedActivations } from "../ops/packed_lanes.ts";
import { breakEven } from "./cost.ts";
import { PRIOR_VERSION } from "./cost_priors.ts";
import { type LayerCosts, layerCosts, type MeasuredCosts, onLine } from "./layer_costs.ts";
import { layerWorks } from "./layer_kinds.ts";
import type { Model, Parameter } from "./model.ts";

/** How a layer's weights are stored. */
export type Storage = "dense" | "packed";

/** One layer's line of the plan. */
export interface LayerPlan {
  readonly name: string;
  /** Of its weights: [out, in, kh, kw] or [out, in]. */
  readonly shape?: readonly number[];
  readonly storage: Storage;
  /** Realised density of its mask; 1 without one. */
  readonly density: number;
  /** Output and input channels of a block where it is packed; a layer with fewer has smaller ones. */
  readonly block?: BlockSize;
  /** What it reads where it is packed: activations as they are, or 16-bit copies. */
  readonly activations?: PackedActivations;
  /** Kernel variants where it is dense; the expected ones where it is left out. */
  readonly kernels?: DenseKernels;
  /** Expected milliseconds of the layer in a training step by storage: measured ones, or a prior's. */
  readonly expected?: { readonly source: LayerCosts["source"]; readonly dense: number; readonly packed: number };
  /**
   * A mask that comes later and keeps less than this share of the weights is stored packed; left out in plans that were
   * written before masks could change.
   */
  readonly packedBelow?: number;
  readonly reason: string;
}

/** Where a plan comes from. */
export interface PlanOrigin {
  /** Columns of the activations that it was made for. */
  readonly capacity: number;
  readonly priors: number;
  /** Which measurements were at hand; null where there were none. */
  readonly measurements: string | null;
  /** The file that it was taken from as it stood. */
  readonly file?: string;
}

/** What a run computes with. */
export interface KernelPlan {
  readonly version: 1;
  readonly adapterClass: AdapterClass["name"];
  readonly origin?: PlanOrigin;
  /** What is not named is dense, with the expected kernels. */
  readonly layers: readonly LayerPlan[];
}

/** A store that keeps everything dense. */
export function densePlan(adapterClass: AdapterClass["name"]): KernelPlan {
  return { version: 1, adapterClass, layers: [] };
}

/** What a plan is made with besides model and masks. */
export interface PlanOptions {
  readonly block?: BlockSize;
  readonly activations?: PackedActivations;
  /** Columns of the activations in training: of a part, where the batch is cut. */
  readonly capacity?: number;
  readonly measured?: MeasuredCosts;
}

/**
 * Plans every convolution and linear layer.
 * @param wish `dense` or `packed` for all masked layers, or `auto` for what is expected to be faster
 */
export function planKernels(
  model: Model,
  masks: ReadonlyMap<string, Mask>,
  adapterClass: AdapterClass["name"],
  wish: "auto" | Storage,
  { block = NO_BLOCKS, activations = "f32", capacity = 32, measured }: PlanOptions = {},
): KernelPlan {
  const form = { block, activations };
  const layers = layerWorks(model, capacity).map(({ weight, work, inputGradient }): LayerPlan => {
    const costs = layerCosts(adapterClass, work, inputGradient, form, measured);
    const mask = weight.maskable ? masks.get(weight.name) : undefined, density = mask ? maskDensity(mask) : 1;
    const stored = mask ? storedOfMask(mask, block) / weight.size : 1;
    const expected = { source: costs.source, dense: costs.dense, packed: onLine(costs.packed, stored) };
    const faster: Storage = expected.packed < expected.dense ? "packed" : "dense";
    const storage = !mask ? "dense" : wish === "auto" ? faster : wish;
    const reason = !mask ? "not masked" : wish === "auto" ? costWords(expected, density) : `kernels.storage is ${wish}`;
    // both are said, since a layer may change its storage when its mask changes
    const how = { kernels: costs.kernels, ...(weight.maskable && form) };
    const even = breakEven(costs.dense, costs.packed.fixed, costs.packed.slope);
    const packedBelow = !weight.maskable ? 0 : wish === "auto" ? even : Number(wish === "packed");
    return { name: weight.name, shape: weight.shape, storage, density, ...how, expected, packedBelow, reason };
  });
  const origin = { capacity, priors: PRIOR_VERSION, measurements: measured?.source ?? null };
  return { version: 1, adapterClass, origin, layers };
}

/**
 * How a layer is stored when it gets a mask that keeps so many weights: packed from where that is expected to be faster,
 * and then for good, because methods that prune only get sparser.
 */
export function storageFor(plan: KernelPlan, parameter: Parameter, now: Storage, kept: number): Storage {
  if (now === "packed" || !parameter.maskable) return now;
  const below = layerPlan(plan, parameter)?.packedBelow ?? 0;
  return kept < below * parameter.size ? "packed" : "dense";
}

/** "measured: dense 3.10 ms, packed 0.800 ms at density 0.0500". */
function costWords({ source, dense, packed }: NonNullable<LayerPlan["expected"]>, density: number): string {
  const ms = (value: number) => `${Number(value.toPrecision(3))} ms`;
  return `${source}: dense ${ms(dense)}, packed ${ms(packed)} at density ${Number(density.toPrecision(3))}`;
}

/** A parameter's line of the plan; what the plan does not name is dense. */
export function layerPlan(plan: KernelPlan, parameter: Parameter): LayerPlan | undefined {
  return plan.layers.find(({ name }) => name === parameter.name);
}

/** How many layers were decided by measurements, of those that could be packed. */
export function measuredLayers({ layers }: KernelPlan): { measured: number; layers: number } {
  const expected = layers.flatMap(({ expected }) => expected ?? []);
  return { measured: expected.filter(({ source }) => source === "measured").length, layers: expected.length };
}
