/**
 * Edge-popup (Ramanujan et al. 2020) inside an ER source, as Gadhikar et al. 2023 look for strong lottery tickets: weights
 * never change, a score a weight is trained, and each layer computes with the weights of its best |scores|.
 */
import * as z from "zod";
import { fraction } from "./settings.ts";

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
    "Keep the best weights of the source as described, or mask a few entries and multiply the rest by its scores, as the " +
      "released code does.",
  ),
  weights: z.enum(["kaiming-normal", "signed-constant", "looks-linear"]).default("kaiming-normal").describe(
    "How the frozen weights are drawn, with σ = √(2 / fan-in): N(0, σ²), ±σ, or orthogonal blocks W, −W, −W, W.",
  ),
  biases: z.enum(["zero", "scaled"]).default("zero").describe(
    "Biases of the model, frozen: 0, or normal with 0.05 times the product of the σ of the layers up to theirs.",
  ),
  scaleFan: z.boolean().default(false).describe("Divide frozen weights by the root of the density."),
  scores: z.enum(["released", "uniform"]).default("released").describe(
    "Scores before training: 0.5 in convolutions and uniform in linear layers, or uniform in all.",
  ),
});

/** See {@link edgePopupSettings}. */
export type EdgePopupSettings = z.output<typeof edgePopupSettings>;
