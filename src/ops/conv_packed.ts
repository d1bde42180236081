/**
 * Packed convolution: only the kept weights are stored and multiplied. A weight is a scalar times a contiguous row of N
 * batch values, so sparse and dense read activations alike; the pattern says which row.
 *
 * Entries are `(channel << 8) | (ky << 4) | kx` in the order of the dense weights (src/masks/pattern.ts). Linear layers
 * are the 1×1 case on a 1×1 image.
 */
import type { Operand, Recorder } from "../gpu/recorder.ts";
import { type AdapterClass, batchLanes, declare, evenTile, unroll, unroll2 } from "./emit.ts";
import { CONV_EXTENTS, convExtents, type ConvShape } from "./shape.ts";
import { recordSumSplits } from "./sum_splits.ts";

/** The pattern of a layer's mask on the GPU (u32 arrays) and its size. */
export interface PackedPattern {
  readonly nnz: number;
  /** rowStart[out + 1], entries[nnz]: the kept weights of each output channel. */
  readonly rowStart: Operand;
  readonly entries: Operand;
  /** colStart[in + 1], transposed[2·nnz]: for each input channel pairs (value index, entry by output channel). */
  readonly colStart: Operand;
  readonly transposed: Operand;
  /** Triples (output channel, first value, end): at most {@link CHUNK} kept weights of one output channel. */
  readonly chunks: Operand;
  readonly chunkCount: number;
}

/** Kept weights of one output channel that share the loads of its gradient. */
export const CHUNK = 8;

const SIZES = [...CONV_EXTENTS, "pad", "stride", "n4"];

/** Positions of a thread's tile over an image: up to 16 on the CPU, 8 on a GPU. */
function tileOf(height: number, width: number, adapter: AdapterClass): { rows: number; columns: number } {
  const most = adapter.name === "software" ? 16 : 8;
  const columns = evenTile(width, Math.min(8, most));
  return { rows: evenTile(height, Math.max(1, Math.floor(most / columns))), columns };
}

const sizesOf = (shape: ConvShape, capacity: number) => ({
  ...convExtents(shape),
  pad: shape.pad,
  stride: shape.stride,
  n4: capacity / 4,
});

/** WGSL of the forward pass: a thread owns one output channel and a tile of positions. */
export function emitConvPackedForward(tile: { rows: number; columns: number }, lanes: number, bias: boolean): string {
  const operands: Parameters<typeof declare>[0] = [
    ["x", "vec4f", "read"],
    ["values", "f32", "read"],
    ["rowStart", "u32", "read"],
    ["entries", "u32", "read"],
    ...(bias ? [["bias", "f32", "read"] as const] : []),
    ["y", "vec4f", "read_write"],
  ];
  return `${declare(operands, [...SIZES, "tilesX", "tiles"])}
@compute @workgroup_size(${lanes})
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let id = group.x * ${lanes}u + lane;
  let tile = id / s.n4;
  if (tile >= s.tiles) { return; }
  let n = id % s.n4;
  let oy = (tile / s.tilesX) * ${tile.rows}u;
  let ox = (tile % s.tilesX) * ${tile.columns}u;
  let o = group.y;
  ${unroll2(tile.rows, tile.columns, (r, q) => `var c${r}_${q} = vec4f(${bias ? "bias[o]" : "0"});`)}
  let end = rowStart[o + 1u];
  for (var k = rowStart[o]; k < end; k++) {
    let v = values[k];
    let entry = entries[k];
    let plane = (entry >> 8u) * s.inHeight * s.inWidth;
    let y0 = oy * s.stride + ((entry >> 4u) & 15u) - s.pad;
    let x0 = ox * s.stride + (entry & 15u) - s.pad;
    ${unroll(tile.rows, (r) => `let iy${r} = y0 + ${r}u * s.stride; let inY${r} = iy${r} < s.inHeight;`)}
    ${unroll(tile.columns, (q) => `let ix${q} = x0 + ${q}u * s.stride; let inX${q} = ix${q} < s.inWidth;`)}
    ${
    unroll2(tile.rows, tile.columns, (r, q) =>
      `{
      let inside = inY${r} && inX${q};
      let at = select(0u, (plane + iy${r} * s.inWidth + ix${q}) * s.n4 + n, inside);
      c${r}_${q} = fma(vec4f(select(0.0, v, inside)), x[at], c${r}_${q});
    }`)
  }
  }
  ${
    unroll2(tile.rows, tile.columns, (r, q) =>
      `if (oy + ${r}u < s.outHeight && ox + ${q}u < s.outWidth) { y[((o * s.outHeight + oy + ${r}u) * s.outWidth + ox + ${q}u) * s.n4 + n] = c${r}_${q}; }`)
  }
}
`;
}

/**
 * WGSL of the input gradient: a thread owns one input channel and a tile of positions. At stride s the positions of a tile
 * lie s apart, so that a kept weight meets all of them or none; which phase (y mod s, x mod s) a tile has comes first in
 * its number.
 */
