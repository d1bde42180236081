/**
 * What the packed convolution's three passes share: the pattern on the device, sizes, tiles, and the texts that decode
 * an entry and load activations.
 *
 * Only the kept blocks of weights are stored and multiplied. A weight is a scalar times a contiguous row of N batch
 * values, so sparse and dense read activations alike; the pattern says which row. A block of several output and input
 * channels at one tap (src/masks/blocks.ts) lets one load serve several multiply-adds. Linear layers are the 1×1 case.
 */
import type { Operand } from "../gpu/recorder.ts";
import type { BlockSize } from "../masks/blocks.ts";
import { type AdapterClass, evenTile, unroll, unroll2 } from "./emit.ts";
import { type LaneFormat, lanesOfRow, laneType, laneValues, laneVectors } from "./packed_lanes.ts";
import { CONV_EXTENTS, convExtents, type ConvShape } from "./shape.ts";

/** The pattern of a layer's mask on the GPU (u32 arrays, see src/masks/pattern.ts) and its sizes. */
export interface PackedPattern {
  /** Output and input channels of a block. */
  readonly block: BlockSize;
  /** Kept blocks. */
  readonly count: number;
  /** rowStart[R + 1], entries[count]: the kept blocks of each row of output channels. */
  readonly rowStart: Operand;
  readonly entries: Operand;
  /** colStart[C + 1], transposed[2·count]: for each column of input channels pairs (block, place by block row). */
  readonly colStart: Operand;
  readonly transposed: Operand;
  /** rowOrder[R], colOrder[C]: in which order rows and columns are worked on. */
  readonly rowOrder: Operand;
  readonly colOrder: Operand;
  /** Triples (block row, first block, end): at most `chunkBlocks` blocks of one row. */
  readonly chunks: Operand;
  readonly chunkBlocks: number;
  readonly chunkCount: number;
}

/**
 * Kept blocks of one row that share the loads of its gradient in a workgroup. Every workgroup computes so many, whether
 * its chunk is full or not: very sparse rows get small ones.
 * @param perRow kept blocks of a row, on average
 */
export function chunkBlocks([outs, ins]: BlockSize, perRow: number): number {
  const most = Math.max(1, Math.min(8, Math.floor(64 / (outs * ins))));
  let blocks = 1;
  while (2 * blocks <= most && 1.5 * blocks < perRow) blocks *= 2;
  return blocks;
}

/** Constants of every packed kernel. */
export const PACKED_SIZES = [...CONV_EXTENTS, "pad", "stride", "lanes", "n4"];

/** Their values; `lanes` are loads of a row of N values. */
export function packedSizes(shape: ConvShape, capacity: number, format: LaneFormat): Record<string, number> {
  const { pad, stride } = shape;
  return { ...convExtents(shape), pad, stride, lanes: lanesOfRow(format, capacity), n4: capacity / 4 };
}

/** Positions of a thread's tile. */
export interface PositionTile {
  readonly rows: number;
  readonly columns: number;
}

/** What a tile is chosen for: an image, and how often it is walked: block rows × loads of a row of the batch. */
export interface TiledWork {
  readonly height: number;
  readonly width: number;
  readonly walks: number;
}

/**
 * Positions of a thread's tile over an image. Large tiles share what a kept block costs besides its loads; on a GPU there
 * must be enough threads besides.
 * @param channels channels whose sums a thread keeps for each position
 */
export function packedTile(
  { height, width, walks }: TiledWork,
  channels: number,
  format: LaneFormat,
  adapter: AdapterClass,
): PositionTile {
  const software = adapter.name === "software";
  const inRegisters = software && channels === 1 ? 16 : (software ? 64 : adapter.accumulators) / channels;
  const busy = adapter.threads === 0 ? Infinity : laneVectors(format) * walks * height * width / adapter.threads;
  const positions = Math.min(inRegisters, busy);
  const most = Math.max(1, Math.min(16, Math.floor(positions / laneVectors(format))));
  const columns = evenTile(width, Math.min(8, most));
  return { rows: evenTile(height, Math.max(1, Math.floor(most / columns))), columns };
}

