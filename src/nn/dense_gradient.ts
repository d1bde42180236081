/**
 * Gradients of packed layers at all their weights, for methods that grow weights by gradient.
 *
 * A program of its own runs the batch forward and back, with one dense weight gradient where one is wanted and no other
 * parameter's gradient at all. It borrows the training program's buffers, and all layers share one buffer for their
 * gradients, so that memory for it is one dense layer. Whoever does not ask for dense gradients pays nothing.
 */
import { align, type Slice } from "../gpu/memory.ts";
import { type DispatchList, Recorder } from "../gpu/recorder.ts";
import type { Runner, StepBlock } from "../gpu/runner.ts";
import { METRIC_BYTES, METRIC_SLOTS } from "../ops/cross_entropy.ts";
import { recordBackward } from "./backward.ts";
import type { Parameter } from "./model.ts";
import { type Program, type ProgramOptions, recordLoss } from "./program.ts";
import type { ParameterStore } from "./store.ts";

/** What is done with a layer's dense gradient: `size` float32 in row-major order, there until this returns. */
export type UseGradient = (parameter: Parameter, gradient: Slice) => void | Promise<void>;

/** A compiled program for the dense gradients of some layers. */
export interface DenseGradients {
  readonly list: DispatchList;
  /** The store's version that it was compiled for. */
  readonly version: number;
  /** Layers in the order in which their gradients come, the last layer first. */
  readonly parameters: readonly Parameter[];
  /**
   * Runs the batch that a step block describes. What `use` submits runs before the next layer's gradient is computed.
   * Values, gradients, moments and running statistics stay as they are.
   */
  run(runner: Runner, step: StepBlock, use: UseGradient): Promise<void>;
  destroy(): void;
}

/**
 * Compiles the dense gradients of some layers' weights.
 * @param training the program that trains with the same options: its buffers are borrowed, so that it must live longer and
 * not run in between
 * @throws {RangeError} for a parameter that is no layer's weight
 */
export function compileDenseGradients(
  store: ParameterStore,
  options: ProgramOptions,
  parameters: readonly Parameter[],
  training: Program,
): DenseGradients {
  const { gpu: { memory, kernels }, model } = store;
  for (const { name } of parameters) {
    if (model.nodes.some((node) => node.op === "conv" && node.weight.name === name)) continue;
    throw new RangeError(`${name} is no layer's weight and has no dense gradient`);
  }
  const recorder = new Recorder(memory, kernels);
  const largest = Math.max(4, ...parameters.map(({ size }) => size));
  const scratch = memory.create("dense gradient", 4 * align(largest, 4));
  const slice = ({ size }: Parameter): Slice => ({ buffer: scratch, offset: 0, size: 4 * align(size, 4) });
  // the loss puts its sums somewhere; those of the step itself must stay
  const ring = recorder.tensor("unused metrics", METRIC_SLOTS * METRIC_BYTES);
  const { context, forward, gradients } = recordLoss(recorder, store, options, ring, {
    training: true,
    frozenStatistics: true,
  });
  const stops: { parameter: Parameter; end: number }[] = [];
  recordBackward(context, forward, gradients, {
    weights: new Set(parameters.map(({ name }) => name)),
    gradient: { buffer: scratch, offset: 0, size: scratch.size },
    recorded: (parameter) => stops.push({ parameter, end: recorder.length }),
  });
  const list = recorder.finish({ borrow: training.list.spare });
  return {
    list,
    version: store.version,
    parameters: stops.map(({ parameter }) => parameter),
    async run(runner, step, use) {
      let start = 0;
      for (const { parameter, end } of stops) {
        runner.submit(list, [step], { start, end });
        await use(parameter, slice(parameter));
        start = end;
      }
    },
    destroy() {
      list.destroy();
      memory.destroy(scratch);
    },
  };
}
