/** The whole way from a rule to masks: densities, drawing, flow preservation, report. */
import type { BlockSize } from "./blocks.ts";
import { drawMasks, type DrawMethod } from "./draw.ts";
import { type FlowMode, preserveFlow } from "./flow.ts";
import type { LayerShape } from "./layer.ts";
import type { Mask } from "./mask.ts";
import { type MaskReport, reportMasks } from "./report.ts";
import { ruleDensities, type RuleName } from "./rules/registry.ts";
import type { RuleOptions } from "./rules/rule.ts";

/** What to draw. */
export interface MaskChoice extends RuleOptions {
  rule: RuleName;
  /** Nominal density, 0 < p <= 1. */
  density: number;
  /** Default "bernoulli". */
  draw?: DrawMethod;
  /** Output and input channels that are kept or pruned together. Default [1, 1]: single weights. */
  block?: BlockSize;
  /** Default "paper". It adds single weights, also to a mask of blocks; neighbours then share a block. */
  flow?: FlowMode;
}

/** Masks of all maskable layers and what is known of them. */
export interface MadeMasks {
  masks: Mask[];
  /** The rule's density of each layer. */
  densities: number[];
  /** Edges that flow preservation added to each layer. */
  added: number[];
  report: MaskReport;
}

/** Draws the masks of a network from the mask seed. Throws a {@link UserError} for a choice that makes no sense. */
export function makeMasks(layers: readonly LayerShape[], choice: MaskChoice, seed: number): MadeMasks {
  const densities = ruleDensities(choice.rule, layers, choice.density, choice);
  const drawn = drawMasks(layers, densities, seed, choice.draw, choice.block);
  const { masks, added } = preserveFlow(drawn, choice.flow ?? "paper", seed, choice.block);
  return { masks, densities, added, report: reportMasks(layers, densities, masks, choice.density, choice.block) };
}
