import { layerSize, totalSize } from "../layer.ts";
import type { Rule } from "./rule.ts";

/**
 * Pyramidal: p_l = q^l for l = 1..L in registration order, with q such that sum q^l N_l = p N. Deep layers get little:
 * at p = 0.005 the classifier of a VGG-16 expects less than one edge (flow preservation mends that).
 */
export const pyramidal: Rule = (layers, density) => {
  const base = pyramidalBase(layers.map(layerSize), density * totalSize(layers));
  let power = 1;
  return layers.map(() => power *= base);
};

/**
 * The root q in (0, 1] of sum q^l N_l = budget (0 < budget <= N). The sum grows with q, so bisection finds the one root,
 * down to two neighbouring doubles; powers by Horner's rule, since engines disagree about Math.pow.
 */
export function pyramidalBase(sizes: readonly number[], budget: number): number {
  const kept = (q: number) => {
    let sum = 0;
    for (let l = sizes.length - 1; l >= 0; l--) sum = q * (sum + sizes[l]);
    return sum;
  };
  if (kept(1) <= budget) return 1;
  let low = 0;
  let high = 1;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return low;
    if (kept(middle) <= budget) low = middle;
    else high = middle;
  }
}
