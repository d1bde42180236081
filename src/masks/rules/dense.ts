import type { Rule } from "./rule.ts";

/** p_l = 1 in every layer, whatever the density asked for. */
export const dense: Rule = (layers) => layers.map(() => 1);
