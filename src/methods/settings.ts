/** Settings that several methods have, as schemas: ranges, defaults and descriptions once. */
import * as z from "zod";

/** A share above 0, at most 1. */
export const fraction = () => z.number().gt(0).lte(1);

/** `method.density`: where a method ends. */
export const density = () => fraction().default(0.1).describe("Density of all maskable weights that training ends at.");

/** `method.scope` */
export const scope = () =>
  z.enum(["global", "layers"]).default("global").describe(
    "Rank the weights of all layers together, or those of each layer, which keep the source's proportions.",
  );

/** `method.interval` */
export const interval = () => z.int().min(1).default(100).describe("Steps between two changes of the mask.");

/** `method.confineToSource` */
export const confineToSource = () =>
  z.boolean().default(true).describe("Grow weights of the source only; false grows any, as the released code does.");

/** `method.growth` */
export const growth = (standard: "gradient" | "random") =>
  z.enum(["gradient", "random"]).default(standard).describe(
    "Grow the pruned weights with the largest gradients of the step's batch, or random ones.",
  );

/** Share of a run's steps, from 0 to 1. */
export const share = () => z.number().min(0).max(1);
