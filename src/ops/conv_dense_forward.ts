/**
 * Dense convolution, forward: y[o, oy, ox] = Σ_{i, ky, kx} w[o, i, ky, kx] · x[i, oy·stride + ky − pad, …] (+ bias[o]),
 * each a row of N batch values. Lanes run over (position tile, n/4); a thread keeps the input patch of its tile in
 * registers, walks the input channels and unrolls the taps. No barriers, no halo: positions outside read as zero.
 */
import type { Operand, Recorder } from "../gpu/recorder.ts";
import { chooseConvTile, type ConvTile, enlarge, type TileSize } from "./conv_tile.ts";
import { type AdapterClass, declare, sumTerms, unroll, unroll2 } from "./emit.ts";
import { CONV_EXTENTS, convExtents, type ConvShape } from "./shape.ts";

const CONSTANTS = [
  ...CONV_EXTENTS,
  "pad",
  "n4",
  "tilesX",
  "tiles",
];

/** Rows or columns of the input patch under `tile` outputs. */
const span = (tile: number, kernel: number, stride: number) => (tile - 1) * stride + kernel;

/** The tile that {@link recordConvDenseForward} uses for a shape on an adapter. */
export function convForwardTile(shape: ConvShape, adapter: AdapterClass, size: TileSize = "normal"): ConvTile {
  const { kernelHeight, kernelWidth, stride } = shape;
  const image = {
    height: shape.outHeight,
    width: shape.outWidth,
    channels: shape.outChannels,
    taps: kernelHeight * kernelWidth,
  };
  const tile = chooseConvTile(
    adapter,
    image,
    1,
    (rows, columns) => span(rows, kernelHeight, stride) * span(columns, kernelWidth, stride),
  );
  return size === "large" ? enlarge(tile, shape.outChannels, adapter) : tile;
}

/** The WGSL text for one kernel size, stride and tile. Sizes are constants, so layers share it. */
export function emitConvDenseForward(
  kernel: { height: number; width: number; stride: number; bias: boolean },
  tile: ConvTile,
  lanes: number,
): string {
  const { height, width, stride } = kernel;
  const patchRows = span(tile.rows, height, stride), patchColumns = span(tile.columns, width, stride);
  const each = (line: (m: number, r: number, q: number) => string) =>
    unroll(tile.channels, (m) => unroll2(tile.rows, tile.columns, (r, q) => line(m, r, q)));
  const everyTap = Array.from({ length: height * width }, (_, t) => [Math.floor(t / width), t % width] as const);
  const taps = unroll(
    tile.channels,
    (m) =>
      everyTap.map(([ky, kx], t) => `let w${m}_${ky}_${kx} = vec4f(w[row${m} + i * ${height * width}u + ${t}u]);`).join(
        "\n",
      ) + "\n" +
      unroll2(tile.rows, tile.columns, (r, q) =>
        sumTerms(
          `c${m}_${r}_${q}`,
          everyTap.map(([ky, kx]) => [`w${m}_${ky}_${kx}`, `x${r * stride + ky}_${q * stride + kx}`]),
        )),
  );
  const operands: Parameters<typeof declare>[0] = [
    ["x", "vec4f", "read"],
    ["w", "f32", "read"],
    ...(kernel.bias ? [["bias", "f32", "read"] as const] : []),
    ["y", "vec4f", "read_write"],
  ];
  return `${declare(operands, CONSTANTS)}
@compute @workgroup_size(${lanes})
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let id = group.x * ${lanes}u + lane;
  let tile = id / s.n4;
  if (tile >= s.tiles) { return; }
  let n = id % s.n4;
  let oy = (tile / s.tilesX) * ${tile.rows}u;
  let ox = (tile % s.tilesX) * ${tile.columns}u;
  let o = group.y * ${tile.channels}u;
  let depth = s.inChannels * ${height * width}u;
  ${unroll(tile.channels, (m) => `let row${m} = min(o + ${m}u, s.outChannels - 1u) * depth;`)}
  ${
    unroll(patchRows, (r) =>
      `let iy${r} = oy * ${stride}u + ${r}u - s.pad; let inY${r} = iy${r} < s.inHeight; let at${r} = select(0u, iy${r}, inY${r}) * s.inWidth;`)
  }
  ${
    unroll(patchColumns, (q) =>
      `let ix${q} = ox * ${stride}u + ${q}u - s.pad; let inX${q} = ix${q} < s.inWidth; let col${q} = select(0u, ix${q}, inX${q});`)
  }
  ${
    each((m, r, q) => `var c${m}_${r}_${q} = vec4f(${kernel.bias ? `bias[min(o + ${m}u, s.outChannels - 1u)]` : "0"});`)
  }
  let inputs = min(s.inChannels, arrayLength(&x));
  for (var i = 0u; i < inputs; i++) {
    let plane = i * s.inHeight * s.inWidth;
    ${
    unroll2(patchRows, patchColumns, (r, q) =>
      `let x${r}_${q} = select(vec4f(0), x[(plane + at${r} + col${q}) * s.n4 + n], inY${r} && inX${q});`)
  }
    ${taps}
  }
  ${
    unroll(tile.channels, (m) =>
      `if (o + ${m}u < s.outChannels) {
    let out${m} = (o + ${m}u) * s.outHeight * s.outWidth;
    ${
        unroll2(tile.rows, tile.columns, (r, q) =>
          `if (oy + ${r}u < s.outHeight && ox + ${q}u < s.outWidth) { y[(out${m} + (oy + ${r}u) * s.outWidth + ox + ${q}u) * s.n4 + n] = c${m}_${r}_${q}; }`)
      }
  }`)
  }
}
`;
}

/**
 * Records y = conv(x, w) (+ bias).
 * @param capacity columns N of the activations, a multiple of 4
 */
export function recordConvDenseForward(
  recorder: Recorder,
  shape: ConvShape,
  capacity: number,
  adapter: AdapterClass,
  operands: { x: Operand; w: Operand; y: Operand; bias?: Operand },
  size: TileSize = "normal",
): void {
  const tile = convForwardTile(shape, adapter, size);
  const n4 = capacity / 4;
  const tilesX = Math.ceil(shape.outWidth / tile.columns);
  const tiles = tilesX * Math.ceil(shape.outHeight / tile.rows);
  const kernel = { height: shape.kernelHeight, width: shape.kernelWidth, stride: shape.stride, bias: !!operands.bias };
  const { x, w, y, bias } = operands;
  recorder.dispatch(
    "convDenseForward",
    emitConvDenseForward(kernel, tile, adapter.lanes),
    bias ? { x, w, bias, y } : { x, w, y },
    {
      ...convExtents(shape),
      pad: shape.pad,
      n4,
      tilesX,
      tiles,
    },
    [Math.ceil(tiles * n4 / adapter.lanes), Math.ceil(shape.outChannels / tile.channels), 1],
  );
}
