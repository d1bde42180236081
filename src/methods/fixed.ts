/**
 * The fixed mask: drawn once, kept for ever (Gadhikar et al. 2023).
 *
 * Weights and momentum are masked after each step as the authors' dynamic-training code does, or the mask is multiplied in
 * at each forward pass as their soft-threshold code does; there the stored off-mask weights get no gradient but decay.
 */
import { maskTransform, type WeightTransform } from "../nn/transform.ts";
import type { Method } from "./method.ts";

/** Where a fixed mask is applied. */
export type MaskApplication = "after-step" | "in-forward";

/** A method that never changes its source's masks. */
export function fixed(options: { apply: MaskApplication }): Method {
  const transforms = new Map<string, WeightTransform>();
  return {
    name: "fixed",
    begin({ gpu, source }) {
      if (options.apply === "in-forward") {
        for (const [name, mask] of source) transforms.set(name, maskTransform(gpu.memory, mask));
      }
      return { masks: source, transforms };
    },
    destroy() {
      for (const transform of transforms.values()) transform.destroy();
      transforms.clear();
    },
  };
}
