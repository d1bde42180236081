/**
 * Dense convolution, weight gradient, as a product of matrices: an invocation owns a few output channels, one input
 * channel and all taps, and sums over positions and batch alone. Nothing is left to add up between lanes, which is what
 * the windowed kernel (conv_dense_weight_gradient.ts) spends most of its time on where images are small. Lanes run over
 * input channels, so loads do not coalesce: it is for adapters that load lane by lane anyhow.
 */
import type { Operand, Recorder } from "../gpu/recorder.ts";
import { type AdapterClass, addDot, declare, evenTile, unroll, unroll2 } from "./emit.ts";
import { CONV_EXTENTS, convExtents, type ConvShape, convWeightCount } from "./shape.ts";
import { recordSumSplits, type RowSplits, splitRows } from "./sum_splits.ts";

const CONSTANTS = [...CONV_EXTENTS, "pad", "n4", "rowsPerSplit", "tiles", "weights", "accumulate"];

/** Scalar sums an invocation holds. */
const MOST_SUMS = 72;

/** Output channels of an invocation, and ranges of rows. */
export interface ChannelGradientTile extends RowSplits {
  readonly outputs: number;
}

/** The tile for a shape on an adapter. */
export function channelGradientTile(
  shape: ConvShape,
  capacity: number,
  adapter: AdapterClass,
): ChannelGradientTile {
  const taps = shape.kernelHeight * shape.kernelWidth;
  const outputs = evenTile(shape.outChannels, Math.max(1, Math.min(16, Math.floor(MOST_SUMS / taps))));
  const groups = Math.ceil(Math.ceil(shape.outChannels / outputs) * shape.inChannels / adapter.lanes);
  const turns = 1 + capacity / 4 * (1 + shape.outWidth);
  return { outputs, ...splitRows(shape.outHeight, 2 * adapter.groups / groups, turns) };
}

/** The WGSL text for one kernel size, stride and number of outputs. */
export function emitConvDenseChannelGradient(
  kernel: { height: number; width: number; stride: number },
  outputs: number,
  lanes: number,
): string {
  const { height, width, stride } = kernel, taps = height * width;
  const slide = stride === 1 && width > 1;
  const load = (ky: number, column: string) =>
    `select(vec4f(0), x[(plane + at${ky} + select(0u, ${column}, ${column} < s.inWidth)) * s.n4 + n], inY${ky} && ${column} < s.inWidth)`;
  // sliding: registers hold columns ox − pad … ox − pad + width − 1; the last one is loaded in the loop
  const first = slide ? width - 1 : 0;
  return `${declare([["x", "vec4f", "read"], ["dy", "vec4f", "read"], ["dw", "f32", "read_write"]], CONSTANTS)}
@compute @workgroup_size(${lanes})
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let id = group.x * ${lanes}u + lane;
  if (id >= s.tiles) { return; }
  let i = id % s.inChannels;
  let o = (id / s.inChannels) * ${outputs}u;
  let firstRow = group.y * s.rowsPerSplit;
  let end = min(min(firstRow + s.rowsPerSplit, s.outHeight), arrayLength(&dy));
  let plane = i * s.inHeight * s.inWidth;
  ${unroll(outputs, (m) => `let grad${m} = min(o + ${m}u, s.outChannels - 1u) * s.outHeight * s.outWidth;`)}
  ${unroll(outputs * taps, (k) => `var a${k} = 0.0;`)}
  let quads = min(s.n4, arrayLength(&dy));
  let columns = min(s.outWidth, arrayLength(&dy));
  for (var oy = firstRow; oy < end; oy++) {
    ${
    unroll(height, (ky) =>
      `let iy${ky} = oy * ${stride}u + ${ky}u - s.pad; let inY${ky} = iy${ky} < s.inHeight; let at${ky} = select(0u, iy${ky}, inY${ky}) * s.inWidth;`)
  }
    for (var n = 0u; n < quads; n++) {
      ${
    unroll2(height, width, (ky, kx) =>
      slide && kx < first ? `let c${ky}_${kx} = ${kx}u - s.pad; var x${ky}_${kx} = ${load(ky, `c${ky}_${kx}`)};` : "")
  }
      for (var ox = 0u; ox < columns; ox++) {
        ${
    unroll(width, (kx) =>
      slide && kx < first ? "" : `let ix${kx} = ox * ${stride}u + ${kx}u - s.pad;\n` +
        unroll(height, (ky) => `let x${ky}_${kx} = ${load(ky, `ix${kx}`)};`))
  }
        let place = oy * s.outWidth + ox;
        ${
    unroll(outputs, (m) =>
      `let g${m} = dy[(grad${m} + place) * s.n4 + n];\n` +
      unroll2(height, width, (ky, kx) => addDot(`a${m * taps + ky * width + kx}`, `g${m}`, `x${ky}_${kx}`)))
  }
        ${slide ? unroll2(height, width - 1, (ky, kx) => `x${ky}_${kx} = x${ky}_${kx + 1};`) : ""}
      }
    }
  }
  ${
    unroll(outputs, (m) =>
      `if (o + ${m}u < s.outChannels) {
    let e = group.y * s.weights + ((o + ${m}u) * s.inChannels + i) * ${taps}u;
    ${unroll(taps, (t) => `dw[e + ${t}u] = a${m * taps + t} + select(0.0, dw[e + ${t}u], s.accumulate != 0u);`)}
  }`)
  }
}
`;
}

/** Records dw = Σ dy · x, or adds to dw. Columns of dy beyond the batch must be zero. */
export function recordConvDenseChannelGradient(
  recorder: Recorder,
  shape: ConvShape,
  capacity: number,
  adapter: AdapterClass,
  { x, dy, dw }: { x: Operand; dy: Operand; dw: Operand },
  accumulate: boolean,
): void {
  const { outputs, rowsPerSplit, splits } = channelGradientTile(shape, capacity, adapter),
    weights = convWeightCount(shape);
  const direct = splits === 1;
  const sums = direct ? dw : recorder.tensor("weight gradient splits", 4 * weights * splits);
  const kernel = { height: shape.kernelHeight, width: shape.kernelWidth, stride: shape.stride };
  const tiles = Math.ceil(shape.outChannels / outputs) * shape.inChannels;
  recorder.dispatch(
    "convDenseWeightGradient",
    emitConvDenseChannelGradient(kernel, outputs, adapter.lanes),
    { x, dy, dw: sums },
    {
      ...convExtents(shape),
      pad: shape.pad,
      n4: capacity / 4,
      rowsPerSplit,
      tiles,
      weights,
      accumulate: Number(direct && accumulate),
    },
    [Math.ceil(tiles / adapter.lanes), splits, 1],
  );
  if (!direct) recordSumSplits(recorder, sums, dw, weights, splits, accumulate);
}
