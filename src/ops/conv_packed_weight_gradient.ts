/**
 * Packed convolution, weight gradient at the kept blocks only. On a GPU a workgroup owns one chunk of a block row, whose blocks
 * share the loads of the output gradient; its lanes run over the batch and are summed in a fixed order. Rows of the image
 * are split over workgroups until the adapter is busy; a second pass adds the splits.
 */
import type { Operand, Recorder } from "../gpu/recorder.ts";
import { MAX_GROUPS } from "../gpu/recorder.ts";
import type { Subgroups } from "../gpu/subgroups.ts";
import type { BlockSize } from "../masks/blocks.ts";
import { declareGradient, type GradientFormats, openChunk, sumIndex } from "./conv_packed_chunk.ts";
import { emitConvPackedChunkGradient } from "./conv_packed_chunk_gradient.ts";
import { type PackedPattern, packedSizes } from "./conv_packed.ts";
import { type AdapterClass, addDot, unroll } from "./emit.ts";
import { emitLaneSums } from "./lane_sums.ts";
import { laneType, laneValues } from "./packed_lanes.ts";
import type { ConvShape } from "./shape.ts";
import { recordSumSplits, splitRows } from "./sum_splits.ts";

/** Invocations of a workgroup, and neighbouring positions that they share where a row of the batch is too short for them. */
export interface GradientLanes {
  readonly lanes: number;
  readonly across: number;
}

/** Lanes for rows of so many loads. */
function gradientLanes(loads: number, adapter: AdapterClass): GradientLanes {
  const lanes = Math.min(32, adapter.lanes);
  return { lanes, across: Math.max(1, Math.floor(lanes / loads)) };
}

/** WGSL of the gradient at the kept weights, `blocks` of a row a workgroup; lanes are added by subgroups where given. */
export function emitConvPackedWeightGradient(
  block: BlockSize,
  formats: GradientFormats,
  { lanes, across }: GradientLanes,
  blocks: number,
  subgroups?: Subgroups,
): string {
  const [outs, ins] = block, sums = blocks * outs * ins;
  const sum = (e: number, i: number, o: number) => `a${sumIndex(block, e, i, o)}`;
  const end = emitLaneSums({
    sums,
    lanes,
    part: (k) => `a${k}`,
    found: "found",
    store: `let e = stored + k;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { sum += dw[e]; }
    dw[e] = sum;`,
  }, subgroups);
  return `${end.prelude}${declareGradient(formats)}
${end.declarations}
@compute @workgroup_size(${lanes})
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,${end.parameters}
) {
  let chunk = group.z * groups.x + group.x;
  ${openChunk(block, blocks)}
  ${unroll(sums, (k) => `var a${k} = 0.0;`)}
  let loads = min(s.lanes, arrayLength(&dy));
  let width = min(s.outWidth, arrayLength(&dy));
  let start = select(width, lane / s.lanes, lane / s.lanes < ${across}u);
  for (var oy = firstRow; oy < end; oy++) {
    ${
    unroll(blocks, (e) =>
      `let iy${e} = oy * s.stride + ky${e}; let inY${e} = iy${e} < s.inHeight; let at${e} = iy${e} * s.inWidth;`)
  }
    for (var n = lane % s.lanes; n < loads; n += ${lanes}u) {
      for (var ox = start; ox < width; ox += ${across}u) {
        let place = oy * s.outWidth + ox;
        ${
    unroll(outs, (o) =>
      `let h${o} = dy[(grad${o} + place) * s.lanes + n];\n` +
      laneValues(formats.dy, `h${o}`).map((value, v) => `let g${o}_${v} = ${value};`).join("\n"))
  }
        let left = ox * s.stride;
        ${
    unroll(blocks, (e) =>
      `{
          let ix = left + kx${e};
          let inside = inY${e} && ix < s.inWidth;
          let at = at${e} + ix;
          ${
        unroll(ins, (i) =>
          `let z${i} = select(${
            laneType(formats.x)
          }(0), x[select(0u, (plane${e}_${i} + at) * s.lanes + n, inside)], inside);\n` +
          laneValues(formats.x, `z${i}`).map((value, v) =>
            `let z${i}_${v} = ${value};\n` +
            unroll(outs, (o) => addDot(sum(e, i, o), `g${o}_${v}`, `z${i}_${v}`))
          ).join("\n"))
      }
        }`)
  }
      }
    }
  }
  let found = min(count * ${outs * ins}u, ${sums}u);
  let stored = group.y * s.stored + first * ${outs * ins}u;
  ${end.body}
}
`;
}

/** Records dw at the kept blocks only, or adds to it. A layer that keeps nothing records nothing. */
export function recordConvPackedWeightGradient(
  recorder: Recorder,
  shape: ConvShape,
  capacity: number,
  adapter: AdapterClass,
  operands: { x: Operand; dy: Operand; dw: Operand; pattern: PackedPattern },
  accumulate: boolean,
  formats: GradientFormats = { x: "f32", dy: "f32" },
): void {
  const { x, dy, dw, pattern: { block, count, entries, chunks, chunkCount, chunkBlocks } } = operands;
  if (count === 0) return;
  const stored = count * block[0] * block[1];
  const sizes = packedSizes(shape, capacity, formats.x);
  const software = adapter.name === "software";
  const groups = software ? Math.ceil(chunkCount / adapter.lanes) : chunkCount;
  const lanes = gradientLanes(sizes.lanes, adapter);
  const turns = software
    ? 1 + shape.outWidth * (1 + sizes.lanes)
    : 1 + Math.ceil(sizes.lanes / lanes.lanes) * (1 + Math.ceil(shape.outWidth / lanes.across));
  // shares of uneven work even out where there are several for each processor; a GPU's workgroups are single subgroups
  const wanted = 4 * adapter.groups / groups;
  const { rowsPerSplit, splits } = splitRows(shape.outHeight, wanted, turns);
  const direct = splits === 1;
  const sums = direct ? dw : recorder.tensor("weight gradient splits", 4 * stored * splits);
  const columns = Math.min(groups, MAX_GROUPS);
  recorder.dispatch(
    "convPackedWeightGradient",
    software ? emitConvPackedChunkGradient(block, formats, adapter.lanes, chunkBlocks) : emitConvPackedWeightGradient(
      block,
      formats,
      lanes,
      chunkBlocks,
      adapter.subgroups,
    ),
    { x, dy, entries, chunks, dw: sums },
    { ...sizes, chunkCount, rowsPerSplit, stored, accumulate: Number(direct && accumulate) },
    [columns, splits, Math.ceil(groups / columns)],
  );
  if (!direct) recordSumSplits(recorder, sums, dw, stored, splits, accumulate);
}
