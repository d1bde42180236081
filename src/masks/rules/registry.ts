/** All rules by the name that a config uses. A new rule is a new file and a line here. */
import { UserError } from "../../errors.ts";
import type { LayerShape } from "../layer.ts";
import { balanced } from "./balanced.ts";
import { balancedFill } from "./balanced_fill.ts";
import { balancedPartial } from "./balanced_partial.ts";
import { custom } from "./custom.ts";
import { dense } from "./dense.ts";
import { erk } from "./erk.ts";
import { erkStr } from "./erk_str.ts";
import { pyramidal } from "./pyramidal.ts";
import type { Rule, RuleOptions } from "./rule.ts";
import { uniform } from "./uniform.ts";

/** Rules and one line on each, for help texts. */
export const RULES = {
  "dense": { densities: dense, description: "every weight kept" },
  "uniform": { densities: uniform, description: "the same density in every layer" },
  "erk": { densities: erk, description: "Erdős–Rényi kernel: by (sum / product) of the shape, exact budget (RigL)" },
  "erk-str": { densities: erkStr, description: "ERK as in the authors' STR code: what is clipped at 1 is lost" },
  "balanced": {
    densities: balanced,
    description: "the same number of weights in every layer; what does not fit is lost",
  },
  "balanced-partial": { densities: balancedPartial, description: "balanced, part of the loss passed on (TurboPrune)" },
  "balanced-fill": { densities: balancedFill, description: "balanced by water-filling: exact budget" },
  "pyramidal": { densities: pyramidal, description: "density falls as a power of the depth, exact budget" },
  "custom": { densities: custom, description: "a density for each layer by name (mask.layers)" },
} as const satisfies Record<string, { densities: Rule; description: string }>;

/** Name of a rule. */
export type RuleName = keyof typeof RULES;

/** All names, in the order of {@link RULES}. */
export const RULE_NAMES = Object.keys(RULES) as RuleName[];

/**
 * The densities of a rule, one for each layer, in [0, 1].
 *
 * @param density nominal density p; a {@link UserError} unless 0 < p <= 1
 * @example
 * ```ts
 * ruleDensities("balanced", [{ name: "fc", shape: [10, 512], positions: 1 }], 0.1); // [0.1]
 * ```
 */
export function ruleDensities(
  rule: RuleName,
  layers: readonly LayerShape[],
  density: number,
  options: RuleOptions = {},
): number[] {
  checkDensity(density);
  if (!Object.hasOwn(RULES, rule)) {
    throw new UserError(`unknown mask rule "${rule}"`, { hint: `Rules are: ${RULE_NAMES.join(", ")}.` });
  }
  if (layers.length === 0) throw new UserError("the model has no maskable layers");
  return RULES[rule].densities(layers, density, options);
}

/** Throws a {@link UserError} unless 0 < density <= 1. */
export function checkDensity(density: number): void {
  if (!(density > 0 && density <= 1)) {
    throw new UserError(`density ${density}: expected more than 0 and at most 1`, {
      hint: "Density is the fraction of weights that is kept (1 - sparsity).",
    });
  }
}
