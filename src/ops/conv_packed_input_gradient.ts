/**
 * Packed convolution, input gradient: a thread owns one column of blocks (a few input channels), a tile of positions and
 * a load's worth of the batch, and walks the column's kept blocks through the transposed index.
 *
 * At stride s the positions of a tile lie s apart, so that a kept weight meets all of them or none; which phase
 * (y mod s, x mod s) a tile has comes first in its number.
 */
import type { Operand, Recorder } from "../gpu/recorder.ts";
import {
  chooseRow,
  eachSum,
  loadBlock,
  loadTile,
  openRows,
  PACKED_SIZES,
  type PackedPattern,
  packedSizes,
  packedTile,
  rowsTogether,
  valueType,
} from "./conv_packed.ts";
import type { PackedKernel } from "./conv_packed_forward.ts";
import { type AdapterClass, type Declaration, declare, unroll } from "./emit.ts";
import { type LaneFormat, laneType, laneVectors } from "./packed_lanes.ts";
import type { ConvShape } from "./shape.ts";

/** WGSL of the input gradient. */
export function emitConvPackedInputGradient(
  { block, tile, format, lanes, rows }: PackedKernel,
  stride: number,
): string {
  const [outs, ins] = block, vectors = laneVectors(format);
  const operands: Declaration[] = [
    ["dy", laneType(format), "read"],
    ["values", valueType(block), "read"],
    ["colStart", "u32", "read"],
    ["transposed", "vec2u", "read"],
    ["colOrder", "u32", "read"],
    ["dx", "vec4f", "read_write"],
  ];
  const plane = (o: number) =>
    outs === 1 ? "(place >> 8u)" : `min((place >> 8u) * ${outs}u + ${o}u, s.outChannels - 1u)`;
  const body = `${loadBlock(block, "item.x")}
    ${unroll(tile.rows, (r) => `let oy${r} = y0 + ${r}u; let inY${r} = oy${r} < s.outHeight;`)}
    ${unroll(tile.columns, (q) => `let ox${q} = x0 + ${q}u; let inX${q} = ox${q} < s.outWidth;`)}
    ${
    unroll(outs, (o) =>
      `{
    let plane = ${plane(o)} * s.outHeight * s.outWidth;
    ${unroll(tile.rows, (r) => `let from${r} = (plane + oy${r} * s.outWidth + x0) * s.lanes + n;`)}
    ${
        loadTile(tile, format, {
          name: "dy",
          at: (r, q) => `from${r}${q > 0 ? ` + step${q}` : ""}`,
          inside: (r, q) => `inY${r} && inX${q}`,
        }, (r, q, v, value) =>
          `let z${v} = ${value};\n` +
          unroll(ins, (i) => `c${i}_${r}_${q}_${v} = fma(vec4f(v${i}_${o}), z${v}, c${i}_${r}_${q}_${v});`))
      }
    }`)
  }`;
  // unsigned: a position before the image wraps to a large number, which no bound lets through
  const meets = stride === 1
    ? `let y0 = h + s.pad - ((place >> 4u) & 15u);
    let x0 = w + s.pad - (place & 15u);
    ${body}`
    : `let ty = i32(h + s.pad) - i32((place >> 4u) & 15u);
    let tx = i32(w + s.pad) - i32(place & 15u);
    // a multiple of the stride is added so that the remainder is taken of a positive number
    if ((ty + ${16 * stride}) % ${stride} == 0 && (tx + ${16 * stride}) % ${stride} == 0) {
    let y0 = u32((ty + ${16 * stride}) / ${stride}) - 16u;
    let x0 = u32((tx + ${16 * stride}) / ${stride}) - 16u;
    ${body}
    }`;
  return `${declare(operands, [...PACKED_SIZES, "tilesX", "tilesPerPhase", "tiles", "accumulate"])}
${openRows(lanes, rows)}
  let number = id / s.lanes;
  if (number >= s.tiles) { return; }
  let n = id % s.lanes;
  let phase = number / s.tilesPerPhase;
  let tile = number % s.tilesPerPhase;
  let h = (tile / s.tilesX) * ${tile.rows * stride}u + phase / ${stride}u;
  let w = (tile % s.tilesX) * ${tile.columns * stride}u + phase % ${stride}u;
  ${chooseRow("column", "colOrder", `(s.inChannels + ${ins - 1}u) / ${ins}u`, { lanes, rows })}
  ${unroll(tile.columns - 1, (q) => `let step${q + 1} = ${q + 1}u * s.lanes;`)}
  ${eachSum(ins, tile, format, (m, r, q, v) => `var c${m}_${r}_${q}_${v} = vec4f(0);`)}
  let end = min(colStart[column + 1u], arrayLength(&transposed));
  for (var k = colStart[column]; k < end; k++) {
    let item = transposed[k];
    let place = item.y;
    ${meets}
  }
  ${
    eachSum(ins, tile, format, (m, r, q, v) =>
      `if (h + ${r * stride}u < s.inHeight && w + ${q * stride}u < s.inWidth${
        ins > 1 ? ` && column * ${ins}u + ${m}u < s.inChannels` : ""
      }${v > 0 ? ` && n * ${vectors}u + ${v}u < s.n4` : ""}) {
    let e = (((column * ${ins}u + ${m}u) * s.inHeight + h + ${r * stride}u) * s.inWidth + w + ${
        q * stride
      }u) * s.n4 + n * ${vectors}u + ${v}u;
    if (s.accumulate != 0u && e < arrayLength(&dx)) { c${m}_${r}_${q}_${v} += dx[e]; }
    dx[e] = c${m}_${r}_${q}_${v};
  }`)
  }
}
`;
}

/** Records dx = convᵀ(dy, kept weights), or adds to dx. */
export function recordConvPackedInputGradient(
  recorder: Recorder,
  shape: ConvShape,
  capacity: number,
  adapter: AdapterClass,
  operands: { dy: Operand; values: Operand; dx: Operand; pattern: PackedPattern },
  accumulate: boolean,
  format: LaneFormat = "f32",
): void {
  const { dy, values, dx, pattern: { block, colStart, transposed, colOrder } } = operands;
  // positions of one phase
  const height = Math.ceil(shape.inHeight / shape.stride), width = Math.ceil(shape.inWidth / shape.stride);
  const sizes = packedSizes(shape, capacity, format), columns = Math.ceil(shape.inChannels / block[1]);
  const walks = columns * sizes.lanes * shape.stride * shape.stride;
  const tile = packedTile({ height, width, walks }, block[1], format, adapter);
  const tilesX = Math.ceil(width / tile.columns);
  const tilesPerPhase = tilesX * Math.ceil(height / tile.rows);
  const tiles = tilesPerPhase * shape.stride * shape.stride;
  const together = rowsTogether(block, adapter);
  recorder.dispatch(
    "convPackedInputGradient",
    emitConvPackedInputGradient({ block, tile, format, ...together }, shape.stride),
    { dy, values, colStart, transposed, colOrder, dx },
    { ...sizes, tilesX, tilesPerPhase, tiles, accumulate: Number(accumulate) },
    [Math.ceil(columns / together.rows), Math.ceil(tiles * sizes.lanes / together.lanes), 1],
  );
}
