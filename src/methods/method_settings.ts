/**
 * What the section `method` may say of each method, apart from the methods themselves: a configuration is checked against
 * all of them, and only the chosen one's code is loaded.
 */
import * as z from "zod";
import { confineToSource, density, fraction, growth, interval, scope, share } from "./settings.ts";

/** Settings of both kinds of rewinding. */
const shared = {
  density: density(),
  factor: z.number().gt(0).lt(1).default(0.8).describe(
    "Each level keeps this share of the weights of the one before, from the source on; the last one reaches the density.",
  ),
  densities: z.array(fraction()).min(1).optional().describe(
    "Densities that the levels are pruned to, instead of factor and density.",
  ),
  exact: z.boolean().default(true).describe(
    "End at the density itself; false ends at the last power of the factor above it, as the released code does.",
  ),
  scope: scope(),
  levelEpochs: z.int().min(1).optional().describe("Epochs before each pruning; as many as train.epochs when left out."),
};

/** Settings of iterative magnitude pruning with weight rewinding. */
export const impSettings = z.strictObject({
  ...shared,
  warmupEpochs: z.int().min(0).default(0).describe(
    "Epochs of training before the first level; weights are rewound to their end, which is the start where there are none.",
  ),
  resetStatistics: z.boolean().default(false).describe(
    "Rewind the running statistics of batch norm too; the released code does not.",
  ),
  keepMomentum: z.boolean().default(false).describe("Keep the optimizer's moments where weights are rewound."),
});

/** Settings of learning-rate rewinding. */
export const lrrSettings = z.strictObject({
  ...shared,
  keepMomentum: z.boolean().default(true).describe("Keep the optimizer's moments from level to level."),
});

/** See {@link impSettings}. */
export type ImpSettings = z.output<typeof impSettings>;

/** See {@link lrrSettings}. */
export type LrrSettings = z.output<typeof lrrSettings>;

/** Settings of gradual pruning; fractions are of the run's steps. */
export const gmpSettings = z.strictObject({
  density: density(),
  scope: scope(),
  from: share().default(0).describe("Share of the steps before pruning begins."),
  until: share().default(0.6875).describe(
    "Share of the steps after which the density is the target's (110 of 160 epochs).",
  ),
  interval: interval(),
  classifierDensity: z.number().min(0).max(1).default(0).describe(
    "Least density of the last layer with scope layers; the others share the rest (0.2 in the released code).",
  ),
});

/** See {@link gmpSettings}. */
export type GmpSettings = z.output<typeof gmpSettings>;

/** What `method.rule` may say. */
export const START_RULES = ["source", "uniform", "erk", "balanced-fill", "pyramidal"] as const;

/** Settings that drop and grow have in common; fractions of time are of the run's steps. */
const dropGrowSettings = {
  density: fraction().optional().describe(
    "Density to train at: a random part of the source; all of it when left out.",
  ),
  rule: z.enum(START_RULES).default("source").describe(
    "Densities of the layers at the start: the source's proportions, or a rule's as far as the source has the weights.",
  ),
  interval: interval(),
  until: share().default(0.75).describe("Share of the steps after which the mask stays as it is."),
  drop: fraction().default(0.3).describe("Share of each layer's weights that a change drops and grows, at first."),
  dropSchedule: z.enum(["cosine", "constant"]).default("cosine").describe(
    "How that share changes until the last change: to dropFinal along a cosine, or not at all.",
  ),
  dropFinal: share().default(0).describe("Share that the cosine ends at (0.005 in the released code)."),
  confineToSource: confineToSource(),
};

/** Settings of RigL. */
export const riglSettings = z.strictObject({
  ...dropGrowSettings,
  growth: growth("gradient"),
  replaceStep: z.boolean().default(true).describe(
    "Leave out the optimizer's step where the mask changes, as RigL does; the released code does not.",
  ),
});

/** See {@link riglSettings}. */
export type RiglSettings = z.output<typeof riglSettings>;

/** Settings of SET: those of RigL with random growth, a constant share and no end. */
export const setSettings = z.strictObject({
  ...dropGrowSettings,
  until: share().default(1).describe("Share of the steps after which the mask stays as it is."),
  dropSchedule: z.enum(["cosine", "constant"]).default("constant").describe(
    "How the dropped share changes until the last change: to dropFinal along a cosine, or not at all.",
  ),
});

