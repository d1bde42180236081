import { layerSize, totalSize } from "../layer.ts";
import { dimensionSum } from "./erk.ts";
import type { Rule } from "./rule.ts";

/**
 * ERK as in the authors' STR code: p_l = min(1, C * raw_l) with C = p N / sum of all dimension sums. What is clipped at 1
 * is lost: the expected density is below the nominal one.
 */
export const erkStr: Rule = (layers, density) => {
  const factor = density * totalSize(layers) / layers.reduce((sum, layer) => sum + dimensionSum(layer.shape), 0);
  return layers.map((layer) => Math.min(1, factor * (dimensionSum(layer.shape) / layerSize(layer))));
};
