/**
 * Dense convolution, forward and input gradient, through workgroup memory: for GPUs, where barriers are cheap and many
 * threads share what one of them has loaded. The convolution is a product of matrices, out[channel, column] = Σ_k
 * weight[channel, k] · in[k, column]: columns run over positions and batch, k over the channels that are summed over and
 * the taps. The matrix `in` is never made; a tile of it is gathered into workgroup memory, a row of N values at a time.
 *
 * A workgroup has a tile of 64 channels × 32 vec4 columns and walks k in steps of 8; an invocation holds 8 channels × 2
 * columns in registers, 64 multiply-adds for 16 values read from workgroup memory. No GPU has confirmed these sizes.
 */
import type { Operand, Recorder } from "../gpu/recorder.ts";
import { declare, unroll, unroll2 } from "./emit.ts";
import { CONV_EXTENTS, convExtents, type ConvShape } from "./shape.ts";

const CHANNELS = 64, COLUMNS = 32, DEPTH = 8;
/** Channels and columns of an invocation. */
const MINE = 8, ACROSS = 2;
const THREADS_X = COLUMNS / ACROSS, THREADS = THREADS_X * CHANNELS / MINE;

const CONSTANTS = [...CONV_EXTENTS, "pad", "n4", "depth", "columns", "accumulate"];

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
  return `${
    declare([
      [input, "vec4f", "read"],
      ["w", "f32", "read"],
      ...(bias ? [["bias", "f32", "read"] as const] : []),
      [output, "vec4f", "read_write"],
    ], CONSTANTS)
  }
var<workgroup> weight_tile: array<f32, ${DEPTH * CHANNELS}>;
var<workgroup> input_tile: array<vec4f, ${DEPTH * COLUMNS}>;
@compute @workgroup_size(${THREADS})
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let c = group.y * ${CHANNELS}u;
  let first = group.x * ${COLUMNS}u;
  // what this invocation fetches: 4 weights of one channel, and ${DEPTH * COLUMNS / THREADS} rows' vec4 of one column
  let m = lane / 2u;
  let weightRow = (lane % 2u) * 4u;
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
  let depth = min(s.depth, arrayLength(&w));
  for (var k0 = 0u; k0 < depth; k0 += ${DEPTH}u) {
    ${
    unroll(4, (j) =>
      `{ let at = k0 + weightRow + ${j}u; let k = min(at, s.depth - 1u); weight_tile[(weightRow + ${j}u) * ${CHANNELS}u + m] = select(0.0, ${weight}, at < s.depth); }`)
  }
    ${
    unroll(DEPTH * COLUMNS / THREADS, (j) =>
      `{
      let row = inputRow + ${j * THREADS / COLUMNS}u;
      let k = k0 + row;
      let tap = k % ${taps}u;
      let iy = ${reach("py", `tap / ${width}u`)};
      let ix = ${reach("px", `tap % ${width}u`)};
      let inside = k < s.depth && iy < ${imageHeight} && ix < ${imageWidth};
      let at = (((k / ${taps}u) * ${imageHeight} + iy) * ${imageWidth} + ix) * s.n4 + n;
      input_tile[row * ${COLUMNS}u + column] = select(vec4f(0), ${input}[select(0u, at, inside)], inside);
    }`)
  }
    workgroupBarrier();
    ${
    unroll(DEPTH, (k) =>
      `{
      ${unroll(ACROSS, (v) => `let b${v} = input_tile[${k * COLUMNS + v * THREADS_X}u + tx];`)}
      ${
        unroll(MINE, (j) =>
          `let a${j} = vec4f(weight_tile[${k * CHANNELS + j}u + ty * ${MINE}u]);\n` +
          unroll(ACROSS, (v) => `c${j}_${v} = fma(a${j}, b${v}, c${j}_${v});`))
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
      let e = channel * s.columns + at;
      ${bias ? `c${j}_${v} += vec4f(bias[channel]);` : ""}
      if (s.accumulate != 0u && e < arrayLength(&${output})) { c${j}_${v} += ${output}[e]; }
      ${output}[e] = c${j}_${v};
    }
  }`)
  }
}
`;
}

/** Records y = conv(x, w) (+ bias). Columns `capacity` = N, a multiple of 4. */
export function recordConvDenseForwardWorkgroup(
  recorder: Recorder,
  shape: ConvShape,
  capacity: number,
  { x, w, y, bias }: { x: Operand; w: Operand; y: Operand; bias?: Operand },
): void {
  const { kernelHeight: height, kernelWidth: width, stride } = shape, n4 = capacity / 4;
  const columns = shape.outHeight * shape.outWidth * n4;
  recorder.dispatch(
    "convDenseForward",
    emitConvDenseWorkgroup({ height, width, stride, bias: !!bias, transposed: false }),
    bias ? { x, w, bias, y } : { x, w, y },
    { ...convExtents(shape), pad: shape.pad, n4, depth: shape.inChannels * height * width, columns, accumulate: 0 },
    [Math.ceil(columns / COLUMNS), Math.ceil(shape.outChannels / CHANNELS), 1],
  );
}

/** Records dx (+)= convᵀ(dy, w) at stride 1. Columns `capacity` = N, a multiple of 4. */
export function recordConvDenseInputGradientWorkgroup(
  recorder: Recorder,
  shape: ConvShape,
  capacity: number,
  operands: { dy: Operand; w: Operand; dx: Operand },
  accumulate: boolean,
): void {
  const { kernelHeight: height, kernelWidth: width } = shape, n4 = capacity / 4;
  const columns = shape.inHeight * shape.inWidth * n4, depth = shape.outChannels * height * width;
  recorder.dispatch(
    "convDenseInputGradient",
    emitConvDenseWorkgroup({ height, width, stride: 1, bias: false, transposed: true }),
    operands,
    { ...convExtents(shape), pad: shape.pad, n4, depth, columns, accumulate: Number(accumulate) },
    [Math.ceil(columns / COLUMNS), Math.ceil(shape.inChannels / CHANNELS), 1],
  );
}
