/**
 * A method decides what happens to the mask over time. It is one file behind this interface and owns its masks; the
 * trainer asks it at fixed points and knows nothing else of it.
 */
import type { Tensor } from "../formats/safetensors.ts";
import type { Gpu } from "../gpu/device.ts";
import type { Operand, Recorder } from "../gpu/recorder.ts";
import type { Runner } from "../gpu/runner.ts";
import type { BlockSize } from "../masks/blocks.ts";
import type { Mask } from "../masks/mask.ts";
import type { UseGradient } from "../nn/dense_gradient.ts";
import type { AddedParameter, Init, Model, Parameter } from "../nn/model.ts";
import type { ParameterGroup, ParameterStore } from "../nn/store.ts";
import type { WeightTransform } from "../nn/transform.ts";
import type { OptimizerSettings } from "../ops/optimizer.ts";

/** How a network will be trained, for schedules and for what can be said before training. */
export interface RunOutline {
  readonly epochs: number;
  readonly stepsInEpoch: number;
  /** The learning rate of an epoch, counted from 0. */
  readonly learningRate: (epoch: number) => number;
  readonly optimizer: OptimizerSettings;
  readonly weightDecay: number;
}

/** What a method starts from. */
export interface MethodContext {
  readonly gpu: Gpu;
  readonly model: Model;
  /** The source: masks drawn before training, by parameter name. */
  readonly source: ReadonlyMap<string, Mask>;
  /** How it will be trained, where that is known: not in a training that is stepped by hand. */
  readonly run?: RunOutline;
  /** Seed of the masks, for what a method draws by itself; 1 where it is left out. */
  readonly seed?: number;
  /** Blocks that the masks were drawn in; single weights where it is left out. */
  readonly block?: BlockSize;
}

/**
 * A part of a run with a learning-rate schedule of its own, over its own epochs. When it ends the method is told; the next
 * one begins with what it left.
 */
export interface Level {
  readonly epochs: number;
  /** What it is for, in a word or two: "warm-up", "level 3", "final". */
  readonly name: string;
  /** Density of all maskable weights that the method asks for while it lasts. */
  readonly density: number;
}

/** What levels are planned from, before there is a device. */
export type LevelContext = Pick<MethodContext, "model" | "source"> & {
  /** `train.epochs` */
  readonly epochs: number;
};

/** What a method wants the network to be built with. */
export interface MethodStart {
  /** Masks by parameter name. */
  readonly masks: ReadonlyMap<string, Mask>;
  /** Transforms between stored and effective weights, by parameter name. */
  readonly transforms: ReadonlyMap<string, WeightTransform>;
  /** Blocks that packed layers need room for, by parameter name, where a later mask keeps more than the first. */
  readonly capacity?: ReadonlyMap<string, number>;
  /**
   * What the method trains beside the model's parameters. The store has it with gradient and moments, and it starts as its
   * `init` says, on the random stream of its index.
   */
  readonly parameters?: readonly AddedParameter[];
  /** Names of the model's parameters that are not trained. */
  readonly frozen?: ReadonlySet<string>;
  /** How the model's parameters start where the method says so, by name. */
  readonly inits?: ReadonlyMap<string, Init>;
  /** Learning-rate factor and weight decay of a parameter where they are not the run's. */
  readonly group?: (parameter: Parameter) => Partial<ParameterGroup> | undefined;
  /** What a reader should know before training, a sentence each. */
  readonly warnings?: readonly string[];
}

/**
 * Where training stands when a method is asked. New masks go to `store.setMasks`, at every moment; the programs follow by
 * themselves. A method's own kernels are recorded with a Recorder over `store.gpu` and submitted with `runner`: what is
 * submitted runs in that order.
 */
export interface MethodMoment {
  readonly store: ParameterStore;
  readonly runner: Runner;
  /** Optimizer steps taken. */
  readonly step: number;
  /** Counted from 0 over all levels. */
  readonly epoch: number;
  /** Which of the method's levels it is, counted from 0. */
  readonly level: number;
}

/** A moment at which there is a batch: that of the step. */
export interface BatchMoment extends MethodMoment {
  /**
   * Computes gradients of the batch's loss at all weights of some layers, pruned ones included, one layer after the other
   * from the last to the first; each is handed to `use` and gone when that returns. Whatever is trained stays as it is.
   * The first call after a change of masks compiles the program for it.
   */
  denseGradients(parameters: readonly Parameter[], use: UseGradient): Promise<void>;
}

/**
 * What a method remembers between two steps and cannot make again from its context, the store and the moment: for
 * checkpoints. Numbers go into JSON, and tensors beside it.
 */
export interface MethodState {
  readonly numbers: Readonly<Record<string, number>>;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/** A method; every hook but the first may be left out. */
export interface Method {
  readonly name: string;
  /** Before training: which masks and transforms the network is built with. */
  begin(context: MethodContext): MethodStart;
  /** The levels of a run; one of `train.epochs` epochs where it is left out. */
  levels?(context: LevelContext): readonly Level[];
  /** Whether {@link beforeStep} shall be called before the next step: steps queued until then are submitted. */
  wantsStep?(moment: MethodMoment): boolean;
  /** The optimizer has run for every step so far; the moment for pruning, and for growing on the step's batch. */
  beforeStep?(moment: BatchMoment): Promise<void>;
  /** Whether {@link afterGradients} shall be called at the next step: such a step is submitted in two parts. */
  wantsGradients?(moment: MethodMoment): boolean;
  /**
   * Gradients of the step are in the store; the optimizer has not run. Where masks change here, gradients of kept weights
   * move along and new weights have a gradient of 0. "skip update" leaves the optimizer's part of the step out.
   */
  afterGradients?(moment: BatchMoment): Promise<void | "skip update">;
  /** The optimizer has run for the whole epoch. */
  afterUpdate?(moment: MethodMoment): Promise<void>;
  /** A level has ended; a method of one level ends with it. */
  endOfLevel?(moment: MethodMoment): Promise<void>;
  /**
   * Records the mask that a layer computes with now, a bit for each weight in row-major order, where the method's
   * transforms decide it and not the store.
   */
  recordMask?(recorder: Recorder, store: ParameterStore, parameter: Parameter, bits: Operand): void;
  /** Density of all maskable weights that the method asks for at a moment, for the run's records. */
  nominalDensity?(moment: Pick<MethodMoment, "step" | "level">): number | undefined;
  /** What {@link restore} goes on from; asked between two steps. Nothing is to be kept where it is left out. */
  state?(moment: MethodMoment): Promise<MethodState>;
  /** Goes on from a state, after {@link begin}; the store holds its numbers of then. */
  restore?(state: MethodState, moment: MethodMoment): void;
  /** Frees what `begin` made. */
  destroy(): void;
}
