import { layerSize, totalSize } from "../layer.ts";
import type { Rule } from "./rule.ts";

/**
 * Balanced by water-filling: layers no larger than the share are full, and what they leave goes evenly to the others,
 * until nothing changes. The expected density is exactly the nominal one.
 */
export const balancedFill: Rule = (layers, density) => {
  const sizes = layers.map(layerSize);
  const full = new Set<number>();
  let budget = density * totalSize(layers);
  for (;;) {
    const share = budget / (layers.length - full.size);
    const fit = sizes.map((_, l) => l).filter((l) => !full.has(l) && sizes[l] <= share);
    if (fit.length === 0) return sizes.map((size, l) => full.has(l) ? 1 : share / size);
    for (const l of fit) {
      full.add(l);
      budget -= sizes[l];
    }
    if (full.size === layers.length) return sizes.map(() => 1);
  }
};
