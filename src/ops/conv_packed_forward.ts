/**
 * Packed convolution, forward: a thread owns one row of blocks (a few output channels), a tile of positions and a load's
 * worth of the batch, and walks the row's kept blocks. Rows come first in the grid: neighbours then read the same
 * activations, and rows of uneven lengths are spread over the processors.
 */
import type { Operand, Recorder } from "../gpu/recorder.ts";
import type { BlockSize } from "../masks/blocks.ts";
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
  type PositionTile,
  rowsTogether,
  valueType,
} from "./conv_packed.ts";
import { type AdapterClass, type Declaration, declare, unroll } from "./emit.ts";
import { type LaneFormat, laneType, laneVectors } from "./packed_lanes.ts";
import type { ConvShape } from "./shape.ts";

/** What a packed kernel is written for. */
export interface PackedKernel {
  readonly block: BlockSize;
  readonly tile: PositionTile;
  readonly format: LaneFormat;
  /** Invocations that work on a row or column of blocks, and how many of these a workgroup has side by side. */
  readonly lanes: number;
  readonly rows: number;
}

/** WGSL of the forward pass. */
export function emitConvPackedForward({ block, tile, format, lanes, rows }: PackedKernel, bias: boolean): string {
  const [outs, ins] = block, vectors = laneVectors(format);
  const operands: Declaration[] = [
    ["x", laneType(format), "read"],
    ["values", valueType(block), "read"],
    ["rowStart", "u32", "read"],
    ["entries", "u32", "read"],
    ["rowOrder", "u32", "read"],
    ...(bias ? [["bias", "f32", "read"] as const] : []),
    ["y", "vec4f", "read_write"],
  ];
  const channel = (m: number) => outs === 1 ? "row" : `min(row * ${outs}u + ${m}u, s.outChannels - 1u)`;
  const plane = (i: number) => ins === 1 ? "(entry >> 8u)" : `min((entry >> 8u) * ${ins}u + ${i}u, s.inChannels - 1u)`;
  return `${declare(operands, [...PACKED_SIZES, "tilesX", "tiles"])}
${openRows(lanes, rows)}
  let tile = id / s.lanes;
  if (tile >= s.tiles) { return; }
  let n = id % s.lanes;
  let oy = (tile / s.tilesX) * ${tile.rows}u;
  let ox = (tile % s.tilesX) * ${tile.columns}u;
  ${chooseRow("row", "rowOrder", `(s.outChannels + ${outs - 1}u) / ${outs}u`, { lanes, rows })}
  ${unroll(tile.columns - 1, (q) => `let step${q + 1} = ${q + 1}u * s.stride * s.lanes;`)}
  ${
    eachSum(outs, tile, format, (m, r, q, v) =>
      `var c${m}_${r}_${q}_${v} = vec4f(${bias ? `bias[${channel(m)}]` : "0"});`)
  }
  let end = min(rowStart[row + 1u], arrayLength(&entries));
  for (var k = rowStart[row]; k < end; k++) {
    let entry = entries[k];
    ${loadBlock(block, "k")}
    let y0 = oy * s.stride + ((entry >> 4u) & 15u) - s.pad;
    let x0 = ox * s.stride + (entry & 15u) - s.pad;
    ${unroll(tile.rows, (r) => `let iy${r} = y0 + ${r}u * s.stride; let inY${r} = iy${r} < s.inHeight;`)}
    ${unroll(tile.columns, (q) => `let ix${q} = x0 + ${q}u * s.stride; let inX${q} = ix${q} < s.inWidth;`)}
    ${
    unroll(ins, (i) =>
      `{
    let plane = ${plane(i)} * s.inHeight * s.inWidth;
    ${unroll(tile.rows, (r) => `let from${r} = (plane + iy${r} * s.inWidth + x0) * s.lanes + n;`)}
    ${
        loadTile(tile, format, {
          name: "x",
          at: (r, q) => `from${r}${q > 0 ? ` + step${q}` : ""}`,
          inside: (r, q) => `inY${r} && inX${q}`,
        }, (r, q, v, value) =>
          `let z${v} = ${value};\n` +
          unroll(outs, (m) => `c${m}_${r}_${q}_${v} = fma(vec4f(v${i}_${m}), z${v}, c${m}_${r}_${q}_${v});`))
      }
    }`)
  }
  }
  ${
    eachSum(outs, tile, format, (m, r, q, v) =>
      `if (oy + ${r}u < s.outHeight && ox + ${q}u < s.outWidth${
        outs > 1 ? ` && row * ${outs}u + ${m}u < s.outChannels` : ""
      }${
        v > 0 ? ` && n * ${vectors}u + ${v}u < s.n4` : ""
      }) { y[(((row * ${outs}u + ${m}u) * s.outHeight + oy + ${r}u) * s.outWidth + ox + ${q}u) * s.n4 + n * ${vectors}u + ${v}u] = c${m}_${r}_${q}_${v}; }`)
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
  format: LaneFormat = "f32",
): void {
  const { x, values, y, bias, pattern: { block, rowStart, entries, rowOrder } } = operands;
  const sizes = packedSizes(shape, capacity, format), rows = Math.ceil(shape.outChannels / block[0]);
  const work = { height: shape.outHeight, width: shape.outWidth, walks: rows * sizes.lanes };
  const tile = packedTile(work, block[0], format, adapter);
  const tilesX = Math.ceil(shape.outWidth / tile.columns);
  const tiles = tilesX * Math.ceil(shape.outHeight / tile.rows);
  const together = rowsTogether(block, adapter);
  recorder.dispatch(
    "convPackedForward",
    emitConvPackedForward({ block, tile, format, ...together }, !!bias),
    bias ? { x, values, rowStart, entries, rowOrder, bias, y } : { x, values, rowStart, entries, rowOrder, y },
    { ...sizes, tilesX, tiles },
    [Math.ceil(rows / together.rows), Math.ceil(tiles * sizes.lanes / together.lanes), 1],
  );
}
