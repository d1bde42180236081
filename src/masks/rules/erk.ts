import { layerSize } from "../layer.ts";
import type { Rule } from "./rule.ts";

/** Sum of the dimensions; over the product it is the raw ERK score. Note raw_l * N_l = dimensionSum exactly. */
export function dimensionSum(shape: readonly number[]): number {
  return shape.reduce((sum, n) => sum + n, 0);
}

/**
 * Erdős–Rényi kernel, exact: p_l is proportional to (sum of dimensions) / (product of dimensions), and layers that
 * would exceed 1 are made dense while the others take up the difference, so that sum p_l N_l = p N.
 *
 * The loop is RigL's (Evci et al., ICML 2020), which GraNet and the authors' code repeat: each turn makes dense *all*
 * layers that share the largest score. They compare floats; here the fractions are compared exactly, by cross products.
 */
export const erk: Rule = (layers, density) => {
  if (density === 1) return layers.map(() => 1);
  const sizes = layers.map(layerSize);
  const sums = layers.map((layer) => dimensionSum(layer.shape));
  const filled = new Set<number>();
  for (;;) {
    const free = layers.map((_, l) => l).filter((l) => !filled.has(l));
    if (free.length === 0) return layers.map(() => 1);
    let budget = 0;
    let weight = 0;
    for (let l = 0; l < layers.length; l++) {
      if (filled.has(l)) {
        budget -= (1 - density) * sizes[l];
      } else {
        budget += density * sizes[l];
        weight += sums[l];
      }
    }
    const epsilon = budget / weight;
    const largest = free.reduce((best, l) =>
      compareFractions(sums[l], sizes[l], sums[best], sizes[best]) > 0 ? l : best
    );
    if (sums[largest] / sizes[largest] * epsilon <= 1) {
      return layers.map((_, l) => filled.has(l) ? 1 : epsilon * (sums[l] / sizes[l]));
    }
    for (const l of free) {
      if (compareFractions(sums[l], sizes[l], sums[largest], sizes[largest]) === 0) filled.add(l);
    }
  }
};

/** Sign of a/b - c/d for positive whole numbers, exactly. */
function compareFractions(a: number, b: number, c: number, d: number): number {
  const left = BigInt(a) * BigInt(d);
  const right = BigInt(c) * BigInt(b);
  return left < right ? -1 : left > right ? 1 : 0;
}
