/**
 * What a layer's passes are expected to take, by kernel: dense ones, and packed ones by how many weights are stored. The
 * kernel plan compares these milliseconds. They are predictions of a small linear model whose coefficients
 * (`cost_priors.ts`) are fitted to measurements, for adapters that nobody has tuned on.
 *
 * A pass takes a fixed time a dispatch, a time for each value it writes, and a time for each multiply-add. A packed
 * multiply-add is a load, which the weights of a block share, and an arithmetic part, which they do not.
 */
import { blockGrid, type BlockSize } from "../masks/blocks.ts";
import { CONV_PASSES, type ConvPass } from "../ops/conv_dense.ts";
import type { AdapterClass } from "../ops/emit.ts";
import type { PackedActivations } from "../ops/packed_lanes.ts";
import { convInputSize, convOutputSize, type ConvShape, convWeightCount } from "../ops/shape.ts";
import { COST_PRIORS, type CostPriors } from "./cost_priors.ts";

/** How a packed layer is stored and what its kernels read. */
export interface PackedForm {
  /** Output and input channels of a block, as asked for; a smaller layer clips it. */
  readonly block: BlockSize;
  readonly activations: PackedActivations;
}

/** A convolution (or linear layer) over so many columns of a batch. */
export interface ConvWork {
  readonly shape: ConvShape;
  /** Columns N of the activations. */
  readonly capacity: number;
}

/** Multiply-adds of one dense pass; positions in the padding are counted as well. */
export function denseMacs({ shape, capacity }: ConvWork): number {
  return convWeightCount(shape) * shape.outHeight * shape.outWidth * capacity;
}

/** A layer's block: as asked for, clipped to its channels. */
export function clippedBlock({ outChannels, inChannels }: ConvShape, block: BlockSize): BlockSize {
  return blockGrid([outChannels, inChannels], block).block;
}

/** Values that a pass writes, weights of a weight gradient apart. */
function activationsWritten(pass: ConvPass, { shape, capacity }: ConvWork): number {
  if (pass === "forward") return convOutputSize(shape) * capacity;
  return pass === "inputGradient" ? convInputSize(shape) * capacity : 0;
}

/** Shares of the model's coefficients in a time: what the priors are fitted with. All are numbers of things. */
export type DenseTerms = Readonly<Record<keyof CostPriors["dense"]["forward"], number>>;
export type PackedTerms = Readonly<Record<keyof CostPriors["packed"]["forward"], number>>;

/** How often each coefficient of a dense pass counts. */
export function denseTerms(pass: ConvPass, work: ConvWork): DenseTerms {
  const point = work.shape.kernelHeight * work.shape.kernelWidth === 1;
  const macs = denseMacs(work);
  return {
    perPass: 1,
    perValue: pass === "weightGradient" ? convWeightCount(work.shape) : activationsWritten(pass, work),
    perPointMac: point ? macs : 0,
    perWindowMac: point ? 0 : macs,
    perStridedMac: work.shape.stride > 1 ? macs : 0,
  };
}

/** Loads a multiply-add for the blocks of a pass: what a loaded activation serves. Single weights load once each. */
function loadsPerMac(pass: ConvPass, [outs, ins]: BlockSize): number {
  if (pass === "forward") return 1 / outs;
  return pass === "inputGradient" ? 1 / ins : (1 / outs + 1 / ins) / 2;
}

/** Values that are copied to 16 bits for a pass. Two passes read each copy, so that half of it counts for each. */
function narrowed(pass: ConvPass, { shape, capacity }: ConvWork): number {
  const input = convInputSize(shape) * capacity / 2, output = convOutputSize(shape) * capacity / 2;
  if (pass === "forward") return input;
  return pass === "inputGradient" ? output : input + output;
}

/**
 * How often each coefficient of a packed pass counts.
 * @param stored stored weights, those that a clipped or shared block holds besides the kept ones included
 */
export function packedTerms(pass: ConvPass, work: ConvWork, form: PackedForm, stored: number): PackedTerms {
  const block = clippedBlock(work.shape, form.block);
  const { outHeight, outWidth } = work.shape;
  const macs = stored * outHeight * outWidth * work.capacity;
  const loads = macs * loadsPerMac(pass, block), narrow = form.activations === "f16";
  return {
    perPass: 1,
    perValue: activationsWritten(pass, work),
    perBlock: stored / (block[0] * block[1]),
    perWeight: stored,
    perMac: macs,
    perStridedMac: work.shape.stride > 1 ? macs : 0,
    perLoad: narrow ? 0 : loads,
    perNarrowLoad: narrow ? loads : 0,
    perNarrowed: narrow ? narrowed(pass, work) : 0,
  };
}

/** Nanoseconds of coefficients times their counts, in milliseconds. */
export function milliseconds<T extends Readonly<Record<string, number>>>(coefficients: T, terms: T): number {
  return Object.keys(terms).reduce((sum, name) => sum + coefficients[name] * terms[name], 0) / 1e6;
}

/** Expected milliseconds of a dense pass. */
export function denseCost(adapter: AdapterClass["name"], pass: ConvPass, work: ConvWork): number {
  return milliseconds(COST_PRIORS[adapter].dense[pass], denseTerms(pass, work));
}

/** Expected milliseconds of a packed pass over so many stored weights. */
export function packedCost(
  adapter: AdapterClass["name"],
  pass: ConvPass,
  work: ConvWork,
  form: PackedForm,
  stored: number,
): number {
  return milliseconds(COST_PRIORS[adapter].packed[pass], packedTerms(pass, work, form, stored));
}

/** The passes of a training step: the first layer's input needs no gradient. */
export function trainingPasses(inputGradient: boolean): ConvPass[] {
  return CONV_PASSES.filter((pass) => inputGradient || pass !== "inputGradient");
}

/**
 * The density at which packed takes as long as dense, when packed costs `fixed` + `slope` · density milliseconds: 1 where
 * packed always wins, 0 where it never does.
 */
export function breakEven(dense: number, fixed: number, slope: number): number {
  if (dense <= fixed) return 0;
  return slope <= 0 ? 1 : Math.min(1, (dense - fixed) / slope);
}
