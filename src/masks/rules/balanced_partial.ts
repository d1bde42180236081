import { layerSize, totalSize } from "../layer.ts";
import type { Rule } from "./rule.ts";

/**
 * Balanced with a partial correction (as in TurboPrune, from the paper's group): in order of the layers, what does not
 * fit into layer l (counted from 0) raises the share by (share - N_l) / (L - l). The divisor counts the full layer itself
 * too, and earlier layers get nothing, so the expected density comes closer to the nominal one but stays below it.
 */
export const balancedPartial: Rule = (layers, density) => {
  let share = density * totalSize(layers) / layers.length;
  return layers.map((layer, l) => {
    const size = layerSize(layer);
    if (share < size) return share / size;
    share += (share - size) / (layers.length - l);
    return 1;
  });
};
