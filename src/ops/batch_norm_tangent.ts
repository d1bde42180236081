/**
 * The tangent of batch normalisation's backward pass: how dx moves when x and dy move. With it and the backward pass itself,
 * which is also the tangent of the forward pass, a Hessian-vector product goes through batch norm (Pearlmutter 1994).
 */
import { FLAT, flatKernel } from "../gpu/flat.ts";
import { flatGrid, type Operand, type Recorder } from "../gpu/recorder.ts";
import { type BatchNormShape, planeOf } from "./batch_norm.ts";
import type { AdapterClass } from "./emit.ts";
import { splitRows } from "./sum_splits.ts";
import applyText from "../../shaders/batch_norm/tangent_apply.wgsl" with { type: "text" };
import partialText from "../../shaders/batch_norm/tangent_partial.wgsl" with { type: "text" };
import sumsText from "../../shaders/batch_norm/tangent_sums.wgsl" with { type: "text" };

const partial = flatKernel(partialText, { step: true });
const sums = flatKernel(sumsText, { step: true });
const apply = flatKernel(applyText, { step: true });

/** Lanes that share a channel's sums. A score computes them once a run, so that one kernel will do for all adapters. */
const LANES = { software: 32, gpu: 256 } as const;

function lanesOf({ capacity, positions }: BatchNormShape, adapter: AdapterClass): { lanesY: number; parts: number } {
  const n4 = capacity / 4, few = Math.max(1, Math.min(positions, Math.floor(LANES[adapter.name] / n4)));
  const { splits: lanesY } = splitRows(positions, few, 1);
  return { lanesY, parts: lanesY * n4 };
}

/** What the tangent reads and writes, by parts; `tx`, `tdy` and `tdx` are the tangents of x, dy and dx. */
export interface BatchNormTangentOperands {
  readonly x: readonly Operand[];
  readonly tx: readonly Operand[];
  readonly dy: readonly Operand[];
  readonly tdy: readonly Operand[];
  /** (a, b, mean, 1/σ) of the forward pass by the batch's statistics. */
  readonly coefficients: Operand;
  readonly tdx: readonly Operand[];
}

/**
 * Records tdx (+)= the tangent of dx, for a batch norm by the batch's statistics whose scale and shift stay.
 * With g = dy where a fused ReLU let it through, x̂ = (x − μ)/σ and a = scale/σ, dx is a·(g − mean(g) − x̂·mean(g·x̂)).
 */
export function recordBatchNormBackwardTangent(
  recorder: Recorder,
  shape: BatchNormShape,
  adapter: AdapterClass,
  { x, tx, dy, tdy, coefficients, tdx }: BatchNormTangentOperands,
  accumulate: boolean,
): void {
  const { channels, positions, capacity } = shape;
  const n4 = capacity / 4, relu = Number(shape.relu);
  const { lanesY, parts } = lanesOf(shape, adapter);
  const total = x.length * parts;
  const partials = recorder.tensor("batch norm tangent parts", 32 * channels * total);
  const means = recorder.tensor("batch norm tangent means", 32 * channels);
  x.forEach((x, i) => {
    const operands = { x, tx: tx[i], dy: dy[i], tdy: tdy[i], coefficients, partial: partials };
    const constants = { channels, positions, n4, lanesY, relu, first: i * capacity, total, begin: i * parts };
    recorder.dispatch("batchNormTangentPartial", partial, operands, constants, flatGrid(channels * parts, FLAT));
  });
  recorder.dispatch("batchNormTangentSums", sums, { partial: partials, coefficients, means }, {
    channels,
    positions,
    parts: total,
  }, flatGrid(channels, FLAT));
  const { plane, values, lanes } = planeOf(shape, adapter);
  x.forEach((x, i) => {
    const operands = { x, tx: tx[i], dy: dy[i], tdy: tdy[i], coefficients, means, tdx: tdx[i] };
    const constants = {
      channels,
      plane,
      lanes,
      values,
      n4,
      relu,
      accumulate: Number(accumulate),
      first: i * capacity,
    };
    recorder.dispatch("batchNormTangentApply", apply, operands, constants, flatGrid(channels * lanes, FLAT));
  });
}
