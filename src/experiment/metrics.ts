/**
 * The lines of `metrics.jsonl`. All that depends on the clock is under `time`, so that two runs of one seed are equal
 * once that key is dropped.
 */

import * as z from "zod";

/** Clock-dependent values of a line: seconds since the start, and whatever else was timed. */
const time = z.record(z.string(), z.number()).optional();
/** A number that may have diverged: JSON has no NaN and no infinity, so these are written as words. */
export const realSchema = z.union([
  z.number(),
  z.nan(),
  z.literal([Infinity, -Infinity]),
  z.enum(["NaN", "Infinity", "-Infinity"]).transform(Number),
]);
const real = realSchema;

/** Schema of a line. Losses are means over images, accuracies fractions, epochs and steps count from 1. */
export const metricSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("step"),
    epoch: z.int(),
    step: z.int().describe("Optimizer steps so far, over all epochs."),
    images: z.int().describe("Training images that loss and accuracy are means of."),
    loss: real,
    accuracy: real,
    lr: z.number(),
    time,
  }),
  z.object({
    kind: z.literal("epoch"),
    epoch: z.int(),
    step: z.int(),
    images: z.int(),
    loss: real.describe("Training loss, averaged over the epoch while the weights moved."),
    accuracy: real,
    lr: z.number().describe("Learning rate of the epoch's last step."),
    time,
  }),
  z.object({
    kind: z.literal("evaluate"),
    epoch: z.int(),
    step: z.int(),
    split: z.enum(["train", "validation", "test"]),
    images: z.int(),
    loss: real,
    accuracy: real,
    top5: real,
    time,
  }),
  z.object({
    kind: z.literal("mask"),
    reason: z.enum(["start", "update", "epoch", "level"]).describe(
      "Training begins; the method has changed masks; an epoch of a method that decides them anew at each step has ended; " +
        "a level has ended.",
    ),
    epoch: z.int().describe("0 before the first."),
    step: z.int(),
    level: z.int().describe("Of the method's levels, counted from 1; 0 before the first step."),
    nominal: z.number().nullable().describe("Density that the method asks for now; null where it asks for none."),
    realised: z.number().describe("Kept weights over all maskable ones."),
    compute: z.number().describe("Kept multiply-adds over dense ones."),
    nnz: z.record(z.string(), z.int()).describe("Kept weights of each maskable layer, in the model's order."),
    stayed: z.number().nullable().describe(
      "Share of the kept weights that the mask before kept too; null at the start.",
    ),
    inSource: z.number().describe("Share of the kept weights that lie in the source."),
    explored: z.number().describe("Share of all maskable weights that some mask so far has kept."),
    denseEpochs: z.number().describe("Training cost so far: images trained on times compute density, in epochs."),
    time,
  }),
  z.object({
    kind: z.literal("event"),
    event: z.string().describe("For example start, end, interrupted, diverged."),
    epoch: z.int().optional(),
    step: z.int().optional(),
    message: z.string().optional(),
    time,
  }),
]);

/** One line of `metrics.jsonl`. */
export type Metric = z.output<typeof metricSchema>;

/** The same value without any `time` key, at any depth: what must be equal between two runs of one seed. */
export function stripTimes<T>(value: T): T {
  if (Array.isArray(value)) return value.map(stripTimes) as T;
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => key !== "time");
  return Object.fromEntries(kept.map(([key, child]) => [key, stripTimes(child)])) as T;
}
