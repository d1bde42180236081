import { closest } from "fastest-levenshtein";
import { UserError } from "../../errors.ts";
import type { Rule } from "./rule.ts";

/**
 * Densities given layer by layer, by name. Every maskable layer must be named, no other may be, and each density must
 * lie in [0, 1] (0 empties a layer: ratios borrowed from a pruner may). Throws a {@link UserError} otherwise.
 */
export const custom: Rule = (layers, _density, options) => {
  const given = options.layers ?? {};
  const names = layers.map((layer) => layer.name);
  const known = `layers are: ${names.join(", ")}`;
  for (const name of Object.keys(given)) {
    if (!names.includes(name)) {
      throw new UserError(`mask.layers names "${name}", which the model does not have`, {
        hint: `Did you mean "${closest(name, names)}"? Maskable ${known}.`,
      });
    }
  }
  return names.map((name) => {
    if (!Object.hasOwn(given, name)) {
      throw new UserError(`mask.layers gives no density for "${name}"`, {
        hint: `The custom rule needs one for each maskable layer; ${known}.`,
      });
    }
    const density = given[name];
    if (!(density >= 0 && density <= 1)) {
      throw new UserError(`mask.layers: density ${density} of "${name}" is not between 0 and 1`);
    }
    return density;
  });
};
