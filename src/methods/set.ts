/**
 * Sparse evolutionary training (Mocanu et al. 2018): at intervals a constant share of each layer's weights, the smallest, is
 * dropped, and as many random ones are grown.
 */
import * as z from "zod";
import type { Method } from "./method.ts";
import { dropGrow, dropGrowSettings } from "./rigl.ts";
import { share } from "./settings.ts";

/** Settings of SET: those of RigL with random growth, a constant share and no end. */
export const setSettings = z.strictObject({
  ...dropGrowSettings,
  until: share().default(1).describe("Share of the steps after which the mask stays as it is."),
  dropSchedule: z.enum(["cosine", "constant"]).default("constant").describe(
    "How the dropped share changes until the last change: to dropFinal along a cosine, or not at all.",
  ),
});

/** See {@link setSettings}. */
export type SetSettings = z.output<typeof setSettings>;

/** Sparse evolutionary training. */
export function set(settings: SetSettings): Method {
  return dropGrow({ name: "set", ...settings, growth: "random", replaceStep: false });
}
