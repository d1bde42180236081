/**
 * The kernel plan: for each maskable layer, whether it is stored and multiplied dense (with a mask) or packed. It is part
 * of a run, written to its folder, because the choice of kernel decides the order of its sums.
 */
import type { Mask } from "../masks/mask.ts";
import { maskDensity } from "../masks/mask.ts";
import { type BlockSize, NO_BLOCKS } from "../masks/blocks.ts";
import type { DenseKernels } from "../ops/conv_dense.ts";
import type { AdapterClass } from "../ops/emit.ts";
import type { PackedActivations } from "../ops/packed_lanes.ts";
import type { Model, Parameter } from "./model.ts";

/** How a layer's weights are stored. */
export type Storage = "dense" | "packed";

/** One layer's line of the plan. */
export interface LayerPlan {
  readonly name: string;
  readonly storage: Storage;
  /** Realised density of its mask. */
  readonly density: number;
  /** Output and input channels of a packed block; a layer with fewer has smaller ones. */
  readonly block?: BlockSize;
  /** What a packed layer reads: activations as they are, or 16-bit copies. */
  readonly activations?: PackedActivations;
  /** Kernel variants of a dense layer. */
  readonly kernels?: DenseKernels;
  readonly reason: string;
}

/** What a run computes with. */
export interface KernelPlan {
  readonly version: 1;
  readonly adapterClass: AdapterClass["name"];
  readonly layers: readonly LayerPlan[];
}

/**
 * Density below which packed is expected to win: a prior, until a tuner measures. Software: the break-even of the
 * convolution kernels was 0.18 on one machine and 0.09 on another, whose processor pays nine times more for a load; the
 * lower one, so that packed is not slower on either. GPU: a guess that waits for a measurement.
 */
export const PACKED_BELOW: Readonly<Record<AdapterClass["name"], number>> = { software: 0.09, gpu: 0.1 };

/** A store that keeps everything dense. */
export function densePlan(adapterClass: AdapterClass["name"]): KernelPlan {
  return { version: 1, adapterClass, layers: [] };
}

/**
 * Plans the storage of each masked layer.
 * @param wish `dense` or `packed` for all layers, or `auto` by density
 */
export function planKernels(
  model: Model,
  masks: ReadonlyMap<string, Mask>,
  adapterClass: AdapterClass["name"],
  wish: "auto" | Storage,
  { block = NO_BLOCKS, activations = "f32" }: { block?: BlockSize; activations?: PackedActivations } = {},
): KernelPlan {
  const layers: LayerPlan[] = [];
  for (const { name, maskable } of model.parameters) {
    const mask = masks.get(name);
    if (!maskable || !mask) continue;
    const density = maskDensity(mask), limit = PACKED_BELOW[adapterClass];
    const storage = wish !== "auto" ? wish : density < limit ? "packed" : "dense";
    const reason = wish !== "auto"
      ? `kernels.storage is ${wish}`
      : `density ${density.toFixed(4)} ${density < limit ? "below" : "not below"} the prior ${limit}`;
    layers.push({ name, storage, density, ...(storage === "packed" && { block, activations }), reason });
  }
  return { version: 1, adapterClass, layers };
}

/** A parameter's line of the plan; what the plan does not name is dense. */
export function layerPlan(plan: KernelPlan, parameter: Parameter): LayerPlan | undefined {
  return plan.layers.find(({ name }) => name === parameter.name);
}
