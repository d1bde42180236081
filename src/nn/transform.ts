/**
 * A weight transform stands between stored parameters and the weights a layer computes with, forward and backward: a mask
 * applied in the forward pass, and later soft thresholds, top-k scores or |w|. It is recorded into the program.
 */
import type { Operand, Recorder } from "../gpu/recorder.ts";
import type { Memory } from "../gpu/memory.ts";
import { whole } from "../gpu/memory.ts";
import { flatGrid } from "../gpu/recorder.ts";
import type { Mask } from "../masks/mask.ts";
import { FLAT, flatKernel } from "../gpu/flat.ts";
import maskText from "../../shaders/elementwise/mask.wgsl" with { type: "text" };

/** Parameters → effective weights, for one layer of dense storage. */
export interface WeightTransform {
  readonly name: string;
  /** Records effective = f(values), `size` float32 values. */
  recordForward(recorder: Recorder, size: number, operands: { values: Operand; effective: Operand }): void;
  /** Records gradient (+)= f'(values) · effectiveGradient. */
  recordBackward(
    recorder: Recorder,
    size: number,
    operands: { values: Operand; effectiveGradient: Operand; gradient: Operand },
    accumulate: boolean,
  ): void;
  destroy(): void;
}

const maskCode = flatKernel(maskText);

/** values · mask: off-mask weights have no effect and get no gradient, but weight decay still moves them. */
export function maskTransform(memory: Memory, mask: Mask): WeightTransform {
  const buffer = memory.upload(`${mask.name} mask`, mask.bits);
  const bits = whole(buffer);
  const record = (recorder: Recorder, size: number, x: Operand, y: Operand, accumulate: boolean) =>
    recorder.dispatch(
      "mask",
      maskCode,
      { x, mask: bits, y },
      { count: size, accumulate: Number(accumulate) },
      flatGrid(size, FLAT),
    );
  return {
    name: "mask",
    recordForward: (recorder, size, { values, effective }) => record(recorder, size, values, effective, false),
    recordBackward: (recorder, size, { effectiveGradient, gradient }, accumulate) =>
      record(recorder, size, effectiveGradient, gradient, accumulate),
    destroy: () => memory.destroy(buffer),
  };
}
