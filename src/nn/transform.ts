/**
 * A weight transform stands between stored parameters and the weights a layer computes with, forward and backward: a mask
 * applied in the forward pass, soft thresholds, top-k scores, |w|. It is recorded into the program, over the stored values
 * alone: of a packed layer over its kept blocks, in the order of their slots.
 */
import type { Operand, Recorder } from "../gpu/recorder.ts";
import type { Memory } from "../gpu/memory.ts";
import { whole } from "../gpu/memory.ts";
import { flatGrid } from "../gpu/recorder.ts";
import type { Mask } from "../masks/mask.ts";
import { FLAT, flatKernel } from "../gpu/flat.ts";
import type { ParameterStore } from "./store.ts";
import maskText from "../../shaders/elementwise/mask.wgsl" with { type: "text" };

/** Parameter → effective values, for one weight or bias, dense or packed. */
export interface WeightTransform {
  readonly name: string;
  /** Whether it applies the layer's mask by itself, and pruned weights are stored and decay; with dense storage only. */
  readonly masks?: boolean;
  /**
   * Records effective = f(values), `size` float32 stored values.
   * @param store where the transform finds what a method trains for it
   */
  recordForward(
    recorder: Recorder,
    size: number,
    operands: { values: Operand; effective: Operand },
    store: ParameterStore,
  ): void;
  /**
   * Records gradient (+)= f'(values) · effectiveGradient, and the gradients of what a method trains for it.
   * @param operands without a gradient where the parameter itself is frozen
   */
  recordBackward(
    recorder: Recorder,
    size: number,
    operands: { values: Operand; effectiveGradient: Operand; gradient?: Operand },
    accumulate: boolean,
    store: ParameterStore,
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
    masks: true,
    recordForward: (recorder, size, { values, effective }) => record(recorder, size, values, effective, false),
    recordBackward: (recorder, size, { effectiveGradient, gradient }, accumulate) => {
      if (gradient) record(recorder, size, effectiveGradient, gradient, accumulate);
    },
    destroy: () => memory.destroy(buffer),
  };
}