/** See {@link setSettings}. */
export type SetSettings = z.output<typeof setSettings>;

/** Settings of GraNet: gradual pruning's, and those of regeneration, which goes on until the end. */
export const granetSettings = z.strictObject({
  ...gmpSettings.shape,
  drop: fraction().default(0.5).describe("Share of each layer's weights that is dropped and grown again, at first."),
  dropFinal: share().default(0.005).describe("That share at the end of the run; it falls along a cosine."),
  growth: growth("gradient"),
  confineToSource: confineToSource(),
});

/** See {@link granetSettings}. */
export type GranetSettings = z.output<typeof granetSettings>;

/** Settings of STR; the defaults are published (sInit_value −200, st_decay and bn_decay equal to the weight decay). */
export const strSettings = z.strictObject({
  initial: z.number().max(20).default(-200).describe(
    "s before training; a weight below σ(s) is pruned, and weight decay moves s towards 0 (-200 wants 1e-3 over 100 epochs).",
  ),
  decay: z.number().min(0).optional().describe("Weight decay of the thresholds; train.weightDecay when left out."),
  normDecay: z.number().min(0).optional().describe(
    "Weight decay of batch norm's scales and shifts; train.weightDecay when left out.",
  ),
});

/** See {@link strSettings}. */
export type StrSettings = z.output<typeof strSettings>;

/** Settings of continuous sparsification; the defaults are the authors', with s_0 = 0. */
export const continuousSettings = z.strictObject({
  initial: z.number().default(0).describe("Scores before training, s_0; lower ones end sparser."),
  finalTemperature: z.number().gte(1).default(200).describe(
    "β at the end of each round: from epoch to epoch it grows by the same factor, from 1 on.",
  ),
  penalty: z.number().min(0).default(1e-8).describe(
    "Weight λ of the penalty on the sum of all masks, which is no part of the loss that is reported.",
  ),
  rounds: z.int().min(1).max(100).default(3).describe("Rounds, each with a learning-rate schedule of its own."),
  ticket: z.boolean().default(true).describe("Train the ticket by itself after the rounds, from rewound weights."),
  rewind: z.int().min(0).default(2).describe("Epoch of the first round whose weights the ticket starts from."),
  levelEpochs: z.int().min(1).optional().describe("Epochs of a round; as many as train.epochs when left out."),
});

/** See {@link continuousSettings}. */
export type ContinuousSettings = z.output<typeof continuousSettings>;

/** Settings of edge-popup; the defaults are published, but for the density. */
export const edgePopupSettings = z.strictObject({
  density: fraction().default(0.1).describe(
    "Share of each layer's weights and biases, pooled, that is kept in the end; the source bounds it.",
  ),
  start: fraction().default(0.6).describe("Density that annealing starts from."),
  levels: z.int().min(1).max(1000).default(5).describe(
    "Levels of annealing, each with a learning-rate schedule of its own; 1 computes with the density from the beginning.",
  ),
  levelEpochs: z.int().min(1).optional().describe("Epochs of a level; as many as train.epochs when left out."),
  mode: z.enum(["intended", "released"]).default("intended").describe(
    "Keep the best weights of the source as described, or, as the released code does, mask a few entries and multiply all " +
      "others by their scores, in the source or not.",
  ),
  weights: z.enum(["kaiming-normal", "signed-constant", "looks-linear"]).default("kaiming-normal").describe(
    "How the frozen weights are drawn, with σ = √(2 / fan-in): N(0, σ²), ±σ, or orthogonal blocks W, −W, −W, W.",
  ),
  biases: z.enum(["zero", "scaled"]).default("zero").describe(
    "Biases of the model, frozen: 0, or normal with 0.05 times the product of the σ of the layers up to theirs.",
  ),
  scaleFan: z.boolean().default(false).describe("Divide frozen weights by the root of the density."),
  scores: z.enum(["uniform", "released"]).optional().describe(
    "Scores before training: uniform as Ramanujan et al. have them, or 0.5 in convolutions; by method.mode when left out.",
  ),
});

/** See {@link edgePopupSettings}. */
export type EdgePopupSettings = z.output<typeof edgePopupSettings>;