export function emitConvPackedInputGradient(
  tile: { rows: number; columns: number },
  lanes: number,
  stride: number,
): string {
  const operands: Parameters<typeof declare>[0] = [
    ["dy", "vec4f", "read"],
    ["values", "f32", "read"],
    ["colStart", "u32", "read"],
    ["transposed", "vec2u", "read"],
    ["dx", "vec4f", "read_write"],
  ];
  const meets = unroll(tile.rows, (r) => `let oy${r} = y0 + ${r}u; let inY${r} = oy${r} < s.outHeight;`) + "\n" +
    unroll(tile.columns, (q) => `let ox${q} = x0 + ${q}u; let inX${q} = ox${q} < s.outWidth;`) + "\n" +
    unroll2(tile.rows, tile.columns, (r, q) =>
      `{
      let inside = inY${r} && inX${q};
      let at = select(0u, (plane + oy${r} * s.outWidth + ox${q}) * s.n4 + n, inside);
      c${r}_${q} = fma(vec4f(select(0.0, v, inside)), dy[at], c${r}_${q});
    }`);
  // unsigned: a position before the image wraps to a large number, which no bound lets through
  const body = stride === 1
    ? `let y0 = h + s.pad - ((item.y >> 4u) & 15u);
    let x0 = w + s.pad - (item.y & 15u);
    ${meets}`
    : `let ty = i32(h + s.pad) - i32((item.y >> 4u) & 15u);
    let tx = i32(w + s.pad) - i32(item.y & 15u);
    // a multiple of the stride is added so that the remainder is taken of a positive number
    if ((ty + ${16 * stride}) % ${stride} == 0 && (tx + ${16 * stride}) % ${stride} == 0) {
    let y0 = u32((ty + ${16 * stride}) / ${stride}) - 16u;
    let x0 = u32((tx + ${16 * stride}) / ${stride}) - 16u;
    ${meets}
    }`;
  return `${declare(operands, [...SIZES, "tilesX", "tilesPerPhase", "tiles", "accumulate"])}
@compute @workgroup_size(${lanes})
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let id = group.x * ${lanes}u + lane;
  let number = id / s.n4;
  if (number >= s.tiles) { return; }
  let n = id % s.n4;
  let phase = number / s.tilesPerPhase;
  let tile = number % s.tilesPerPhase;
  let h = (tile / s.tilesX) * ${tile.rows * stride}u + phase / ${stride}u;
  let w = (tile % s.tilesX) * ${tile.columns * stride}u + phase % ${stride}u;
  let i = group.y;
  ${unroll2(tile.rows, tile.columns, (r, q) => `var c${r}_${q} = vec4f(0);`)}
  let end = colStart[i + 1u];
  for (var k = colStart[i]; k < end; k++) {
    let item = transposed[k];
    let v = values[item.x];
    let plane = (item.y >> 8u) * s.outHeight * s.outWidth;
    ${body}
  }
  ${
    unroll2(tile.rows, tile.columns, (r, q) =>
      `if (h + ${r * stride}u < s.inHeight && w + ${q * stride}u < s.inWidth) {
    let e = ((i * s.inHeight + h + ${r * stride}u) * s.inWidth + w + ${q * stride}u) * s.n4 + n;
    if (s.accumulate != 0u) { c${r}_${q} += dx[e]; }
    dx[e] = c${r}_${q};
  }`)
  }
}
`;
}

/** WGSL of the gradient at the kept weights: a workgroup owns one chunk, lanes run over the batch. */
export function emitConvPackedWeightGradient(lanes: number): string {
  const operands: Parameters<typeof declare>[0] = [
    ["x", "vec4f", "read"],
    ["dy", "vec4f", "read"],
    ["entries", "u32", "read"],
    ["chunks", "u32", "read"],
    ["dw", "f32", "read_write"],
  ];
  return `${declare(operands, [...SIZES, "chunkCount", "rowsPerSplit", "nnz", "accumulate"])}
var<workgroup> lane_sums: array<f32, ${CHUNK * lanes}>;
@compute @workgroup_size(${lanes})
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let chunk = group.z * groups.x + group.x;
  if (chunk >= s.chunkCount) { return; }
  let o = chunks[3u * chunk];
  let first = chunks[3u * chunk + 1u];
  let count = chunks[3u * chunk + 2u] - first;
  let firstRow = group.y * s.rowsPerSplit;
  let end = min(firstRow + s.rowsPerSplit, s.outHeight);
  ${
    unroll(CHUNK, (e) =>
      `let entry${e} = entries[first + min(${e}u, count - 1u)];
  let plane${e} = (entry${e} >> 8u) * s.inHeight * s.inWidth;
  let ky${e} = ((entry${e} >> 4u) & 15u) - s.pad;
  let kx${e} = (entry${e} & 15u) - s.pad;
  var a${e} = vec4f(0);`)
  }
  let quads = min(s.n4, arrayLength(&dy));
  let width = min(s.outWidth, arrayLength(&dy));
  for (var oy = firstRow; oy < end; oy++) {
    ${
    unroll(CHUNK, (e) =>
      `let iy${e} = oy * s.stride + ky${e}; let inY${e} = iy${e} < s.inHeight; let row${e} = plane${e} + iy${e} * s.inWidth;`)
  }
    for (var n = lane; n < quads; n += ${lanes}u) {
      for (var ox = 0u; ox < width; ox++) {
        let g = dy[((o * s.outHeight + oy) * s.outWidth + ox) * s.n4 + n];
        let across = ox * s.stride;
        ${
    unroll(CHUNK, (e) =>
      `{
          let ix = across + kx${e};
          let inside = inY${e} && ix < s.inWidth;
          let v = x[select(0u, (row${e} + ix) * s.n4 + n, inside)];
          a${e} = fma(select(vec4f(0), g, inside), v, a${e});
        }`)
  }
      }
    }
  }
  ${unroll(CHUNK, (e) => `lane_sums[${e * lanes}u + lane] = dot(a${e}, vec4f(1));`)}
  workgroupBarrier();
  for (var k = lane; k < count; k += ${lanes}u) {
    var sum = 0.0;
    for (var l = 0u; l < ${lanes}u; l++) { sum += lane_sums[k * ${lanes}u + l]; }
    let e = group.y * s.nnz + first + k;
    if (s.accumulate != 0u) { sum += dw[e]; }
    dw[e] = sum;
  }
}
`;
}

