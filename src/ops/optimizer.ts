/** One optimizer step over the whole parameter store in one dispatch: SGD, Adam, AdamW, with the mask behind it. */
import { flatGrid, type Operand, type Recorder } from "../gpu/recorder.ts";
import { FLAT, flatKernel } from "../gpu/flat.ts";
import adamText from "../../shaders/optimizer/adam.wgsl" with { type: "text" };
import commonText from "../../shaders/optimizer/common.wgsl" with { type: "text" };
import sgdText from "../../shaders/optimizer/sgd.wgsl" with { type: "text" };

const sgd = flatKernel(sgdText, { step: true, with: [commonText] });
const adam = flatKernel(adamText, { step: true, with: [commonText] });

/** Which optimizer, with PyTorch's meaning of every number. The learning rate comes with each step. */
export type OptimizerSettings =
  | { readonly name: "sgd"; readonly momentum: number; readonly nesterov: boolean }
  | { readonly name: "adam" | "adamw"; readonly beta1: number; readonly beta2: number; readonly epsilon: number };

/** Values that share a parameter group: the unit in which parameters are laid out in the store. */
export const GROUP_VALUES = 64;

/** Moment buffers that an optimizer keeps beside the values. */
export function momentCount(settings: OptimizerSettings): number {
  return settings.name === "sgd" ? 1 : 2;
}

/**
 * Records one step over `size` values (a multiple of 64).
 * @param operands `mask` has one bit a value; `groupOf` one u32 for each 64 values; `groups` pairs of float32
 * (learning-rate factor, weight decay)
 */
export function recordOptimizer(
  recorder: Recorder,
  settings: OptimizerSettings,
  size: number,
  operands: {
    values: Operand;
    gradients: Operand;
    moments: readonly Operand[];
    mask: Operand;
    groupOf: Operand;
    groups: Operand;
  },
): void {
  const { values, gradients, moments, mask, groupOf, groups } = operands;
  const shared = { values, gradients, mask, groupOf, groups };
  const count = size / 4, grid = flatGrid(count, FLAT);
  if (settings.name === "sgd") {
    const { momentum, nesterov } = settings;
    recorder.dispatch(
      "sgd",
      sgd,
      { ...shared, velocity: moments[0] },
      { count, momentum, nesterov: Number(nesterov) },
      grid,
    );
  } else {
    const { beta1, beta2, epsilon } = settings;
    recorder.dispatch("adam", adam, { ...shared, first: moments[0], second: moments[1] }, {
      count,
      beta1,
      beta2,
      epsilon,
      decoupled: Number(settings.name === "adamw"),
    }, grid);
  }
}
