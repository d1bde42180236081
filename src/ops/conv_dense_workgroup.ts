/**
 * Dense convolution, forward and input gradient, through workgroup memory: for GPUs, where barriers are cheap and many
 * threads share what one of them has loaded. The convolution is a product of matrices, out[channel, column] = Σ_k
 * weight[channel, k] · in[k, column]: columns run over positions and batch, k over the channels that are summed over and
 * the taps. The matrix `in` is never made; a tile of it is gathered into workgroup memory, a row of N values at a time.
 *
 * A workgroup has a tile of 64 channels × 32 vec4 columns and walks k in steps of 8; an invocation holds 8 channels × 2
 * columns in registers, 64 multiply-adds for 16 values read from workgroup memory. What the next step needs is fetched
 * while this one's is multiplied: 0.86 of the time on an H100, where it reaches 60 % of the measured peak. Steps of 16
 * were no faster.
 */
import type { Operand, Recorder } from "../gpu/recorder.ts";
import { type AdapterClass, declare, unroll, unroll2 } from "./emit.ts";
import { CONV_EXTENTS, convExtents, type ConvShape } from "./shape.ts";
import { recordSumSplits } from "./sum_splits.ts";

const CHANNELS = 64, COLUMNS = 32, DEPTH = 8;
/** Channels and columns of an invocation. */
const MINE = 8, ACROSS = 2;
const THREADS_X = COLUMNS / ACROSS, THREADS = THREADS_X * CHANNELS / MINE;
/** Workgroups, as a share of those that keep a GPU busy, below which k is split; fewest k of a part. */
const LEAST_GROUPS = 1 / 4, LEAST_DEPTH = 64;

const CONSTANTS = [...CONV_EXTENTS, "pad", "n4", "depth", "depthPerSplit", "columns", "values", "accumulate"];

/** What a kernel is written for. */
export interface WorkgroupKernel {
  readonly height: number;
  readonly width: number;
  readonly stride: number;
  /** Forward with a bias for each output channel. */
  readonly bias: boolean;
  /** The input gradient, at stride 1: channels are input channels, and the sum runs over output channels. */
  readonly transposed: boolean;
}

/** The WGSL text for one kernel size. */
export function emitConvDenseWorkgroup({ height, width, stride, bias, transposed }: WorkgroupKernel): string {
  const taps = height * width;
  const [input, output] = transposed ? ["dy", "dx"] : ["x", "y"];
  const channels = transposed ? "s.inChannels" : "s.outChannels";
  const [imageHeight, imageWidth] = transposed ? ["s.outHeight", "s.outWidth"] : ["s.inHeight", "s.inWidth"];
  const rowWidth = transposed ? "s.inWidth" : "s.outWidth";
  const weight = transposed
    ? `w[((k / ${taps}u) * s.inChannels + min(c + m, s.inChannels - 1u)) * ${taps}u + k % ${taps}u]`
    : "w[min(c + m, s.outChannels - 1u) * s.depth + k]";
  const reach = (axis: string, tap: string) =>
    transposed ? `${axis} + s.pad - ${tap}` : `${axis} * ${stride}u + ${tap} - s.pad`;
  // an invocation fetches so many weights of one channel, and so many rows' vec4 of one column
  const weights = DEPTH * CHANNELS / THREADS, inputs = DEPTH * COLUMNS / THREADS, perRow = THREADS / COLUMNS;
  const fetch = (k0: string) =>
    `${
      unroll(weights, (j) =>
        `{ let at = ${k0} + weightRow + ${j}u; let k = min(at, s.depth - 1u); fw${j} = select(0.0, ${weight}, at < end); }`)
    }
    ${
      unroll(inputs, (j) =>
        `{
      let k = ${k0} + inputRow + ${j * perRow}u;
      let tap = k % ${taps}u;
      let iy = ${reach("py", `tap / ${width}u`)};
      let ix = ${reach("px", `tap % ${width}u`)};
      let inside = k < end && iy < ${imageHeight} && ix < ${imageWidth};
      let at = (((k / ${taps}u) * ${imageHeight} + iy) * ${imageWidth} + ix) * s.n4 + n;
      fi${j} = select(vec4f(0), ${input}[select(0u, at, inside)], inside);
    }`)
    }`;
  return `${
    declare([
      [input, "vec4f", "read"],
      ["w", "f32", "read"],
      ...(bias ? [["bias", "f32", "read"] as const] : []),
      [output, "vec4f", "read_write"],
    ], CONSTANTS)
  }
var<workgroup> weight_tile: array<vec4f, ${DEPTH * CHANNELS / 4}>;
var<workgroup> input_tile: array<vec4f, ${DEPTH * COLUMNS}>;
@compute @workgroup_size(${THREADS})
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let c = group.y * ${CHANNELS}u;
  let first = group.x * ${COLUMNS}u;
  // what this invocation fetches
  let m = lane / ${THREADS / CHANNELS}u;
  let weightRow = (lane % ${THREADS / CHANNELS}u) * ${weights}u;
  let column = lane % ${COLUMNS}u;
  let inputRow = lane / ${COLUMNS}u;
  let fetched = min(first + column, s.columns - 1u);
  let n = fetched % s.n4;
  let place = fetched / s.n4;
  let py = place / ${rowWidth};
  let px = place % ${rowWidth};
  // what it computes
  let tx = lane % ${THREADS_X}u;
  let ty = lane / ${THREADS_X}u;
  ${unroll2(MINE, ACROSS, (j, v) => `var c${j}_${v} = vec4f(0);`)}
  ${unroll(weights, (j) => `var fw${j} = 0.0;`)}
  ${unroll(inputs, (j) => `var fi${j} = vec4f(0);`)}
  let begin = group.z * s.depthPerSplit;
  let end = min(min(begin + s.depthPerSplit, s.depth), arrayLength(&w));
  ${fetch("begin")}
  for (var k0 = begin; k0 < end; k0 += ${DEPTH}u) {
    ${unroll(weights, (j) => `weight_tile[(weightRow + ${j}u) * ${CHANNELS / 4}u + m / 4u][m % 4u] = fw${j};`)}
    ${unroll(inputs, (j) => `input_tile[(inputRow + ${j * perRow}u) * ${COLUMNS}u + column] = fi${j};`)}
    workgroupBarrier();
    // the next step's values are under way while this one's are multiplied
    ${fetch(`(k0 + ${DEPTH}u)`)}
    ${
    unroll(DEPTH, (k) =>
      `{
      ${unroll(ACROSS, (v) => `let b${v} = input_tile[${k * COLUMNS + v * THREADS_X}u + tx];`)}
      ${
        unroll(MINE / 4, (q) =>
          `let a${q} = weight_tile[${k * CHANNELS / 4 + q}u + ty * ${MINE / 4}u];\n` +
          unroll2(
            4,
            ACROSS,
            (j, v) => `c${4 * q + j}_${v} = fma(vec4f(a${q}.${"xyzw"[j]}), b${v}, c${4 * q + j}_${v});`,
          ))
      }
    }`)
  }
    workgroupBarrier();
  }
  ${
    unroll2(MINE, ACROSS, (j, v) =>
      `{
    let channel = c + ty * ${MINE}u + ${j}u;
    let at = first + tx + ${v * THREADS_X}u;
    if (channel < ${channels} && at < s.columns) {
      let e = group.z * s.values + channel * s.columns + at;
      ${bias ? `c${j}_${v} += vec4f(select(0.0, bias[channel], group.z == 0u));` : ""}
      if (s.accumulate != 0u && e < arrayLength(&${output})) { c${j}_${v} += ${output}[e]; }
      ${output}[e] = c${j}_${v};
    }
  }`)
  }
}
`;
}

