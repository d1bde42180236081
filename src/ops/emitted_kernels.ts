/**
 * Every kernel that is emitted rather than read from shaders/, once with a small tile: compiled by the check of all
 * shaders, and held as text snapshots by test/ops/emit_test.ts.
 */
import { emitConvDenseForward } from "./conv_dense_forward.ts";
import { emitConvDenseInputGradient } from "./conv_dense_input_gradient.ts";
import { emitConvDenseWeightGradient } from "./conv_dense_weight_gradient.ts";
import { emitConvPackedForward, emitConvPackedInputGradient, emitConvPackedWeightGradient } from "./conv_packed.ts";

/** The emitted kernels: a name without spaces, and the WGSL. */
export function shaderModules(): { label: string; code: string }[] {
  const tile = { channels: 2, rows: 1, columns: 2 };
  const square = { height: 3, width: 3 };
  const sums = { outputs: 2, inputs: 1, lanes: 4, splits: 1 };
  return Object.entries({
    conv_dense_forward_bias: emitConvDenseForward({ ...square, stride: 1, bias: true }, tile, 8),
    conv_dense_forward_stride2: emitConvDenseForward({ height: 1, width: 3, stride: 2, bias: false }, tile, 8),
    conv_dense_input_gradient: emitConvDenseInputGradient({ ...square, stride: 1, pad: 1 }, tile, 8),
    conv_dense_input_gradient_stride2: emitConvDenseInputGradient(
      { ...square, stride: 2, pad: 1 },
      { channels: 1, rows: 2, columns: 2 },
      8,
    ),
    conv_dense_weight_gradient: emitConvDenseWeightGradient({ ...square, stride: 1 }, sums),
    conv_dense_weight_gradient_stride2: emitConvDenseWeightGradient({ ...square, stride: 2 }, sums),
    conv_packed_forward_bias: emitConvPackedForward({ rows: 1, columns: 2 }, 8, true),
    conv_packed_forward: emitConvPackedForward({ rows: 2, columns: 1 }, 8, false),
    conv_packed_input_gradient: emitConvPackedInputGradient({ rows: 1, columns: 2 }, 8, 1),
    conv_packed_input_gradient_stride2: emitConvPackedInputGradient({ rows: 1, columns: 2 }, 8, 2),
    conv_packed_weight_gradient: emitConvPackedWeightGradient(4),
  }).map(([label, code]) => ({ label, code }));
}
