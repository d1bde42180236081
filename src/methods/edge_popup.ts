/**
 * Edge-popup (Ramanujan et al. 2020) inside an ER source, as Gadhikar et al. 2023 look for strong lottery tickets: weights
 * never change, a score a weight is trained, and each layer computes with the weights of its best |scores|.
 */

/** How the frozen weights are drawn, σ = √(2 / fan-in): N(0, σ²), ±σ, or orthogonal blocks [[W, −W], [−W, W]]. */
export type FrozenWeights = "kaiming-normal" | "signed-constant" | "looks-linear";

/** Settings of edge-popup. */
export interface EdgePopupSettings {
  /** Share k of each layer's weights and biases, pooled, that is kept in the end. */
  readonly density: number;
  /** Where annealing starts from: level t of T computes with start · (k / start)^(t / T), between k and the source's. */
  readonly start: number;
  /** Levels of equal length that the epochs are divided into; 1 computes with k from the beginning. */
  readonly levels: number;
  /**
   * `intended`: the best ⌊k · N⌋ of the source's weights and the biases, all others 0. `released`: the authors' code, whose
   * mask reaches only as many entries as there are output channels; every other weight is multiplied by its |score|.
   */
  readonly mode: "intended" | "released";
  readonly weights: FrozenWeights;
  /** Biases, where the model has any: 0, or N(0, σ²) with σ = 0.05 · Π σ of the layers so far. */
  readonly biases: "zero" | "scaled";
  /** Divides the weights by √k, so that a ticket has the variance of a dense layer. */
  readonly scaleFan: boolean;
  /** Scores before training: 0.5 in convolutions and uniform in linear layers as released, or uniform (√6 / √fan). */
  readonly scores: "released" | "uniform";
}

/** The published settings, at density 0.1. */
export const EDGE_POPUP_DEFAULTS: EdgePopupSettings = {
  density: 0.1,
  start: 0.6,
  levels: 5,
  mode: "intended",
  weights: "kaiming-normal",
  biases: "zero",
  scaleFan: false,
  scores: "released",
};
