/**
 * The sizes an operation works on, shared by the kernel emitters and the plain-TypeScript references.
 *
 * Activations are (C, H, W, N) with the batch innermost: element (c, y, x, n) lies at ((c·H + y)·W + x)·N + n.
 * Weights are row-major [out][in][kh][kw], as in PyTorch. The batch is not part of a shape: it is a run-time count.
 */

/** Sizes of a 2-D convolution; a linear layer is the 1×1 case on a 1×1 image ({@link linearShape}). */
export interface ConvShape {
  readonly inChannels: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly outChannels: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly stride: number;
  readonly pad: number;
  readonly outHeight: number;
  readonly outWidth: number;
}

/** What {@link convShape} is made from; `kernelWidth` defaults to `kernelHeight`, `stride` to 1 and `pad` to 0. */
export interface ConvSizes {
  inChannels: number;
  inHeight: number;
  inWidth: number;
  outChannels: number;
  kernelHeight: number;
  kernelWidth?: number;
  stride?: number;
  pad?: number;
}

/** Sizes of a max or average pool; the window is square. */
export interface PoolShape {
  readonly channels: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly kernel: number;
  readonly stride: number;
  readonly pad: number;
  readonly outHeight: number;
  readonly outWidth: number;
}

/** What {@link poolShape} is made from; `stride` defaults to `kernel` and `pad` to 0, as in PyTorch. */
export interface PoolSizes {
  channels: number;
  inHeight: number;
  inWidth: number;
  kernel: number;
  stride?: number;
  pad?: number;
}

/**
 * Number of window positions along one axis: ⌊(size + 2·pad − kernel) / stride⌋ + 1.
 * @throws {RangeError} if the padded input is smaller than the window.
 */
export function outputSize(size: number, kernel: number, stride: number, pad: number): number {
  if (size + 2 * pad < kernel) {
    throw new RangeError(`a window of ${kernel} does not fit into an input of ${size} padded by ${pad} on each side`);
  }
  return Math.floor((size + 2 * pad - kernel) / stride) + 1;
}

/**
 * Checks the sizes of a convolution and adds its output size.
 * @throws {RangeError} for a size that is not a positive integer, a negative padding, or a kernel larger than the
 * padded input.
 */
export function convShape(sizes: ConvSizes): ConvShape {
  const { inChannels, inHeight, inWidth, outChannels, kernelHeight } = sizes;
  const { kernelWidth = kernelHeight, stride = 1, pad = 0 } = sizes;
  requirePositive({ inChannels, inHeight, inWidth, outChannels, kernelHeight, kernelWidth, stride });
  requireNotNegative({ pad });
  return {
    inChannels,
    inHeight,
    inWidth,
    outChannels,
    kernelHeight,
    kernelWidth,
    stride,
    pad,
    outHeight: outputSize(inHeight, kernelHeight, stride, pad),
    outWidth: outputSize(inWidth, kernelWidth, stride, pad),
  };
}

/** A linear layer as a 1×1 convolution on a 1×1 image with `inFeatures` channels. */
export function linearShape(inFeatures: number, outFeatures: number): ConvShape {
  return convShape({ inChannels: inFeatures, inHeight: 1, inWidth: 1, outChannels: outFeatures, kernelHeight: 1 });
}

/**
 * Checks the sizes of a pool and adds its output size.
 * @throws {RangeError} for a size that is not a positive integer, a window larger than the padded input, or a padding
 * above half the window (a window could then lie in the padding alone; PyTorch refuses it too).
 */
export function poolShape(sizes: PoolSizes): PoolShape {
  const { channels, inHeight, inWidth, kernel } = sizes;
  const { stride = kernel, pad = 0 } = sizes;
  requirePositive({ channels, inHeight, inWidth, kernel, stride });
  requireNotNegative({ pad });
  if (2 * pad > kernel) throw new RangeError(`pool padding ${pad} exceeds half the window of ${kernel}`);
  return {
    channels,
    inHeight,
    inWidth,
    kernel,
    stride,
    pad,
    outHeight: outputSize(inHeight, kernel, stride, pad),
    outWidth: outputSize(inWidth, kernel, stride, pad),
  };
}

/** Values a sample of the input has: channels × height × width. */
export function convInputSize(shape: ConvShape): number {
  return shape.inChannels * shape.inHeight * shape.inWidth;
}

/** Values a sample of the output has: channels × height × width. */
export function convOutputSize(shape: ConvShape): number {
  return shape.outChannels * shape.outHeight * shape.outWidth;
}

/** Number of weights: out × in × kh × kw. */
export function convWeightCount(shape: ConvShape): number {
  return shape.outChannels * shape.inChannels * shape.kernelHeight * shape.kernelWidth;
}

/** The sizes that every convolution kernel has among its constants. */
export const CONV_EXTENTS = ["inChannels", "inHeight", "inWidth", "outChannels", "outHeight", "outWidth"] as const;

/** A shape's values of {@link CONV_EXTENTS}. */
export function convExtents(shape: ConvShape): Record<(typeof CONV_EXTENTS)[number], number> {
  const { inChannels, inHeight, inWidth, outChannels, outHeight, outWidth } = shape;
  return { inChannels, inHeight, inWidth, outChannels, outHeight, outWidth };
}

function requirePositive(sizes: Record<string, number>): void {
  for (const [name, value] of Object.entries(sizes)) {
    if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name} must be a positive integer, got ${value}`);
  }
}

function requireNotNegative(sizes: Record<string, number>): void {
  for (const [name, value] of Object.entries(sizes)) {
    if (!Number.isInteger(value) || value < 0) throw new RangeError(`${name} must be an integer ≥ 0, got ${value}`);
  }
}
