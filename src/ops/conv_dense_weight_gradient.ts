/**
 * Dense convolution, weight gradient: dw[o, i, ky, kx] (+)= Σ_{oy, ox, n} dy[o, oy, ox, n] · x[i, oy·stride + ky − pad, …, n].
 *
 * A workgroup owns a few output channels and input channels with all taps; its lanes run over the batch and are summed
 * through workgroup memory in a fixed order. At stride 1 the input window slides along the row, so that only one new
 * column is loaded a step. Rows are split over workgroups until the adapter is busy; a second pass adds the splits.
 */
import type { Operand, Recorder } from "../gpu/recorder.ts";
import { type AdapterClass, addDot, batchLanes, declare, evenTile, unroll, unroll2 } from "./emit.ts";
import { CONV_EXTENTS, convExtents, type ConvShape, convWeightCount } from "./shape.ts";
import { recordSumSplits, type RowSplits, splitRows } from "./sum_splits.ts";

const CONSTANTS = [
  ...CONV_EXTENTS,
  "pad",
  "n4",
  "rowsPerSplit",
  "weights",
  "accumulate",
];

/** How the work is cut: channels of a workgroup's tile, its lanes, and ranges of rows. */
export interface WeightGradientTile extends RowSplits {
  readonly outputs: number;
  readonly inputs: number;
  readonly lanes: number;
}

/** Scalar accumulators a thread may hold. */
const MOST_SUMS = { software: 144, gpu: 40 } as const;

/** The tile that {@link recordConvDenseWeightGradient} uses for a shape on an adapter. */
export function convWeightGradientTile(shape: ConvShape, capacity: number, adapter: AdapterClass): WeightGradientTile {
  const taps = shape.kernelHeight * shape.kernelWidth;
  const most = Math.max(1, Math.floor(MOST_SUMS[adapter.name] / taps));
  const outputs = evenTile(shape.outChannels, Math.min(8, most));
  const inputs = evenTile(shape.inChannels, Math.max(1, Math.min(8, Math.floor(most / outputs))));
  const lanes = batchLanes(capacity / 4, adapter);
  const groups = Math.ceil(shape.outChannels / outputs) * Math.ceil(shape.inChannels / inputs);
  const turns = 1 + Math.ceil(capacity / 4 / lanes) * (1 + shape.outWidth);
  return { outputs, inputs, lanes, ...splitRows(shape.outHeight, adapter.groups / groups, turns) };
}

/**
 * The WGSL text for one kernel size, stride and tile.
 * @param apart every lane stores its own sums, for the second pass to add. On software adapters: llvmpipe runs a kernel with
 * a barrier as coroutines, whose memory it takes anew for each workgroup and does not give back
 */
