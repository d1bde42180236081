/**
 * Batch normalisation over positions and samples of each channel (Ioffe and Szegedy 2015; PyTorch's `BatchNorm2d`).
 *
 * x and y are (C, plane, N) with plane = H·W; scale, shift, means and variances are [C].
 * Training: mean and biased variance of the m = plane · count values of a channel; y = (x − mean) · invStd · scale +
 * shift with invStd = 1/√(variance + ε). Running statistics move by `momentum` towards the batch's mean and its
 * *unbiased* variance (m/(m−1) times the biased one). Evaluation uses the running statistics.
 */
import { type Floats, requireLength, zerosLike } from "./floats.ts";

/** ε and momentum of PyTorch's defaults. */
export const BATCH_NORM_EPS = 1e-5;
export const BATCH_NORM_MOMENTUM = 0.1;

/** Sizes of a batch normalisation: `plane` is height × width, `columns` the capacity and `count` the real samples. */
export interface BatchNormSizes {
  readonly channels: number;
  readonly plane: number;
  readonly columns: number;
  readonly count?: number;
}

/** Learned scale and shift, [C] each; leave out for a normalisation without them. */
export interface BatchNormAffine<T extends Floats> {
  readonly scale: T;
  readonly shift: T;
}

/** Running statistics, [C] each: updated in place by {@link batchNormTrain}. */
export interface BatchNormRunning<T extends Floats> {
  readonly mean: T;
  readonly variance: T;
}

/** What the backward pass needs beside x: statistics of the batch, [C] each. */
export interface BatchNormResult<T extends Floats> {
  readonly y: T;
  readonly mean: T;
  readonly invStd: T;
}

/** Gradients of a batch normalisation; dScale and dShift [C] are given whether or not the layer learns them. */
export interface BatchNormGradients<T extends Floats> {
  readonly dx: T;
  readonly dScale: T;
  readonly dShift: T;
}

/**
 * Training forward; moves `running` in place if given.
 * @throws {RangeError} for wrong lengths, or if a channel has a single value (it has no variance; PyTorch refuses too).
 */
export function batchNormTrain<T extends Floats>(
  sizes: BatchNormSizes,
  x: T,
  affine?: BatchNormAffine<T>,
  running?: BatchNormRunning<T>,
  eps: number = BATCH_NORM_EPS,
  momentum: number = BATCH_NORM_MOMENTUM,
): BatchNormResult<T> {
  const { channels, plane, columns, count = columns } = sizes;
  requireLength("x", x, channels * plane * columns);
  const m = plane * count;
  if (m < 2) throw new RangeError("batch normalisation needs more than one value in each channel to train");
  const mean = zerosLike(x, channels);
  const invStd = zerosLike(x, channels);
  const y = zerosLike(x, x.length);
  for (let c = 0; c < channels; c++) {
    const mu = channelSum(sizes, c, (k) => x[k]) / m;
    const variance = channelSum(sizes, c, (k) => (x[k] - mu) ** 2) / m;
    const inv = 1 / Math.sqrt(variance + eps);
    mean[c] = mu;
    invStd[c] = inv;
    normaliseChannel(sizes, c, x, y, mu, inv, affine);
    if (running) {
      running.mean[c] += momentum * (mu - running.mean[c]);
      running.variance[c] += momentum * (variance * m / (m - 1) - running.variance[c]);
    }
  }
  return { y, mean, invStd };
}

/**
 * Evaluation forward: y from the running statistics, which stay as they are.
 * @throws {RangeError} for wrong lengths.
 */
export function batchNormEval<T extends Floats>(
  sizes: BatchNormSizes,
  x: T,
  running: BatchNormRunning<T>,
  affine?: BatchNormAffine<T>,
  eps: number = BATCH_NORM_EPS,
): T {
  const { channels, plane, columns } = sizes;
  requireLength("x", x, channels * plane * columns);
  const y = zerosLike(x, x.length);
  for (let c = 0; c < channels; c++) {
    normaliseChannel(sizes, c, x, y, running.mean[c], 1 / Math.sqrt(running.variance[c] + eps), affine);
  }
  return y;
}

