/**
 * Mean over square windows, (C, ih, iw, N) → (C, oh, ow, N), and over whole planes.
 *
 * Padding counts as zeros in the mean: the divisor is always kernel² (PyTorch's default, `count_include_pad=True`).
 */
import type { PoolShape } from "../shape.ts";
import { type Floats, requireLength, zerosLike } from "./floats.ts";

/** Calls `visit` with the input and output index of sample 0 for every position that a window covers. */
function forEachWindowValue(shape: PoolShape, columns: number, visit: (inRow: number, outRow: number) => void): void {
  const { channels, inHeight, inWidth, outHeight, outWidth, kernel, stride, pad } = shape;
  for (let c = 0; c < channels; c++) {
    for (let oy = 0; oy < outHeight; oy++) {
      for (let ox = 0; ox < outWidth; ox++) {
        const outRow = ((c * outHeight + oy) * outWidth + ox) * columns;
        for (let iy = Math.max(0, oy * stride - pad); iy < Math.min(inHeight, oy * stride - pad + kernel); iy++) {
          for (let ix = Math.max(0, ox * stride - pad); ix < Math.min(inWidth, ox * stride - pad + kernel); ix++) {
            visit(((c * inHeight + iy) * inWidth + ix) * columns, outRow);
          }
        }
      }
    }
  }
}

/**
 * Forward over the first `count` columns.
 * @throws {RangeError} if x does not have the length its shape says.
 */
export function avgPoolForward<T extends Floats>(shape: PoolShape, x: T, columns: number, count: number = columns): T {
  requireLength("x", x, shape.channels * shape.inHeight * shape.inWidth * columns);
  const sums = new Float64Array(shape.channels * shape.outHeight * shape.outWidth * columns);
  forEachWindowValue(shape, columns, (inRow, outRow) => {
    for (let n = 0; n < count; n++) sums[outRow + n] += x[inRow + n];
  });
  return scaled(x, sums, 1 / shape.kernel ** 2);
}

/**
 * Gradient (C, ih, iw, columns): each dy is spread evenly over its window.
 * @throws {RangeError} if dy does not have the length its shape says.
 */
export function avgPoolBackward<T extends Floats>(
  shape: PoolShape,
  dy: T,
  columns: number,
  count: number = columns,
): T {
  requireLength("dy", dy, shape.channels * shape.outHeight * shape.outWidth * columns);
  const sums = new Float64Array(shape.channels * shape.inHeight * shape.inWidth * columns);
  forEachWindowValue(shape, columns, (inRow, outRow) => {
    for (let n = 0; n < count; n++) sums[inRow + n] += dy[outRow + n];
  });
  return scaled(dy, sums, 1 / shape.kernel ** 2);
}

/**
 * Mean of each whole plane: x (C, plane, columns) → (C, columns), with plane = H·W.
 * @throws {RangeError} if x does not have the length its sizes say.
 */
export function globalAvgPoolForward<T extends Floats>(
  channels: number,
  plane: number,
  x: T,
  columns: number,
  count: number = columns,
): T {
  requireLength("x", x, channels * plane * columns);
  const sums = new Float64Array(channels * columns);
  for (let c = 0; c < channels; c++) {
    for (let p = 0; p < plane; p++) {
      for (let n = 0; n < count; n++) sums[c * columns + n] += x[(c * plane + p) * columns + n];
    }
  }
  return scaled(x, sums, 1 / plane);
}

/**
 * Gradient (C, plane, columns) of a global mean, from dy (C, columns).
 * @throws {RangeError} if dy does not have the length its sizes say.
 */
export function globalAvgPoolBackward<T extends Floats>(
  channels: number,
  plane: number,
  dy: T,
  columns: number,
  count: number = columns,
): T {
  requireLength("dy", dy, channels * columns);
  const dx = zerosLike(dy, channels * plane * columns);
  for (let c = 0; c < channels; c++) {
    for (let p = 0; p < plane; p++) {
      for (let n = 0; n < count; n++) dx[(c * plane + p) * columns + n] = dy[c * columns + n] / plane;
    }
  }
  return dx;
}

function scaled<T extends Floats>(example: T, sums: Float64Array, factor: number): T {
  const result = zerosLike(example, sums.length);
  for (let k = 0; k < sums.length; k++) result[k] = sums[k] * factor;
  return result;
}
