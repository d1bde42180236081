/**
 * Initial weights that go by the density of the source: the re-initialisations that the authors' code has as options
 * (`--init-method`, `looks-linear`), which its headline runs leave off. Batch norm hides the scale; without it a signal that
 * passes through sparse layers fades by √p in each.
 */
import type { Mask } from "../masks/mask.ts";
import { fans } from "../random/init.ts";
import type { Init, Model, Parameter } from "./model.ts";

/** Names of them. */
export const SOURCE_INITS = ["scaled", "normal", "uniform", "bimodal", "looks-linear"] as const;

/** One of {@link SOURCE_INITS}. */
export type SourceInit = (typeof SOURCE_INITS)[number];

/** The centres of the two normals of "bimodal", as released. */
const BIMODAL_CENTRE = 0.05;

/**
 * How every maskable weight starts, by name. p is the realised density of the layer's mask, and 1 where it keeps nothing
 * and no weight is used. What is not maskable (biases, batch norm) starts as the model says.
 */
export function sourceInits(
  name: SourceInit,
  model: Model,
  masks: ReadonlyMap<string, Pick<Mask, "nnz">>,
): Map<string, Init> {
  const weights = model.parameters.filter(({ maskable }) => maskable);
  return new Map(weights.map((weight, i) => {
    const nnz = masks.get(weight.name)?.nnz ?? weight.size;
    return [weight.name, sourceInit(name, weight, { density: nnz > 0 ? nnz / weight.size : 1, first: i === 0 })];
  }));
}

function sourceInit(
  name: SourceInit,
  { shape, init }: Pick<Parameter, "shape" | "init">,
  { density, first }: { readonly density: number; readonly first: boolean },
): Init {
  const std = Math.sqrt(2 / (fans(shape).fanIn * density)), factor = 1 / Math.sqrt(density);
  switch (name) {
    case "scaled":
      if (init.name === "normal") return { ...init, std: init.std * factor };
      if (init.name === "kaiming-normal" || init.name === "kaiming-uniform") return { ...init, density };
      throw new Error(`no form of the init ${init.name} that is scaled by a density`);
    case "normal":
      return { name: "normal", std };
    case "uniform":
      return { name: "positive-uniform", most: std };
    case "bimodal":
      return { name: "mixed-normal", centre: BIMODAL_CENTRE, std };
    case "looks-linear":
      return { name: "looks-linear", first, scale: factor };
  }
}
