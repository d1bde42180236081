/** What a work is: one convolution, one matrix product, or one whole training step, described so that any library can do it. */
import type { BlockSize } from "../../src/masks/blocks.ts";
import type { RuleName } from "../../src/masks/rules/registry.ts";
import type { Size } from "../../src/nn/model.ts";
import type { ConvShape } from "../../src/ops/shape.ts";
import type { NetworkNode } from "./network.ts";

/** What is computed of a convolution; the output is computed in each case. */
export type ConvWorkPass = "forward" | "forward+dW" | "forward+dX";

/**
 * y = conv(x, w), and the gradient of Σ y·dy by w or x. Inputs `x` [N, C, H, W], `w` [out, in, kh, kw], `dy` like y;
 * results `y`, and `dw` or `dx`.
 */
export interface ConvWork {
  readonly kind: "conv";
  readonly shape: ConvShape;
  readonly batch: number;
  readonly pass: ConvWorkPass;
}

/** y = a·b. Inputs `a` [m, k] and `b` [k, n], result `y` [m, n]. */
export interface MatmulWork {
  readonly kind: "matmul";
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

/** How the masks of a step's network are drawn. */
export interface StepMask {
  readonly rule: RuleName;
  /** Above 0 and below 1. */
  readonly density: number;
  readonly block: BlockSize;
}

/**
 * A training step: forward, mean cross-entropy, backward, SGD with momentum (v ← m·v + g, w ← w − r·v, v = 0 at first).
 * Inputs `images` [N, C, H, W], `labels` [N], the parameters by PyTorch's names, and `mask:<name>` of the masked ones with
 * 1 for kept. Results: `losses` of the first three steps, and the parameters after the first one, pruned ones 0.
 */
export interface StepWork {
  readonly kind: "step";
  /** A name of `bench/peers/models.ts`. */
  readonly model: string;
  readonly input: Size;
  readonly classes: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly momentum: number;
  readonly mask: StepMask | null;
  /** The model, for those who do not know it by name. */
  readonly network: readonly NetworkNode[];
}

/** What a competitor is asked to do. */
export type Work = ConvWork | MatmulWork | StepWork;