export function emitConvDenseWeightGradient(
  kernel: { height: number; width: number; stride: number },
  tile: WeightGradientTile,
  apart = false,
): string {
  const { height, width, stride } = kernel;
  const { outputs, inputs, lanes } = tile;
  const slide = stride === 1 && width > 1;
  const taps = height * width, sums = outputs * inputs * taps;
  const xName = (i: number, ky: number, kx: number) => `x${i}_${ky}_${kx}`;
  const column = (kx: string) => `let ix = ${kx}; let inX = ix < s.inWidth; let cx = select(0u, ix, inX);`;
  const load = (i: number, ky: number) => `select(vec4f(0), x[(plane${i} + at${ky} + cx) * s.n4 + n], inX && inY${ky})`;
  // sliding: registers hold columns ox − pad … ox − pad + width − 1; the last one is loaded in the loop
  const before = slide
    ? unroll(
      width - 1,
      (kx) =>
        `{ ${column(`${kx}u - s.pad`)} ${
          unroll2(inputs, height, (i, ky) => `${xName(i, ky, kx)} = ${load(i, ky)};`)
        } }`,
    )
    : "";
  const loads = slide
    ? `{ ${column(`ox + ${width - 1}u - s.pad`)} ${
      unroll2(inputs, height, (i, ky) => `${xName(i, ky, width - 1)} = ${load(i, ky)};`)
    } }`
    : unroll(
      width,
      (kx) =>
        `{ ${column(`ox * ${stride}u + ${kx}u - s.pad`)} ${
          unroll2(inputs, height, (i, ky) => `${xName(i, ky, kx)} = ${load(i, ky)};`)
        } }`,
    );
  const shift = slide
    ? unroll2(inputs, height, (i, ky) => unroll(width - 1, (kx) => `${xName(i, ky, kx)} = ${xName(i, ky, kx + 1)};`))
    : "";
  const storeSums = `${unroll(sums, (k) => `lane_sums[${k * lanes}u + lane] = a${k};`)}
  workgroupBarrier();
  for (var k = lane; k < ${sums}u; k += ${lanes}u) {
    var sum = 0.0;
    for (var l = 0u; l < ${lanes}u; l++) { sum += lane_sums[k * ${lanes}u + l]; }
    let om = o + k / ${inputs * taps}u;
    let im = i + (k / ${taps}u) % ${inputs}u;
    if (om < s.outChannels && im < s.inChannels) {
      let e = group.z * s.weights + (om * s.inChannels + im) * ${taps}u + k % ${taps}u;
      sum += select(0.0, dw[e], s.accumulate != 0u);
      dw[e] = sum;
    }
  }`;
  const storeApart = `let base = (group.z * ${lanes}u + lane) * s.weights;
  ${
    unroll2(outputs, inputs, (m, j) =>
      `if (o + ${m}u < s.outChannels && i + ${j}u < s.inChannels) {
    let e = base + ((o + ${m}u) * s.inChannels + i + ${j}u) * ${taps}u;
    ${unroll(taps, (t) => `dw[e + ${t}u] = a${(m * inputs + j) * taps + t};`)}
  }`)
  }`;
  return `${declare([["x", "vec4f", "read"], ["dy", "vec4f", "read"], ["dw", "f32", "read_write"]], CONSTANTS)}
${apart ? "" : `var<workgroup> lane_sums: array<f32, ${sums * lanes}>;`}
@compute @workgroup_size(${lanes})
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let o = group.x * ${outputs}u;
  let i = group.y * ${inputs}u;
  let first = group.z * s.rowsPerSplit;
  let end = min(min(first + s.rowsPerSplit, s.outHeight), arrayLength(&dy));
  ${unroll(outputs, (m) => `let grad${m} = min(o + ${m}u, s.outChannels - 1u) * s.outHeight * s.outWidth;`)}
  ${unroll(inputs, (m) => `let plane${m} = min(i + ${m}u, s.inChannels - 1u) * s.inHeight * s.inWidth;`)}
  ${unroll(sums, (k) => `var a${k} = 0.0;`)}
  ${unroll2(inputs, height, (m, ky) => unroll(width, (kx) => `var ${xName(m, ky, kx)} = vec4f(0);`))}
  let quads = min(s.n4, arrayLength(&dy));
  let width = min(s.outWidth, arrayLength(&dy));
  for (var oy = first; oy < end; oy++) {
    ${
    unroll(height, (ky) =>
      `let iy${ky} = oy * ${stride}u + ${ky}u - s.pad; let inY${ky} = iy${ky} < s.inHeight; let at${ky} = select(0u, iy${ky}, inY${ky}) * s.inWidth;`)
  }
    for (var n = lane; n < quads; n += ${lanes}u) {
      ${before}
      for (var ox = 0u; ox < width; ox++) {
        ${loads}
        let at = oy * s.outWidth + ox;
        ${
    unroll(outputs, (m) =>
      `let g${m} = dy[(grad${m} + at) * s.n4 + n];\n` +
      unroll2(inputs, height, (j, ky) =>
        unroll(width, (kx) => addDot(`a${(m * inputs + j) * taps + ky * width + kx}`, `g${m}`, xName(j, ky, kx)))))
  }
        ${shift}
      }
    }
  }
  ${apart ? storeApart : storeSums}
}
`;
}

/** Records dw = Σ dy · x, or adds to dw. Columns of dy beyond the batch must be zero. */
export function recordConvDenseWeightGradient(
  recorder: Recorder,
  shape: ConvShape,
  capacity: number,
  adapter: AdapterClass,
  operands: { x: Operand; dy: Operand; dw: Operand },
  accumulate: boolean,
): void {
  const tile = convWeightGradientTile(shape, capacity, adapter);
  const weights = convWeightCount(shape);
  const { x, dy, dw } = operands;
  const apart = adapter.name === "software", parts = apart ? tile.splits * tile.lanes : tile.splits;
  const direct = parts === 1;
  const sums = direct ? dw : recorder.tensor("weight gradient splits", 4 * weights * parts);
  const kernel = { height: shape.kernelHeight, width: shape.kernelWidth, stride: shape.stride };
  recorder.dispatch("convDenseWeightGradient", emitConvDenseWeightGradient(kernel, tile, apart && !direct), {
    x,
    dy,
    dw: sums,
  }, {
    ...convExtents(shape),
    pad: shape.pad,
    n4: capacity / 4,
    rowsPerSplit: tile.rowsPerSplit,
    weights,
    accumulate: Number(direct && accumulate),
  }, [Math.ceil(shape.outChannels / tile.outputs), Math.ceil(shape.inChannels / tile.inputs), tile.splits]);
  if (!direct) recordSumSplits(recorder, sums, dw, weights, parts, accumulate);
}
