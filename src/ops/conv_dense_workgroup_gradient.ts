/**
 * Dense convolution, weight gradient, through workgroup memory, for GPUs: the product of matrices dw[o, (i, tap)] =
 * Σ_column dy[o, column] · x[(i, tap), column], where columns run over positions and batch. A workgroup has a tile of
 * 64 × 64 weights, walks the columns four vec4 at a time, and an invocation holds 8 × 8 sums: 256 multiply-adds for 16
 * vec4 read from workgroup memory. Ranges of columns are split over workgroups until the adapter is busy; a second pass
 * adds them in order. On an H100 it reaches 17 to 21 TFLOP/s, 36 to 44 % of the measured peak.
 */
import type { Operand, Recorder } from "../gpu/recorder.ts";
import { type AdapterClass, addDot, declare, unroll, unroll2 } from "./emit.ts";
import { CONV_EXTENTS, convExtents, type ConvShape, convWeightCount } from "./shape.ts";
import { recordSumSplits } from "./sum_splits.ts";

/** Weights along both sides of a tile, vec4 columns of a step, and sums along both sides of an invocation's share. */
const SIDE = 64, STEP = 4, MINE = 8;
const THREADS_X = SIDE / MINE, THREADS = THREADS_X * THREADS_X;
/** vec4 of each operand that an invocation fetches a step. */
const SHARE = SIDE * STEP / THREADS;
/** vec4 from row to row in workgroup memory: one more than there are, so that neighbours lie in different banks. */
const PITCH = STEP + 1;
/** Bytes that the parts of a split sum may take, and fewest columns of a part. */
const MOST_SPLIT_BYTES = 2 ** 25, LEAST_COLUMNS = 64;

const CONSTANTS = [...CONV_EXTENTS, "pad", "n4", "rows", "columns", "columnsPerSplit", "weights", "accumulate"];

/** The WGSL text for one kernel size and stride. */
export function emitConvDenseWorkgroupGradient(
  { height, width, stride }: { height: number; width: number; stride: number },
): string {
  const taps = height * width;
  const fetch = (at: string) =>
    `{
      let column = ${at} + step;
      let valid = column < end;
      let n = column % s.n4;
      let place = column / s.n4;
      let left = (place % s.outWidth) * ${stride}u;
      let top = (place / s.outWidth) * ${stride}u;
      ${
      unroll(SHARE, (j) =>
        `{
        let row = fetch + ${j * THREADS / STEP}u;
        let inside = valid && o + row < s.outChannels;
        fd${j} = select(vec4f(0), dy[select(0u, (o + row) * s.columns + column, inside)], inside);
      }
      {
        let weight = q + fetch + ${j * THREADS / STEP}u;
        let iy = top + (weight % ${taps}u) / ${width}u - s.pad;
        let ix = left + weight % ${width}u - s.pad;
        let inside = valid && weight < s.rows && iy < s.inHeight && ix < s.inWidth;
        let at = (((weight / ${taps}u) * s.inHeight + iy) * s.inWidth + ix) * s.n4 + n;
        fx${j} = select(vec4f(0), x[select(0u, at, inside)], inside);
      }`)
    }
    }`;
  return `${declare([["x", "vec4f", "read"], ["dy", "vec4f", "read"], ["dw", "f32", "read_write"]], CONSTANTS)}
var<workgroup> dy_tile: array<vec4f, ${SIDE * PITCH}>;
var<workgroup> x_tile: array<vec4f, ${SIDE * PITCH}>;
@compute @workgroup_size(${THREADS})
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let o = group.x * ${SIDE}u;
  let q = group.y * ${SIDE}u;
  let begin = group.z * s.columnsPerSplit;
  let end = min(min(begin + s.columnsPerSplit, s.columns), arrayLength(&dy));
  let step = lane % ${STEP}u;
  let fetch = lane / ${STEP}u;
  let tx = lane % ${THREADS_X}u;
  let ty = lane / ${THREADS_X}u;
  ${unroll2(MINE, MINE, (a, b) => `var c${a}_${b} = 0.0;`)}
  ${unroll(SHARE, (j) => `var fd${j} = vec4f(0); var fx${j} = vec4f(0);`)}
  ${fetch("begin")}
  for (var at0 = begin; at0 < end; at0 += ${STEP}u) {
    ${
    unroll(SHARE, (j) => {
      const place = `(fetch + ${j * THREADS / STEP}u) * ${PITCH}u + step`;
      return `dy_tile[${place}] = fd${j}; x_tile[${place}] = fx${j};`;
    })
  }
    workgroupBarrier();
    // the next step's values are under way while this one's are multiplied
    ${fetch(`(at0 + ${STEP}u)`)}
    for (var k = 0u; k < ${STEP}u; k++) {
      ${unroll(MINE, (b) => `let b${b} = x_tile[(tx + ${b * THREADS_X}u) * ${PITCH}u + k];`)}
      ${
    unroll(MINE, (a) =>
      `let a${a} = dy_tile[(ty + ${a * THREADS_X}u) * ${PITCH}u + k];\n` +
      unroll(MINE, (b) => addDot(`c${a}_${b}`, `a${a}`, `b${b}`)))
  }
    }
    workgroupBarrier();
  }
  ${
    unroll2(MINE, MINE, (a, b) =>
      `if (o + ty + ${a * THREADS_X}u < s.outChannels && q + tx + ${b * THREADS_X}u < s.rows) {
    let e = group.z * s.weights + (o + ty + ${a * THREADS_X}u) * s.rows + q + tx + ${b * THREADS_X}u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c${a}_${b} += dw[e]; }
    dw[e] = c${a}_${b};
  }`)
  }
}
`;
}

/** Records dw = Σ dy · x, or adds to dw. Columns of dy beyond the batch must be zero. */
export function recordConvDenseWeightGradientWorkgroup(
  recorder: Recorder,
  shape: ConvShape,
  capacity: number,
  adapter: AdapterClass,
  { x, dy, dw }: { x: Operand; dy: Operand; dw: Operand },
  accumulate: boolean,
): void {
  const { kernelHeight: height, kernelWidth: width, stride, pad, inChannels, outChannels } = shape;
  const n4 = capacity / 4, columns = shape.outHeight * shape.outWidth * n4;
  const rows = inChannels * height * width, weights = convWeightCount(shape);
  const tiles = [Math.ceil(outChannels / SIDE), Math.ceil(rows / SIDE)] as const;
  const wanted = Math.min(
    adapter.groups / (tiles[0] * tiles[1]),
    columns / LEAST_COLUMNS,
    MOST_SPLIT_BYTES / (4 * weights),
  );
  const columnsPerSplit = STEP * Math.ceil(columns / Math.max(1, Math.floor(wanted)) / STEP);
  const splits = Math.ceil(columns / columnsPerSplit), direct = splits === 1;
  const sums = direct ? dw : recorder.tensor("weight gradient splits", 4 * weights * splits);
  recorder.dispatch(
    "convDenseWeightGradient",
    emitConvDenseWorkgroupGradient({ height, width, stride }),
    { x, dy, dw: sums },
    {
      ...convExtents(shape),
      pad,
      n4,
      rows,
      columns,
      columnsPerSplit,
      weights,
      accumulate: Number(direct && accumulate),
    },
    [tiles[0], tiles[1], splits],
  );
  if (!direct) recordSumSplits(recorder, sums, dw, weights, splits, accumulate);
}
