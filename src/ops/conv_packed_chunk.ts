/** What both kernels of the packed weight gradient share: their operands, and how a chunk of a block row is taken apart. */
import type { BlockSize } from "../masks/blocks.ts";
import { PACKED_SIZES } from "./conv_packed.ts";
import { declare, unroll } from "./emit.ts";
import { type LaneFormat, laneType } from "./packed_lanes.ts";

/** Formats of the two operands. */
export interface GradientFormats {
  readonly x: LaneFormat;
  readonly dy: LaneFormat;
}

/** Declares x, dy, entries, chunks, dw and the constants. */
export function declareGradient(formats: GradientFormats): string {
  return declare([
    ["x", laneType(formats.x), "read"],
    ["dy", laneType(formats.dy), "read"],
    ["entries", "u32", "read"],
    ["chunks", "u32", "read"],
    ["dw", "f32", "read_write"],
  ], [...PACKED_SIZES, "chunkCount", "rowsPerSplit", "stored", "accumulate"]);
}

/** Number of a chunk's sum: block e, input channel i and output channel o of it, as values are stored. */
export function sumIndex([outs, ins]: BlockSize, e: number, i: number, o: number): number {
  return (e * ins + i) * outs + o;
}

/**
 * From `chunk`: its row, first block and count, the rows of the image from firstRow to before end, where dy's planes begin
 * (grad{o}) and x's (plane{e}_{i}), and the taps (ky{e}, kx{e}). A block that the chunk lacks repeats its last one.
 * @param blocks blocks of a full chunk
 */
export function openChunk([outs, ins]: BlockSize, blocks: number): string {
  const input = (e: number, i: number) =>
    ins === 1 ? `(entry${e} >> 8u)` : `min((entry${e} >> 8u) * ${ins}u + ${i}u, s.inChannels - 1u)`;
  const output = (o: number) => outs === 1 ? "row" : `min(row * ${outs}u + ${o}u, s.outChannels - 1u)`;
  return `if (chunk >= s.chunkCount) { return; }
  let row = chunks[3u * chunk];
  let first = chunks[3u * chunk + 1u];
  let count = chunks[3u * chunk + 2u] - first;
  let firstRow = group.y * s.rowsPerSplit;
  let end = min(min(firstRow + s.rowsPerSplit, s.outHeight), arrayLength(&dy));
  ${unroll(outs, (o) => `let grad${o} = ${output(o)} * s.outHeight * s.outWidth;`)}
  ${
    unroll(blocks, (e) =>
      `let entry${e} = entries[first + min(${e}u, count - 1u)];
  ${unroll(ins, (i) => `let plane${e}_${i} = ${input(e, i)} * s.inHeight * s.inWidth;`)}
  let ky${e} = ((entry${e} >> 4u) & 15u) - s.pad;
  let kx${e} = (entry${e} & 15u) - s.pad;`)
  }`;
}
