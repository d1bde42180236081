/** What a convolution benchmark compares: the dense kernels of each pass, and packed ones by density, block and format. */
import { type BlockSize, NO_BLOCKS } from "../masks/blocks.ts";
import type { ConvPass } from "../ops/conv_dense.ts";
import type { PackedActivations } from "../ops/packed_lanes.ts";

/** A way to compute a pass. */
export type Candidate =
  | { readonly pass: ConvPass; readonly storage: "dense"; readonly variant: string }
  | {
    readonly pass: ConvPass;
    readonly storage: "packed";
    /** Asked for; what is drawn differs a little. */
    readonly density: number;
    readonly block: BlockSize;
    readonly activations: PackedActivations;
    /** Sums over lanes by subgroups instead of workgroup memory; weight gradients only. */
    readonly subgroups: boolean;
  };

/** What is compared. */
export interface CandidateChoice {
  readonly passes: readonly ConvPass[];
  /** Of the packed kernels; 1 stands for dense, which is always there. */
  readonly densities: readonly number[];
  readonly blocks: readonly BlockSize[];
  readonly activations: readonly PackedActivations[];
  /** How packed weight gradients add their lanes: by subgroups (true), by workgroup memory. */
  readonly subgroups: readonly boolean[];
}

/** Every candidate of a choice: dense first in each pass. */
export function listCandidates(choice: CandidateChoice, variants: (pass: ConvPass) => string[]): Candidate[] {
  return choice.passes.flatMap((pass) => [
    ...variants(pass).map((variant): Candidate => ({ pass, storage: "dense", variant })),
    ...choice.activations.flatMap((activations) =>
      choice.blocks.flatMap((block) =>
        choice.densities.filter((density) => density < 1).flatMap((density) =>
          (pass === "weightGradient" ? choice.subgroups : [false]).map((subgroups): Candidate => {
            return { pass, storage: "packed", density, block, activations, subgroups };
          })
        )
      )
    ),
  ]);
}

/** A candidate, or a measured cell, in a few words: "dense register", "packed 0.1 8×8 f16". */
export function candidateWords(
  { storage, variant, density, block = NO_BLOCKS, activations, subgroups }: {
    readonly storage: Candidate["storage"];
    readonly variant?: string | null;
    readonly density?: number;
    readonly block?: BlockSize;
    readonly activations?: PackedActivations;
    readonly subgroups?: boolean;
  },
): string {
  if (storage === "dense") return `dense ${variant}`;
  const blocks = block[0] * block[1] > 1 ? ` ${block.join("×")}` : "";
  return `packed ${density}${blocks}${activations === "f16" ? " f16" : ""}${subgroups ? " subgroups" : ""}`;
}
