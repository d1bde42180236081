import { layerSize, totalSize } from "../layer.ts";
import type { Rule } from "./rule.ts";

/**
 * Balanced: the same number x = p N / L of weights in every layer, p_l = min(1, x / N_l). As in the paper, what does not
 * fit into a small layer is lost: the expected density is below the nominal one ("balanced 0.3" on ResNet-18 is 0.190).
 */
export const balanced: Rule = (layers, density) => {
  const share = density * totalSize(layers) / layers.length;
  return layers.map((layer) => Math.min(1, share / layerSize(layer)));
};
