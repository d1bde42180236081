/** What a rule says of a network, and what is noted of it. */
import type { RuleName } from "../masks/rules/registry.ts";

/** A maskable layer, whatever the rule. */
export interface LayerFacts {
  readonly name: string;
  readonly shape: readonly number[];
  /** Number of weights N. */
  readonly size: number;
  /** Multiply-adds of the dense layer for one image. */
  readonly macs: number;
}

/** What one rule says of the network; lists have an entry for each layer. */
export interface RuleExpectation {
  readonly rule: RuleName;
  readonly densities: readonly number[];
  readonly expectedDensity: number;
  readonly computeDensity: number;
  /** Expected numbers of dead channels of a mask of single weights, before flow preservation. */
  readonly deadInputs: readonly number[];
  readonly deadOutputs: readonly number[];
  readonly notes: readonly DensityNote[];
}

/** One pitfall. */
export interface DensityNote {
  readonly kind:
    | "lost"
    | "first layer"
    | "classifier"
    | "full"
    | "cost"
    | "few channels"
    | "cut off"
    | "empty"
    | "dead"
    | "added"
    | "chance";
  /** Warnings are about networks that learn worse or are not what was asked for; the others are good to know. */
  readonly warning: boolean;
  readonly title: string;
  readonly text: string;
}