/**
 * Records a kernel over tiles of `channels` × `columns` with sums over `depth`, which is split where the tiles alone would
 * leave a GPU idle; a second pass then adds the parts in order.
 */
function recordTiles(
  recorder: Recorder,
  label: string,
  code: string,
  adapter: AdapterClass,
  { channels, columns, depth }: { channels: number; columns: number; depth: number },
  constants: Readonly<Record<string, number>>,
  { out, accumulate, bind }: {
    out: Operand;
    accumulate: boolean;
    bind: (out: Operand) => Readonly<Record<string, Operand>>;
  },
): void {
  const tiles = [Math.ceil(columns / COLUMNS), Math.ceil(channels / CHANNELS)] as const;
  const wanted = Math.min(LEAST_GROUPS * adapter.groups / (tiles[0] * tiles[1]), depth / LEAST_DEPTH);
  const depthPerSplit = DEPTH * Math.ceil(depth / Math.max(1, Math.ceil(wanted)) / DEPTH);
  const splits = Math.ceil(depth / depthPerSplit), direct = splits === 1, values = channels * columns;
  const sums = direct ? out : recorder.tensor(`${label} splits`, 16 * values * splits);
  recorder.dispatch(
    label,
    code,
    bind(sums),
    { ...constants, depth, depthPerSplit, columns, values, accumulate: Number(direct && accumulate) },
    [tiles[0], tiles[1], splits],
  );
  if (!direct) recordSumSplits(recorder, sums, out, 4 * values, splits, accumulate);
}

/** Records y = conv(x, w) (+ bias). Columns `capacity` = N, a multiple of 4. */
export function recordConvDenseForwardWorkgroup(
  recorder: Recorder,
  shape: ConvShape,
  capacity: number,
  adapter: AdapterClass,
  { x, w, y, bias }: { x: Operand; w: Operand; y: Operand; bias?: Operand },
): void {
  const { kernelHeight: height, kernelWidth: width, stride, pad } = shape, n4 = capacity / 4;
  const work = {
    channels: shape.outChannels,
    columns: shape.outHeight * shape.outWidth * n4,
    depth: shape.inChannels * height * width,
  };
  const code = emitConvDenseWorkgroup({ height, width, stride, bias: !!bias, transposed: false });
  recordTiles(recorder, "convDenseForward", code, adapter, work, { ...convExtents(shape), pad, n4 }, {
    out: y,
    accumulate: false,
    bind: (y) => ({ x, w, ...(bias && { bias }), y }),
  });
}

/** Records dx (+)= convᵀ(dy, w) at stride 1. Columns `capacity` = N, a multiple of 4. */
export function recordConvDenseInputGradientWorkgroup(
  recorder: Recorder,
  shape: ConvShape,
  capacity: number,
  adapter: AdapterClass,
  { dy, w, dx }: { dy: Operand; w: Operand; dx: Operand },
  accumulate: boolean,
): void {
  const { kernelHeight: height, kernelWidth: width, pad } = shape, n4 = capacity / 4;
  const work = {
    channels: shape.inChannels,
    columns: shape.inHeight * shape.inWidth * n4,
    depth: shape.outChannels * height * width,
  };
  const code = emitConvDenseWorkgroup({ height, width, stride: 1, bias: false, transposed: true });
  recordTiles(recorder, "convDenseInputGradient", code, adapter, work, { ...convExtents(shape), pad, n4 }, {
    out: dx,
    accumulate,
    bind: (dx) => ({ dy, w, dx }),
  });
}
