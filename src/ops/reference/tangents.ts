/**
 * Tangents (directional derivatives) of what a Hessian-vector product goes through besides sums and products: how a
 * result moves when its operands move in given directions (Pearlmutter 1994, the R-operator).
 */
import type { PoolShape } from "../shape.ts";
import { BATCH_NORM_EPS, type BatchNormSizes } from "./batch_norm.ts";
import { type Floats, requireLength, zerosLike } from "./floats.ts";
import { maxPoolForward } from "./max_pool.ts";

/** What a batch norm's backward pass reads, (C, plane, columns) each: x, dy and their tangents. */
export interface BatchNormTangents<T extends Floats> {
  readonly x: T;
  readonly tx: T;
  readonly dy: T;
  readonly tdy: T;
}

/**
 * Tangent of dx = a·(dy − mean(dy) − x̂·mean(dy·x̂)), a = scale·r, x̂ = (x − μ)·r, r = 1/√(variance + ε), by the batch's
 * statistics. With s = mean(tx·x̂): ta = −a·r·s, tx̂ = r·(tx − mean(tx) − x̂·s).
 * @throws {RangeError} for wrong lengths
 */
export function batchNormBackwardTangent<T extends Floats>(
  sizes: BatchNormSizes,
  { x, tx, dy, tdy }: BatchNormTangents<T>,
  scale?: T,
  eps: number = BATCH_NORM_EPS,
): T {
  const { channels, plane, columns, count = columns } = sizes;
  requireLength("x", x, channels * plane * columns);
  for (const other of [tx, dy, tdy]) requireLength("tangents", other, x.length);
  const tdx = zerosLike(x, x.length);
  for (let c = 0; c < channels; c++) {
    const at: number[] = [];
    for (let p = 0; p < plane; p++) for (let n = 0; n < count; n++) at.push((c * plane + p) * columns + n);
    const mean = (value: (k: number) => number) => at.reduce((sum, k) => sum + value(k), 0) / at.length;
    const mu = mean((k) => x[k]), variance = mean((k) => (x[k] - mu) ** 2);
    const r = 1 / Math.sqrt(variance + eps), a = (scale ? scale[c] : 1) * r;
    const normal = (k: number) => (x[k] - mu) * r;
    const tmu = mean((k) => tx[k]), s = mean((k) => tx[k] * normal(k));
    const tnormal = (k: number) => r * (tx[k] - tmu - normal(k) * s);
    const m1 = mean((k) => dy[k]), m2 = mean((k) => dy[k] * normal(k));
    const tm1 = mean((k) => tdy[k]), tm2 = mean((k) => tdy[k] * normal(k) + dy[k] * tnormal(k));
    for (const k of at) {
      tdx[k] = -a * r * s * (dy[k] - m1 - normal(k) * m2) +
        a * (tdy[k] - tm1 - tnormal(k) * m2 - normal(k) * tm2);
    }
  }
  return tdx;
}

/** Tangent of a max pool: that of the position each maximum came from. */
export function maxPoolTangent<T extends Floats>(shape: PoolShape, x: T, tx: T, columns: number): T {
  const { argmax } = maxPoolForward(shape, x, columns);
  const inPlane = shape.inHeight * shape.inWidth, outPlane = shape.outHeight * shape.outWidth;
  const ty = zerosLike(x, argmax.length);
  argmax.forEach((where, i) => {
    const channel = Math.floor(i / (outPlane * columns));
    ty[i] = tx[(channel * inPlane + where) * columns + i % columns];
  });
  return ty;
}

/**
 * Tangent of cross-entropy's gradient with respect to logits (C, columns) that are divided by a temperature T: with
 * p = softmax(z/T), p·(t − Σ p·t)/(T²·count); zero beyond the batch.
 */
export function crossEntropyTangent<T extends Floats>(
  classes: number,
  logits: T,
  tangents: T,
  temperature: number,
  columns: number,
  count: number = columns,
): T {
  requireLength("logits", logits, classes * columns);
  requireLength("tangents", tangents, logits.length);
  const result = zerosLike(logits, logits.length);
  for (let n = 0; n < count; n++) {
    const z = Array.from({ length: classes }, (_, c) => logits[c * columns + n] / temperature);
    const highest = Math.max(...z), e = z.map((v) => Math.exp(v - highest)), sum = e.reduce((a, b) => a + b);
    const mean = e.reduce((total, v, c) => total + v / sum * tangents[c * columns + n], 0);
    e.forEach((v, c) => {
      result[c * columns + n] = v / sum * (tangents[c * columns + n] - mean) / (temperature ** 2 * count);
    });
  }
  return result;
}