/** Invocations of a row where a workgroup has several. */
const LANES_OF_ROW = 32;

/**
 * Block rows (or columns) that a workgroup works on side by side, at the same positions, and the invocations of each.
 * Single weights alone gain by it: blocks have few rows, which share by themselves.
 */
export function rowsTogether([outs, ins]: BlockSize, { lanes, rows }: AdapterClass): { lanes: number; rows: number } {
  return rows === 1 || outs * ins > 1 ? { lanes, rows: 1 } : { lanes: LANES_OF_ROW, rows };
}

/** Rows that fit into a workgroup of a device. */
export function rowsThatFit(rows: number, mostInvocations: number): number {
  return Math.max(1, Math.min(rows, Math.floor(mostInvocations / LANES_OF_ROW)));
}

/** Opens `main`: `id` counts (position tile, load of the batch), for every row of the workgroup alike. */
export function openRows(lanes: number, rows: number): string {
  return `@compute @workgroup_size(${lanes * rows})
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let id = group.y * ${lanes}u + lane${rows > 1 ? ` % ${lanes}u` : ""};`;
}

/**
 * Which row an invocation works on, by the order that rows are worked on in.
 * @param count WGSL expression of how many there are
 */
export function chooseRow(
  name: string,
  order: string,
  count: string,
  { lanes, rows }: { lanes: number; rows: number },
): string {
  if (rows === 1) return `let ${name} = ${order}[group.x];`;
  return `let place_in_order = group.x * ${rows}u + lane / ${lanes}u;
  if (place_in_order >= ${count}) { return; }
  let ${name} = ${order}[place_in_order];`;
}

/** Whether a stored block's values can be loaded four at a time. */
export const alignedBlock = ([outs]: BlockSize): boolean => outs % 4 === 0;

/** Element type of the packed values for a block size. */
export function valueType(block: BlockSize): "vec4f" | "f32" {
  return alignedBlock(block) ? "vec4f" : "f32";
}

/** Declares v{i}_{o} for the weights of block `k` (a WGSL expression). */
export function loadBlock(block: BlockSize, k: string): string {
  const [outs, ins] = block;
  if (!alignedBlock(block)) {
    return unroll2(ins, outs, (i, o) => `let v${i}_${o} = values[${k} * ${outs * ins}u + ${i * outs + o}u];`);
  }
  return unroll2(
    ins,
    outs / 4,
    (i, q) =>
      `let q${i}_${q} = values[${k} * ${outs * ins / 4}u + ${i * outs / 4 + q}u];\n` +
      unroll(4, (c) => `let v${i}_${4 * q + c} = q${i}_${q}.${"xyzw"[c]};`),
  );
}

/**
 * Loads a tile of activations and uses each value: for each position `inside` is tested, what lies outside counts as 0.
 * @param source buffer, and a WGSL expression of the element's index when it is inside
 * @param use text for vec4f number `vector` of position (r, q), named by an expression
 */
export function loadTile(
  tile: PositionTile,
  format: LaneFormat,
  source: { name: string; at: (r: number, q: number) => string; inside: (r: number, q: number) => string },
  use: (r: number, q: number, vector: number, value: string) => string,
): string {
  return unroll2(tile.rows, tile.columns, (r, q) => {
    const inside = source.inside(r, q), zero = `${laneType(format)}(0)`;
    const load = `${source.name}[select(0u, ${source.at(r, q)}, inside)]`;
    return `{
      let inside = ${inside};
      let x = select(${zero}, ${load}, inside);
      ${laneValues(format, "x").map((value, vector) => use(r, q, vector, value)).join("\n")}
    }`;
  });
}

/** Text for each vec4f sum of a tile. */
export function eachSum(
  channels: number,
  tile: PositionTile,
  format: LaneFormat,
  line: (m: number, r: number, q: number, vector: number) => string,
): string {
  return unroll(
    channels,
    (m) => unroll2(tile.rows, tile.columns, (r, q) => unroll(laneVectors(format), (v) => line(m, r, q, v))),
  );
}
