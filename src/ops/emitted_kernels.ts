/**
 * Every kernel that is emitted rather than read from shaders/, once with a small tile: compiled by the check of all
 * shaders, and held as text snapshots by test/ops/emit_test.ts.
 */
import { emitConvDenseChannelGradient } from "./conv_dense_channel_gradient.ts";
import { emitConvDenseForward } from "./conv_dense_forward.ts";
import { emitConvDenseInputGradient } from "./conv_dense_input_gradient.ts";
import { emitConvDenseWeightGradient } from "./conv_dense_weight_gradient.ts";
import { emitConvDenseWorkgroup } from "./conv_dense_workgroup.ts";
import { emitConvDenseWorkgroupGradient } from "./conv_dense_workgroup_gradient.ts";
import { emitConvPackedChunkGradient } from "./conv_packed_chunk_gradient.ts";
import { emitConvPackedForward } from "./conv_packed_forward.ts";
import { emitConvPackedInputGradient } from "./conv_packed_input_gradient.ts";
import { emitConvPackedWeightGradient } from "./conv_packed_weight_gradient.ts";

/** The emitted kernels: a name without spaces, and the WGSL. */
export function shaderModules(): { label: string; code: string }[] {
  const tile = { channels: 2, rows: 1, columns: 2 };
  const square = { height: 3, width: 3 };
  const sums = { outputs: 2, inputs: 1, lanes: 4, splits: 1, rowsPerSplit: 1 };
  const single = { block: [1, 1], format: "f32", lanes: 8, rows: 1 } as const;
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
    conv_dense_channel_gradient: emitConvDenseChannelGradient({ ...square, stride: 1 }, 2, 8),
    conv_dense_channel_gradient_stride2: emitConvDenseChannelGradient({ ...square, stride: 2 }, 1, 8),
    conv_dense_workgroup_bias: emitConvDenseWorkgroup({ ...square, stride: 1, bias: true, transposed: false }),
    conv_dense_workgroup_transposed: emitConvDenseWorkgroup({ ...square, stride: 1, bias: false, transposed: true }),
    conv_dense_workgroup_gradient: emitConvDenseWorkgroupGradient({ ...square, stride: 2 }),
    conv_packed_chunk_gradient: emitConvPackedChunkGradient([1, 1], { x: "f32", dy: "f32" }, 8, 2),
    conv_packed_chunk_gradient_blocks_16bit: emitConvPackedChunkGradient([2, 4], { x: "f16", dy: "bf16" }, 8, 2),
    conv_packed_forward_bias: emitConvPackedForward({ ...single, tile: { rows: 1, columns: 2 } }, true),
    conv_packed_forward_blocks_f16: emitConvPackedForward(
      { block: [4, 2], tile: { rows: 1, columns: 1 }, format: "f16", lanes: 8, rows: 1 },
      false,
    ),
    conv_packed_input_gradient: emitConvPackedInputGradient({ ...single, tile: { rows: 1, columns: 2 } }, 1),
    conv_packed_input_gradient_stride2_blocks_bf16: emitConvPackedInputGradient(
      { block: [2, 2], tile: { rows: 1, columns: 1 }, format: "bf16", lanes: 8, rows: 2 },
      2,
    ),
    conv_packed_weight_gradient: emitConvPackedWeightGradient(
      [1, 1],
      { x: "f32", dy: "f32" },
      { lanes: 4, across: 1 },
      8,
    ),
    conv_packed_weight_gradient_blocks_16bit: emitConvPackedWeightGradient([8, 4], { x: "f16", dy: "bf16" }, {
      lanes: 4,
      across: 2,
    }, 2),
  }).map(([label, code]) => ({ label, code }));
}

/** The kernels that use subgroups, in the dialect of a prelude; their text compiles only where the device has them. */
export function subgroupModules(prelude: string): { label: string; code: string }[] {
  const subgroups = { min: 4, max: 4, prelude }, formats = { x: "f32", dy: "f32" } as const;
  const code = emitConvPackedWeightGradient([1, 1], formats, { lanes: 8, across: 1 }, 8, subgroups);
  return [{ label: "conv_packed_weight_gradient_subgroups", code }];
}
