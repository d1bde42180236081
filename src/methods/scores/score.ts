/**
 * A score ranks weights: a number for each kept weight of a network, the highest stay. It is one file behind this interface;
 * rounds, schedules and selection are not its business (prune.ts).
 */
import type { BatchSource } from "../../data/batch_source.ts";
import type { Slice } from "../../gpu/memory.ts";
import type { Runner, StepBlock } from "../../gpu/runner.ts";
import type { RecordBatch } from "../../nn/program.ts";
import type { ParameterStore } from "../../nn/store.ts";
import type { WeightTransform } from "../../nn/transform.ts";

/** What a score takes where a configuration leaves it out: as published. */
export interface ScoreDefaults {
  readonly rounds: number;
  /** 0: no images are needed. */
  readonly imagesPerClass: number;
  readonly temperature: number;
}

/** Images to score on, on the device. */
export interface ScoreImages {
  readonly dataset: BatchSource;
  readonly count: number;
  /** Images of a pass, at most. */
  readonly batch: number;
  readonly record: RecordBatch;
  /** A step for each batch, slots counted from 0. */
  readonly steps: readonly StepBlock[];
}

/** What a score is computed on: a store of its own, of which it may write the gradients and nothing else. */
export interface ScoreContext {
  readonly store: ParameterStore;
  readonly runner: Runner;
  /** A bit for each of the store's values: weights that are still in. They may change between two computations. */
  readonly kept: GPUBuffer;
  /** Transforms that mask by these bits, by parameter name: with them programs are compiled. */
  transforms(absolute: boolean): ReadonlyMap<string, WeightTransform>;
  /** @throws {Error} for a score whose defaults say that it needs none */
  images(): ScoreImages;
  readonly statistics: "batch" | "running";
  readonly temperature: number;
  /** Seed of random scores. */
  readonly seed: number;
}

/** A score, ready to be computed. */
export interface Scorer {
  /** Float32 for each of the store's values; those of weights that are not kept mean nothing. */
  readonly scores: Slice;
  /** Submits what computes the scores of the weights that are kept now. */
  compute(): void;
  destroy(): void;
}

/** A registered score. */
export interface ScoreEntry {
  /** One line of what it is. */
  readonly description: string;
  /** The paper that it is from. */
  readonly from: string;
  readonly defaults: ScoreDefaults;
  /** Whether the network's values are made absolute, biases and batch norm included (SynFlow). */
  readonly absolute?: boolean;
  /** Whether the images go in two passes where they would fit one. */
  readonly batches?: "halves";
  /** Whether it needs every weight of a layer in its place: layers are stored dense. */
  readonly dense?: boolean;
  create(context: ScoreContext): Scorer;
}

/** Submits a list once for each batch of the images. */
export function submitBatches(
  { runner, images }: Pick<ScoreContext, "runner" | "images">,
  list: Parameters<Runner["submit"]>[0],
): void {
  const { dataset, steps } = images();
  for (const step of steps) {
    dataset.provide(step.start, step.count);
    runner.submit(list, [step]);
  }
}
