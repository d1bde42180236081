/**
 * 2-D convolution (cross-correlation, as in PyTorch's `conv2d`) with any kernel size, stride and zero padding.
 *
 * x (in, ih, iw, N), weight [out][in][kh][kw], bias [out], y (out, oh, ow, N):
 * y[o,oy,ox,n] = bias[o] + Σ_{i,ky,kx} weight[o,i,ky,kx] · x[i, oy·stride + ky − pad, ox·stride + kx − pad, n]
 */
import { convInputSize, convOutputSize, type ConvShape, convWeightCount } from "../shape.ts";
import { type Floats, requireLength, zerosLike } from "./floats.ts";

/** Calls `visit` for every pair of an output and an input position that the tap (ky, kx) joins. */
function forEachTapPosition(
  shape: ConvShape,
  ky: number,
  kx: number,
  visit: (outPosition: number, inPosition: number) => void,
): void {
  for (let oy = 0; oy < shape.outHeight; oy++) {
    const iy = oy * shape.stride + ky - shape.pad;
    if (iy < 0 || iy >= shape.inHeight) continue;
    for (let ox = 0; ox < shape.outWidth; ox++) {
      const ix = ox * shape.stride + kx - shape.pad;
      if (ix >= 0 && ix < shape.inWidth) visit(oy * shape.outWidth + ox, iy * shape.inWidth + ix);
    }
  }
}

/** Calls `visit` for every weight, in row-major order, with its output and input channel and its tap. */
function forEachWeight(shape: ConvShape, visit: (w: number, o: number, i: number, ky: number, kx: number) => void) {
  let w = 0;
  for (let o = 0; o < shape.outChannels; o++) {
    for (let i = 0; i < shape.inChannels; i++) {
      for (let ky = 0; ky < shape.kernelHeight; ky++) {
        for (let kx = 0; kx < shape.kernelWidth; kx++) visit(w++, o, i, ky, kx);
      }
    }
  }
}

/**
 * Output (out, oh, ow, columns) of a convolution.
 * @throws {RangeError} if an array does not have the length its shape says.
 */
export function conv2dForward<T extends Floats>(
  shape: ConvShape,
  x: T,
  weight: T,
  bias: T | undefined,
  columns: number,
  count: number = columns,
): T {
  requireLength("x", x, convInputSize(shape) * columns);
  requireLength("weight", weight, convWeightCount(shape));
  if (bias) requireLength("bias", bias, shape.outChannels);
  const outPlane = shape.outHeight * shape.outWidth;
  const inPlane = shape.inHeight * shape.inWidth;
  const sums = new Float64Array(convOutputSize(shape) * columns);
  for (let o = 0; bias && o < shape.outChannels; o++) {
    for (let p = 0; p < outPlane; p++) {
      sums.fill(bias[o], (o * outPlane + p) * columns, (o * outPlane + p) * columns + count);
    }
  }
  forEachWeight(shape, (w, o, i, ky, kx) => {
    const value = weight[w];
    forEachTapPosition(shape, ky, kx, (outPosition, inPosition) => {
      const yRow = (o * outPlane + outPosition) * columns;
      const xRow = (i * inPlane + inPosition) * columns;
      for (let n = 0; n < count; n++) sums[yRow + n] += value * x[xRow + n];
    });
  });
  const y = zerosLike(x, sums.length);
  y.set(sums);
  return y;
}

/**
 * Gradient (in, ih, iw, columns) of the loss with respect to the input, from the gradient dy (out, oh, ow, columns).
 * @throws {RangeError} if an array does not have the length its shape says.
 */
export function conv2dInputGradient<T extends Floats>(
  shape: ConvShape,
  dy: T,
  weight: T,
  columns: number,
  count: number = columns,
): T {
  requireLength("dy", dy, convOutputSize(shape) * columns);
  requireLength("weight", weight, convWeightCount(shape));
  const outPlane = shape.outHeight * shape.outWidth;
  const inPlane = shape.inHeight * shape.inWidth;
  const sums = new Float64Array(convInputSize(shape) * columns);
  forEachWeight(shape, (w, o, i, ky, kx) => {
    const value = weight[w];
    forEachTapPosition(shape, ky, kx, (outPosition, inPosition) => {
      const yRow = (o * outPlane + outPosition) * columns;
      const xRow = (i * inPlane + inPosition) * columns;
      for (let n = 0; n < count; n++) sums[xRow + n] += value * dy[yRow + n];
    });
  });
  const dx = zerosLike(dy, sums.length);
  dx.set(sums);
  return dx;
}

/**
 * Gradient [out][in][kh][kw] of the loss with respect to the weights, summed over the samples. A masked layer uses its
 * kept entries only.
 * @throws {RangeError} if an array does not have the length its shape says.
 */
export function conv2dWeightGradient<T extends Floats>(
  shape: ConvShape,
  x: T,
  dy: T,
  columns: number,
  count: number = columns,
): T {
  requireLength("x", x, convInputSize(shape) * columns);
  requireLength("dy", dy, convOutputSize(shape) * columns);
  const outPlane = shape.outHeight * shape.outWidth;
  const inPlane = shape.inHeight * shape.inWidth;
  const dWeight = zerosLike(x, convWeightCount(shape));
  forEachWeight(shape, (w, o, i, ky, kx) => {
    let sum = 0;
    forEachTapPosition(shape, ky, kx, (outPosition, inPosition) => {
      const yRow = (o * outPlane + outPosition) * columns;
      const xRow = (i * inPlane + inPosition) * columns;
      for (let n = 0; n < count; n++) sum += dy[yRow + n] * x[xRow + n];
    });
    dWeight[w] = sum;
  });
  return dWeight;
}

/**
 * Gradient [out] of the loss with respect to the bias: dy summed over positions and samples.
 * @throws {RangeError} if dy does not have the length its shape says.
 */
export function conv2dBiasGradient<T extends Floats>(
  shape: ConvShape,
  dy: T,
  columns: number,
  count: number = columns,
): T {
  requireLength("dy", dy, convOutputSize(shape) * columns);
  const outPlane = shape.outHeight * shape.outWidth;
  const dBias = zerosLike(dy, shape.outChannels);
  for (let o = 0; o < shape.outChannels; o++) {
    let sum = 0;
    for (let p = 0; p < outPlane; p++) {
      const row = (o * outPlane + p) * columns;
      for (let n = 0; n < count; n++) sum += dy[row + n];
    }
    dBias[o] = sum;
  }
  return dBias;
}
