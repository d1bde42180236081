/** What a parameter store is made with, and how its masks are changed. */
import type { Slice } from "../gpu/memory.ts";
import type { Mask } from "../masks/mask.ts";
import type { OptimizerSettings } from "../ops/optimizer.ts";
import type { AddedParameter, Parameter } from "./model.ts";
import type { KernelPlan, Storage } from "./plan.ts";

/** Parameters that share a learning-rate factor and a weight decay. */
export interface ParameterGroup {
  readonly learningRate: number;
  readonly weightDecay: number;
}

/** What a store is made with. */
export interface StoreOptions {
  readonly plan: KernelPlan;
  /** By parameter name; a maskable parameter without one keeps everything. */
  readonly masks: ReadonlyMap<string, Mask>;
  readonly optimizer: OptimizerSettings;
  readonly groups: readonly ParameterGroup[];
  /** Group of a parameter; 0 where it is left out. */
  readonly groupOf?: (parameter: Parameter) => number;
  /** Blocks that a packed layer has room for, by parameter name; as many as its mask keeps where it is left out. */
  readonly capacity?: ReadonlyMap<string, number>;
  /** Names of masked parameters whose mask a weight transform applies instead of the optimizer. */
  readonly transformed?: ReadonlySet<string>;
  /** Parameters that a method trains beside the model's. */
  readonly added?: readonly AddedParameter[];
  /** Names of the model's parameters that are not trained: they have no gradient, no moments and no update. */
  readonly frozen?: ReadonlySet<string>;
}

/** A new mask for one layer. */
export interface MaskChange {
  readonly parameter: Parameter;
  /** The mask, or its bits on the device: one for each weight in row-major order (src/masks/mask.ts). */
  readonly mask: Mask | Slice;
  /** How the layer is stored from now on; as before where it is left out. */
  readonly storage?: Storage;
  /** Blocks to make room for where a dense layer goes packed; as many as the new mask keeps where it is left out. */
  readonly capacity?: number;
  /** Values of weights that were not kept before, one for each weight of the layer; 0 where it is left out. */
  readonly fresh?: Slice;
}

/** What a layer keeps after a change. */
export interface KeptCount {
  readonly parameter: Parameter;
  readonly nnz: number;
  /** Realised density. */
  readonly density: number;
}
