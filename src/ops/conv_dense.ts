/**
 * The dense kernels of a convolution's passes by name. A pass may have several that compute the same numbers in another
 * order; which is fastest depends on the adapter and the shape. The first name of a list is what is taken before anything
 * has been measured.
 */
import type { Operand, Recorder } from "../gpu/recorder.ts";
import { recordConvDenseChannelGradient } from "./conv_dense_channel_gradient.ts";
import { convForwardTile, recordConvDenseForward } from "./conv_dense_forward.ts";
import { convInputGradientTile, recordConvDenseInputGradient } from "./conv_dense_input_gradient.ts";
import { recordConvDenseWeightGradient } from "./conv_dense_weight_gradient.ts";
import { recordConvDenseForwardWorkgroup, recordConvDenseInputGradientWorkgroup } from "./conv_dense_workgroup.ts";
import { recordConvDenseWeightGradientWorkgroup } from "./conv_dense_workgroup_gradient.ts";
import type { TileSize } from "./conv_tile.ts";
import type { AdapterClass } from "./emit.ts";
import type { ConvShape } from "./shape.ts";

/** The three passes of a layer: y from x and w, dx from dy and w, dw from x and dy. */
export const CONV_PASSES = ["forward", "inputGradient", "weightGradient"] as const;

/** One of {@link CONV_PASSES}. */
export type ConvPass = (typeof CONV_PASSES)[number];

/** Which dense kernel each pass of a layer uses; the first of {@link denseVariants} where it is left out. */
export type DenseKernels = Readonly<Partial<Record<ConvPass, string>>>;

/** Sizes that a dense kernel is recorded for. `capacity`: columns N of the activations, a multiple of 4. */
export interface DenseWork {
  readonly shape: ConvShape;
  readonly capacity: number;
  readonly adapter: AdapterClass;
}

/**
 * Terms of a sum from which a tile of workgroup memory pays on a GPU, and channels of a weight gradient. On an H100 it was
 * the faster one from 64 terms on in every layer of VGG-16 and ResNet-18, 1.1 to 9 times, and not for the 27 of 3→64.
 */
const LEAST_DEPTH = 64, LEAST_CHANNELS = 32;
/** Positions up to which software adapters are expected to be faster without sums over lanes. */
const SMALL_IMAGE = 64;

/**
 * Names of the dense kernels that can compute a pass of these sizes, the expected one first:
 * - `register`: tiles in registers, no barriers (forward and input gradient);
 * - `large`: the same with twice the channels a tile, on software adapters: faster where there are many channels, and
 *   slow to compile, so that only measurements choose it;
 * - `window`, `channels`: weight gradients with lanes over the batch and sums over lanes, or over input channels;
 * - `workgroup`: tiles in workgroup memory, on GPUs.
 */
export function denseVariants(pass: ConvPass, { shape, adapter }: DenseWork): string[] {
  const { outHeight, outWidth, inChannels, outChannels, stride } = shape;
  if (adapter.name === "software") {
    if (pass !== "weightGradient") {
      const tileOf = pass === "forward" ? convForwardTile : convInputGradientTile;
      const channels = tileOf(shape, adapter).channels;
      return tileOf(shape, adapter, "large").channels > channels ? ["register", "large"] : ["register"];
    }
    return outHeight * outWidth <= SMALL_IMAGE ? ["channels", "window"] : ["window", "channels"];
  }
  if (pass === "weightGradient") {
    const small = Math.min(inChannels * shape.kernelHeight * shape.kernelWidth, outChannels) < LEAST_CHANNELS;
    return small ? ["window", "workgroup"] : ["workgroup", "window"];
  }
  if (pass === "inputGradient" && stride > 1) return ["register"];
  const depth = (pass === "forward" ? inChannels : outChannels) * shape.kernelHeight * shape.kernelWidth;
  return depth < LEAST_DEPTH ? ["register", "workgroup"] : ["workgroup", "register"];
}

/** Every name of {@link denseVariants}. */
const VARIANTS = ["register", "large", "window", "channels", "workgroup"];

/**
 * The variant that was asked for, or the expected one: also where these sizes do not have the one that was asked for, since
 * a plan is made for the training batch and evaluation may have another.
 * @throws {RangeError} for a name that there is not
 */
function chosen(pass: ConvPass, work: DenseWork, variant: string | undefined): string {
  const variants = denseVariants(pass, work);
  if (variant === undefined || variants.includes(variant)) return variant ?? variants[0];
  if (VARIANTS.includes(variant)) return variants[0];
  throw new RangeError(`there is no dense kernel "${variant}" for the ${pass}; there are ${variants.join(", ")}`);
}

const sizeOf = (variant: string): TileSize => variant === "large" ? "large" : "normal";

/** Records y = conv(x, w) (+ bias). */
export function recordDenseForward(
  recorder: Recorder,
  work: DenseWork,
  operands: { x: Operand; w: Operand; y: Operand; bias?: Operand },
  variant?: string,
): void {
  const { shape, capacity, adapter } = work;
  const name = chosen("forward", work, variant);
  if (name === "workgroup") recordConvDenseForwardWorkgroup(recorder, shape, capacity, adapter, operands);
  else recordConvDenseForward(recorder, shape, capacity, adapter, operands, sizeOf(name));
}

/** Records dx (+)= convᵀ(dy, w). */
export function recordDenseInputGradient(
  recorder: Recorder,
  work: DenseWork,
  operands: { dy: Operand; w: Operand; dx: Operand },
  accumulate: boolean,
  variant?: string,
): void {
  const { shape, capacity, adapter } = work;
  const name = chosen("inputGradient", work, variant);
  if (name === "workgroup") {
    recordConvDenseInputGradientWorkgroup(recorder, shape, capacity, adapter, operands, accumulate);
  } else recordConvDenseInputGradient(recorder, shape, capacity, adapter, operands, accumulate, sizeOf(name));
}

/** Records dw (+)= Σ dy · x. */
export function recordDenseWeightGradient(
  recorder: Recorder,
  work: DenseWork,
  operands: { x: Operand; dy: Operand; dw: Operand },
  accumulate: boolean,
  variant?: string,
): void {
  const { shape, capacity, adapter } = work, name = chosen("weightGradient", work, variant);
  const record = name === "workgroup"
    ? recordConvDenseWeightGradientWorkgroup
    : name === "channels"
    ? recordConvDenseChannelGradient
    : recordConvDenseWeightGradient;
  record(recorder, shape, capacity, adapter, operands, accumulate);
}
