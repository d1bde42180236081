/**
 * Maximum over square windows, (C, ih, iw, N) → (C, oh, ow, N). Padding never wins, whatever the sign of the values.
 *
 * Of equal maxima the first in row-major order of the window wins, and receives the whole gradient (PyTorch's rule on the
 * CPU). This is common, not exotic: after a ReLU whole windows are 0.
 */
import type { PoolShape } from "../shape.ts";
import { type Floats, requireLength, zerosLike } from "./floats.ts";

/** Output of a max pool, and for each output value the position iy·iw + ix in its input plane that it came from. */
export interface MaxPoolResult<T extends Floats> {
  readonly y: T;
  readonly argmax: Uint32Array;
}

/**
 * Forward over the first `count` columns.
 * @throws {RangeError} if x does not have the length its shape says.
 */
export function maxPoolForward<T extends Floats>(
  shape: PoolShape,
  x: T,
  columns: number,
  count: number = columns,
): MaxPoolResult<T> {
  const { channels, inHeight, inWidth, outHeight, outWidth, kernel, stride, pad } = shape;
  requireLength("x", x, channels * inHeight * inWidth * columns);
  const y = zerosLike(x, channels * outHeight * outWidth * columns);
  const argmax = new Uint32Array(y.length);
  for (let c = 0; c < channels; c++) {
    for (let oy = 0; oy < outHeight; oy++) {
      for (let ox = 0; ox < outWidth; ox++) {
        for (let n = 0; n < count; n++) {
          let best = -Infinity;
          let where = -1;
          for (let iy = Math.max(0, oy * stride - pad); iy < Math.min(inHeight, oy * stride - pad + kernel); iy++) {
            for (let ix = Math.max(0, ox * stride - pad); ix < Math.min(inWidth, ox * stride - pad + kernel); ix++) {
              const value = x[((c * inHeight + iy) * inWidth + ix) * columns + n];
              if (where < 0 || value > best || Number.isNaN(value)) {
                best = value;
                where = iy * inWidth + ix;
              }
            }
          }
          const out = ((c * outHeight + oy) * outWidth + ox) * columns + n;
          y[out] = best;
          argmax[out] = where;
        }
      }
    }
  }
  return { y, argmax };
}

/**
 * Gradient (C, ih, iw, columns): each dy goes to the position its maximum came from; overlapping windows add up.
 * @throws {RangeError} if an array does not have the length its shape says.
 */
export function maxPoolBackward<T extends Floats>(
  shape: PoolShape,
  dy: T,
  argmax: Uint32Array,
  columns: number,
  count: number = columns,
): T {
  const inPlane = shape.inHeight * shape.inWidth;
  const outPlane = shape.outHeight * shape.outWidth;
  requireLength("dy", dy, shape.channels * outPlane * columns);
  requireLength("argmax", argmax, dy.length);
  const sums = new Float64Array(shape.channels * inPlane * columns);
  for (let c = 0; c < shape.channels; c++) {
    for (let p = 0; p < outPlane; p++) {
      for (let n = 0; n < count; n++) {
        const out = (c * outPlane + p) * columns + n;
        sums[(c * inPlane + argmax[out]) * columns + n] += dy[out];
      }
    }
  }
  const dx = zerosLike(dy, sums.length);
  dx.set(sums);
  return dx;
}
