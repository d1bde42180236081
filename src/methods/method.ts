/**
 * A method decides what happens to the mask over time. It is one file behind this interface and owns its masks; the
 * trainer asks it at fixed points and knows nothing else of it.
 */
import type { Gpu } from "../gpu/device.ts";
import type { Mask } from "../masks/mask.ts";
import type { Model } from "../nn/model.ts";
import type { ParameterStore } from "../nn/store.ts";
import type { WeightTransform } from "../nn/transform.ts";

/** What a method starts from. */
export interface MethodContext {
  readonly gpu: Gpu;
  readonly model: Model;
  /** The source: masks drawn before training, by parameter name. */
  readonly source: ReadonlyMap<string, Mask>;
}

/** What a method wants the network to be built with. */
export interface MethodStart {
  /** Masks by parameter name. */
  readonly masks: ReadonlyMap<string, Mask>;
  /** Transforms between stored and effective weights, by parameter name. */
  readonly transforms: ReadonlyMap<string, WeightTransform>;
}

/** Where training stands when a method is asked. */
export interface MethodMoment {
  readonly store: ParameterStore;
  /** Optimizer steps taken. */
  readonly step: number;
  readonly epoch: number;
}

/** A method; every hook but the first may be left out. */
export interface Method {
  readonly name: string;
  /** Before training: which masks and transforms the network is built with. */
  begin(context: MethodContext): MethodStart;
  /** Whether {@link afterGradients} shall be called at the next step: such a step is submitted in two parts. */
  wantsGradients?(moment: MethodMoment): boolean;
  /** Gradients of the step are in the store; the optimizer has not run. */
  afterGradients?(moment: MethodMoment): Promise<void>;
  /** The optimizer has run for the whole epoch. */
  afterUpdate?(moment: MethodMoment): Promise<void>;
  /** A level has ended; a method of one level ends with it. */
  endOfLevel?(moment: MethodMoment): Promise<void>;
  /** Frees what `begin` made. */
  destroy(): void;
}
