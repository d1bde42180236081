/**
 * Dense convolution, input gradient: dx[i, h, w] (+)= Σ_{o, ky, kx} w[o, i, ky, kx] · dy[o, (h + pad − ky)/stride, …]
 * where the divisions are exact. A thread's tile starts at multiples of the stride, so which taps meet which position is
 * known when the kernel is written and no work is spent on the others.
 */
import type { Operand, Recorder } from "../gpu/recorder.ts";
import { chooseConvTile, type ConvTile, enlarge, type TileSize } from "./conv_tile.ts";
import { type AdapterClass, declare, sumTerms, unroll, unroll2 } from "./emit.ts";
import { CONV_EXTENTS, convExtents, type ConvShape } from "./shape.ts";

const CONSTANTS = [
  ...CONV_EXTENTS,
  "n4",
  "tilesX",
  "tiles",
  "accumulate",
];

/** For each position r of a tile axis, the taps that reach it and the output offset (relative to tile / stride). */
function reach(tile: number, kernel: number, stride: number, pad: number): { tap: number; offset: number }[][] {
  return Array.from(
    { length: tile },
    (_, r) =>
      Array.from({ length: kernel }, (_, tap) => ({ tap, offset: (r + pad - tap) / stride }))
        .filter(({ offset }) => Number.isInteger(offset)),
  );
}

const hasTap = (reached: { tap: number }[][], tap: number) =>
  reached.some((list) => list.some((met) => met.tap === tap));

const offsets = (reached: { offset: number }[][]) => {
  const all = reached.flat().map(({ offset }) => offset);
  return all.length ? { low: Math.min(...all), high: Math.max(...all) } : { low: 0, high: 0 };
};

/** The tile that {@link recordConvDenseInputGradient} uses for a shape on an adapter. */
export function convInputGradientTile(
  shape: ConvShape,
  adapter: AdapterClass,
  tileSize: TileSize = "normal",
): ConvTile {
  const { kernelHeight, kernelWidth, stride, pad } = shape;
  const image = {
    height: shape.inHeight,
    width: shape.inWidth,
    channels: shape.inChannels,
    taps: kernelHeight * kernelWidth,
  };
  const size = (tile: number, kernel: number) => {
    const { low, high } = offsets(reach(tile, kernel, stride, pad));
    return high - low + 1;
  };
  const tile = chooseConvTile(
    adapter,
    image,
    stride,
    (rows, columns) => size(rows, kernelHeight) * size(columns, kernelWidth),
  );
  return tileSize === "large" ? enlarge(tile, shape.inChannels, adapter) : tile;
}

