/** What a rule is: layer-wise densities from the shapes of the layers and one global density. */
import type { LayerShape } from "../layer.ts";

/** What a rule may need beyond the density. */
export interface RuleOptions {
  /** Density of each layer by name, for the custom rule. */
  layers?: Readonly<Record<string, number>>;
}

/**
 * Densities p_l in [0, 1], one for each layer in the given order, for a nominal density p (0 < p <= 1, checked by
 * {@link ruleDensities}). Pure, and from + - * / alone, so that every engine gives the same bits.
 */
export type Rule = (layers: readonly LayerShape[], density: number, options: RuleOptions) => number[];
