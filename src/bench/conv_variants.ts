/** The dense kernels that a pass can be computed with, by name. */
import type { ConvWeights } from "../ops/conv.ts";
import type { AdapterClass } from "../ops/emit.ts";
import type { ConvPass } from "./conv_candidates.ts";
import type { ConvProblem } from "./conv_data.ts";

/** Names of the dense kernels that can compute a pass of a problem. */
export function denseVariants(_pass: ConvPass, _problem: ConvProblem, _adapter: AdapterClass): string[] {
  return ["default"];
}

/** What a layer's weights say of its dense kernels, for one pass by one name. */
export function denseKernels(
  _pass: ConvPass,
  _variant: string,
): Partial<Extract<ConvWeights, { storage: "dense" }>> {
  return {};
}