/**
 * Backward of {@link batchNormTrain}, from its batch statistics. With x̂ = (x − mean)·invStd:
 * dShift = Σ dy, dScale = Σ dy·x̂, dx = scale·invStd·(dy − dShift/m − x̂·dScale/m).
 * @throws {RangeError} for wrong lengths.
 */
export function batchNormTrainBackward<T extends Floats>(
  sizes: BatchNormSizes,
  x: T,
  dy: T,
  mean: T,
  invStd: T,
  scale?: T,
): BatchNormGradients<T> {
  const { plane, columns, count = columns } = sizes;
  const m = plane * count;
  return backward(sizes, x, dy, mean, invStd, scale, (d, xHat, dShift, dScale) => d - dShift / m - xHat * dScale / m);
}

/**
 * Backward of {@link batchNormEval}: the running statistics are constants, so dx = scale·dy/√(variance + ε).
 * @throws {RangeError} for wrong lengths.
 */
export function batchNormEvalBackward<T extends Floats>(
  sizes: BatchNormSizes,
  x: T,
  dy: T,
  running: BatchNormRunning<T>,
  scale?: T,
  eps: number = BATCH_NORM_EPS,
): BatchNormGradients<T> {
  const invStd = zerosLike(x, sizes.channels);
  for (let c = 0; c < sizes.channels; c++) invStd[c] = 1 / Math.sqrt(running.variance[c] + eps);
  return backward(sizes, x, dy, running.mean, invStd, scale, (d) => d);
}

function backward<T extends Floats>(
  sizes: BatchNormSizes,
  x: T,
  dy: T,
  mean: T,
  invStd: T,
  scale: T | undefined,
  inner: (dy: number, xHat: number, dShift: number, dScale: number) => number,
): BatchNormGradients<T> {
  const { channels, plane, columns } = sizes;
  requireLength("x", x, channels * plane * columns);
  requireLength("dy", dy, x.length);
  const dx = zerosLike(x, x.length);
  const dScale = zerosLike(x, channels);
  const dShift = zerosLike(x, channels);
  for (let c = 0; c < channels; c++) {
    const sumDy = channelSum(sizes, c, (k) => dy[k]);
    const sumDyXHat = channelSum(sizes, c, (k) => dy[k] * (x[k] - mean[c])) * invStd[c];
    const factor = (scale ? scale[c] : 1) * invStd[c];
    forEachOfChannel(sizes, c, (k) => {
      dx[k] = factor * inner(dy[k], (x[k] - mean[c]) * invStd[c], sumDy, sumDyXHat);
    });
    dScale[c] = sumDyXHat;
    dShift[c] = sumDy;
  }
  return { dx, dScale, dShift };
}

function normaliseChannel<T extends Floats>(
  sizes: BatchNormSizes,
  c: number,
  x: T,
  y: T,
  mean: number,
  invStd: number,
  affine: BatchNormAffine<T> | undefined,
): void {
  const scale = affine ? affine.scale[c] : 1;
  const shift = affine ? affine.shift[c] : 0;
  forEachOfChannel(sizes, c, (k) => {
    y[k] = (x[k] - mean) * invStd * scale + shift;
  });
}

/** Calls `visit` with the index of every value of channel c that belongs to a sample. */
function forEachOfChannel(sizes: BatchNormSizes, c: number, visit: (index: number) => void): void {
  const { plane, columns, count = columns } = sizes;
  for (let p = 0; p < plane; p++) {
    const row = (c * plane + p) * columns;
    for (let n = 0; n < count; n++) visit(row + n);
  }
}

function channelSum(sizes: BatchNormSizes, c: number, value: (index: number) => number): number {
  let sum = 0;
  forEachOfChannel(sizes, c, (k) => sum += value(k));
  return sum;
}