/** Records y = conv(x, kept weights) (+ bias). Output channels without kept weights give their bias. */
export function recordConvPackedForward(
  recorder: Recorder,
  shape: ConvShape,
  capacity: number,
  adapter: AdapterClass,
  operands: { x: Operand; values: Operand; y: Operand; bias?: Operand; pattern: PackedPattern },
): void {
  const tile = tileOf(shape.outHeight, shape.outWidth, adapter);
  const tilesX = Math.ceil(shape.outWidth / tile.columns);
  const tiles = tilesX * Math.ceil(shape.outHeight / tile.rows);
  const { x, values, y, bias, pattern: { rowStart, entries } } = operands;
  recorder.dispatch(
    "convPackedForward",
    emitConvPackedForward(tile, adapter.lanes, !!bias),
    bias ? { x, values, rowStart, entries, bias, y } : { x, values, rowStart, entries, y },
    { ...sizesOf(shape, capacity), tilesX, tiles },
    [Math.ceil(tiles * capacity / 4 / adapter.lanes), shape.outChannels, 1],
  );
}

/** Records dx = convᵀ(dy, kept weights), or adds to dx. */
export function recordConvPackedInputGradient(
  recorder: Recorder,
  shape: ConvShape,
  capacity: number,
  adapter: AdapterClass,
  operands: { dy: Operand; values: Operand; dx: Operand; pattern: PackedPattern },
  accumulate: boolean,
): void {
  // positions of one phase
  const height = Math.ceil(shape.inHeight / shape.stride), width = Math.ceil(shape.inWidth / shape.stride);
  const tile = tileOf(height, width, adapter);
  const tilesX = Math.ceil(width / tile.columns);
  const tilesPerPhase = tilesX * Math.ceil(height / tile.rows);
  const tiles = tilesPerPhase * shape.stride * shape.stride;
  const { dy, values, dx, pattern: { colStart, transposed } } = operands;
  recorder.dispatch(
    "convPackedInputGradient",
    emitConvPackedInputGradient(tile, adapter.lanes, shape.stride),
    { dy, values, colStart, transposed, dx },
    { ...sizesOf(shape, capacity), tilesX, tilesPerPhase, tiles, accumulate: Number(accumulate) },
    [Math.ceil(tiles * capacity / 4 / adapter.lanes), shape.inChannels, 1],
  );
}

/** Records dw at the kept weights only, or adds to it. A layer that keeps nothing records nothing. */
export function recordConvPackedWeightGradient(
  recorder: Recorder,
  shape: ConvShape,
  capacity: number,
  adapter: AdapterClass,
  operands: { x: Operand; dy: Operand; dw: Operand; pattern: PackedPattern },
  accumulate: boolean,
): void {
  const { x, dy, dw, pattern: { entries, chunks, chunkCount, nnz } } = operands;
  if (nnz === 0) return;
  const lanes = batchLanes(capacity / 4, adapter);
  const wanted = Math.max(1, Math.min(shape.outHeight, Math.floor(adapter.groups / chunkCount)));
  const rowsPerSplit = Math.ceil(shape.outHeight / wanted), splits = Math.ceil(shape.outHeight / rowsPerSplit);
  const direct = splits === 1;
  const sums = direct ? dw : recorder.tensor("weight gradient splits", 4 * nnz * splits);
  const across = Math.min(chunkCount, 65_535);
  recorder.dispatch(
    "convPackedWeightGradient",
    emitConvPackedWeightGradient(lanes),
    { x, dy, entries, chunks, dw: sums },
    { ...sizesOf(shape, capacity), chunkCount, rowsPerSplit, nnz, accumulate: Number(direct && accumulate) },
    [across, splits, Math.ceil(chunkCount / across)],
  );
  if (!direct) recordSumSplits(recorder, sums, dw, nnz, splits, accumulate);
}
