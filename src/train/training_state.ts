/**
 * All that the continuation of a training depends on, between two steps, and back into a training that was built from the
 * same configuration and plan. Random numbers are functions of counters, so that steps, epochs and levels stand for them.
 */
import * as z from "zod";
import type { Tensor } from "../formats/safetensors.ts";
import { captureStore, restoreStore } from "../nn/store_state.ts";
import type { Training } from "./training.ts";

/** What of it is numbers. */
export const trainingFactsSchema = z.object({
  steps: z.int().min(0).describe("Optimizer steps taken."),
  level: z.int().min(0).describe("The method's level, counted from 0."),
  milliseconds: z.number().min(0).describe("Time of training so far."),
  denseImages: z.number().min(0).describe("Cost so far, in images of a dense step."),
  layers: z.record(
    z.string(),
    z.object({
      storage: z.enum(["dense", "packed"]),
      capacity: z.int().min(0).describe("Blocks that there is room for, where it is packed."),
    }),
  ).describe("How each maskable weight is stored."),
  method: z.record(z.string(), z.number()).describe("What the method remembers."),
});

/** A training at one moment. */
export interface TrainingState {
  readonly facts: z.output<typeof trainingFactsSchema>;
  /** Those of {@link captureStore}, and `history/…` and `method/…`. */
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/**
 * Reads a training back; waits for the device.
 * @param epoch the epoch that it is in, counted from 0
 */
export async function captureTraining(training: Training, epoch: number): Promise<TrainingState> {
  const { store, trainer, recorder } = training, { runner, steps, level, milliseconds } = trainer;
  const { layers, tensors: stored } = await captureStore(store, runner);
  const history = await recorder.state(runner);
  const method = await trainer.options.method.state?.(trainer.moment(epoch));
  const tensors = new Map(stored);
  for (const [name, tensor] of history.tensors) tensors.set(`history/${name}`, tensor);
  for (const [name, tensor] of method?.tensors ?? []) tensors.set(`method/${name}`, tensor);
  const { denseImages } = history;
  return { facts: { steps, level, milliseconds, denseImages, layers, method: method?.numbers ?? {} }, tensors };
}

/**
 * Goes on from a state.
 * @throws {RangeError} where it is that of another network
 */
export async function restoreTraining(training: Training, state: TrainingState, epoch: number): Promise<void> {
  const { store, trainer, recorder } = training, { facts, tensors } = state;
  const under = (folder: string) => {
    const inside = [...tensors].filter(([name]) => name.startsWith(folder));
    return new Map(inside.map(([name, tensor]) => [name.slice(folder.length), tensor]));
  };
  trainer.goOn(facts);
  await restoreStore(store, { layers: facts.layers, tensors });
  recorder.restore({ denseImages: facts.denseImages, tensors: under("history/") });
  const { method } = trainer.options;
  method.restore?.({ numbers: facts.method, tensors: under("method/") }, trainer.moment(epoch));
}