/** The WGSL text for one kernel size, stride, padding and tile. */
export function emitConvDenseInputGradient(
  kernel: { height: number; width: number; stride: number; pad: number },
  tile: ConvTile,
  lanes: number,
): string {
  const { height, width, stride, pad } = kernel;
  const reachY = reach(tile.rows, height, stride, pad), reachX = reach(tile.columns, width, stride, pad);
  const y = offsets(reachY), x = offsets(reachX);
  const rows = y.high - y.low + 1, columns = x.high - x.low + 1;
  const each = (line: (m: number, r: number, q: number) => string) =>
    unroll(tile.channels, (m) => unroll2(tile.rows, tile.columns, (r, q) => line(m, r, q)));
  // the taps that any position of the tile meets; at a stride above the kernel's size some meet none
  const met = Array.from({ length: height * width }, (_, t) => [Math.floor(t / width), t % width])
    .filter(([ky, kx]) => hasTap(reachY, ky) && hasTap(reachX, kx));
  const taps = unroll(
    tile.channels,
    (m) =>
      met.map(([ky, kx]) => `let w${m}_${ky}_${kx} = vec4f(w[row${m} + o * depth + ${ky * width + kx}u]);`).join("\n") +
      "\n" +
      unroll2(tile.rows, tile.columns, (r, q) =>
        sumTerms(
          `c${m}_${r}_${q}`,
          reachY[r].flatMap((v) =>
            reachX[q].map((u) => [`w${m}_${v.tap}_${u.tap}`, `g${v.offset - y.low}_${u.offset - x.low}`] as const)
          ),
        )),
  );
  const at = (low: number, i: number) => `${low + i < 0 ? `- ${-(low + i)}u` : `+ ${low + i}u`}`;
  return `${declare([["dy", "vec4f", "read"], ["w", "f32", "read"], ["dx", "vec4f", "read_write"]], CONSTANTS)}
@compute @workgroup_size(${lanes})
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let id = group.x * ${lanes}u + lane;
  let tile = id / s.n4;
  if (tile >= s.tiles) { return; }
  let n = id % s.n4;
  let ty = tile / s.tilesX;
  let tx = tile % s.tilesX;
  let i = group.y * ${tile.channels}u;
  let depth = s.inChannels * ${height * width}u;
  ${unroll(tile.channels, (m) => `let row${m} = min(i + ${m}u, s.inChannels - 1u) * ${height * width}u;`)}
  ${
    unroll(rows, (r) =>
      `let oy${r} = ty * ${tile.rows / stride}u ${
        at(y.low, r)
      }; let inY${r} = oy${r} < s.outHeight; let at${r} = select(0u, oy${r}, inY${r}) * s.outWidth;`)
  }
  ${
    unroll(columns, (q) =>
      `let ox${q} = tx * ${tile.columns / stride}u ${
        at(x.low, q)
      }; let inX${q} = ox${q} < s.outWidth; let col${q} = select(0u, ox${q}, inX${q});`)
  }
  ${each((m, r, q) => `var c${m}_${r}_${q} = vec4f(0);`)}
  let outputs = min(s.outChannels, arrayLength(&dy));
  for (var o = 0u; o < outputs; o++) {
    let plane = o * s.outHeight * s.outWidth;
    ${
    unroll2(rows, columns, (r, q) =>
      `let g${r}_${q} = select(vec4f(0), dy[(plane + at${r} + col${q}) * s.n4 + n], inY${r} && inX${q});`)
  }
    ${taps}
  }
  let h = ty * ${tile.rows}u;
  let v = tx * ${tile.columns}u;
  ${
    unroll(tile.channels, (m) =>
      `if (i + ${m}u < s.inChannels) {
    let out${m} = (i + ${m}u) * s.inHeight * s.inWidth;
    ${
        unroll2(tile.rows, tile.columns, (r, q) =>
          `if (h + ${r}u < s.inHeight && v + ${q}u < s.inWidth) {
      let e = (out${m} + (h + ${r}u) * s.inWidth + v + ${q}u) * s.n4 + n;
      if (s.accumulate != 0u && e < arrayLength(&dx)) { c${m}_${r}_${q} += dx[e]; }
      dx[e] = c${m}_${r}_${q};
    }`)
      }
  }`)
  }
}
`;
}

/** Records dx = convᵀ(dy, w), or adds to dx. Columns `capacity` = N, a multiple of 4. */
export function recordConvDenseInputGradient(
  recorder: Recorder,
  shape: ConvShape,
  capacity: number,
  adapter: AdapterClass,
  operands: { dy: Operand; w: Operand; dx: Operand },
  accumulate: boolean,
  size: TileSize = "normal",
): void {
  const tile = convInputGradientTile(shape, adapter, size);
  const n4 = capacity / 4;
  const tilesX = Math.ceil(shape.inWidth / tile.columns);
  const tiles = tilesX * Math.ceil(shape.inHeight / tile.rows);
  const kernel = { height: shape.kernelHeight, width: shape.kernelWidth, stride: shape.stride, pad: shape.pad };
  recorder.dispatch("convDenseInputGradient", emitConvDenseInputGradient(kernel, tile, adapter.lanes), operands, {
    ...convExtents(shape),
    n4,
    tilesX,
    tiles,
    accumulate: Number(accumulate),
  }, [Math.ceil(tiles * n4 / adapter.lanes), Math.ceil(shape.inChannels / tile.channels), 1]);
}
