/**
 * Sparse evolutionary training (Mocanu et al. 2018): at intervals a constant share of each layer's weights, the smallest, is
 * dropped, and as many random ones are grown.
 */
import type { Method } from "./method.ts";
import type { SetSettings } from "./method_settings.ts";
import { dropGrow } from "./rigl.ts";

/** Sparse evolutionary training. */
export function set(settings: SetSettings): Method {
  return dropGrow({ name: "set", ...settings, growth: "random", replaceStep: false });
}
