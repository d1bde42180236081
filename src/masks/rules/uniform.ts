import type { Rule } from "./rule.ts";

/** p_l = p in every layer. */
export const uniform: Rule = (layers, density) => layers.map(() => density);
