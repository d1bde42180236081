/**
 * Packed convolution, weight gradient, for adapters that are programs on the CPU: an invocation owns one chunk of a block
 * row and sums over positions and batch alone. There is nothing to add up between lanes, so no barrier, which is dear
 * there; that its lanes read far apart costs nothing, since such adapters load lane by lane anyhow. On a GPU the loads
 * would not coalesce: conv_packed_weight_gradient.ts has the kernel for it.
 */
import type { BlockSize } from "../masks/blocks.ts";
import { PACKED_SIZES } from "./conv_packed.ts";
import { type Declaration, declare, unroll } from "./emit.ts";
import { type LaneFormat, laneType, laneValues } from "./packed_lanes.ts";

/** WGSL of the gradient at the kept weights, `blocks` of a row an invocation. */
export function emitConvPackedChunkGradient(
  block: BlockSize,
  formats: { readonly x: LaneFormat; readonly dy: LaneFormat },
  lanes: number,
  blocks: number,
): string {
  const [outs, ins] = block;
  const operands: Declaration[] = [
    ["x", laneType(formats.x), "read"],
    ["dy", laneType(formats.dy), "read"],
    ["entries", "u32", "read"],
    ["chunks", "u32", "read"],
    ["dw", "f32", "read_write"],
  ];
  const sum = (e: number, i: number, o: number) => `a${(e * ins + i) * outs + o}`;
  const input = (e: number, i: number) =>
    ins === 1 ? `(entry${e} >> 8u)` : `min((entry${e} >> 8u) * ${ins}u + ${i}u, s.inChannels - 1u)`;
  const output = (o: number) => outs === 1 ? "row" : `min(row * ${outs}u + ${o}u, s.outChannels - 1u)`;
  const eachSum = (line: (e: number, i: number, o: number) => string) =>
    unroll(blocks, (e) => unroll(ins, (i) => unroll(outs, (o) => line(e, i, o))));
  return `${declare(operands, [...PACKED_SIZES, "chunkCount", "rowsPerSplit", "stored", "accumulate"])}
@compute @workgroup_size(${lanes})
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let chunk = (group.z * groups.x + group.x) * ${lanes}u + lane;
  if (chunk >= s.chunkCount) { return; }
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
  }
  ${eachSum((e, i, o) => `var ${sum(e, i, o)} = vec4f(0);`)}
  let loads = min(s.lanes, arrayLength(&dy));
  let width = min(s.outWidth, arrayLength(&dy));
  for (var oy = firstRow; oy < end; oy++) {
    ${
    unroll(blocks, (e) =>
      `let iy${e} = oy * s.stride + ky${e}; let inY${e} = iy${e} < s.inHeight; let at${e} = iy${e} * s.inWidth;`)
  }
    for (var ox = 0u; ox < width; ox++) {
      let place = oy * s.outWidth + ox;
      let left = ox * s.stride;
      ${unroll(outs, (o) => `let from${o} = (grad${o} + place) * s.lanes;`)}
      ${
    unroll(blocks, (e) =>
      `let ix${e} = left + kx${e}; let inside${e} = inY${e} && ix${e} < s.inWidth;
      ${unroll(ins, (i) => `let x${e}_${i} = select(0u, (plane${e}_${i} + at${e} + ix${e}) * s.lanes, inside${e});`)}`)
  }
      for (var n = 0u; n < loads; n++) {
        ${
    unroll(outs, (o) =>
      `let h${o} = dy[from${o} + n];\n` +
      laneValues(formats.dy, `h${o}`).map((value, v) => `let g${o}_${v} = ${value};`).join("\n"))
  }
        ${
    unroll(blocks, (e) =>
      unroll(ins, (i) =>
        `{
          let z = select(${laneType(formats.x)}(0), x[x${e}_${i} + n], inside${e});
          ${
          laneValues(formats.x, "z").map((value, v) =>
            `let z_${v} = ${value};\n` +
            unroll(outs, (o) => `${sum(e, i, o)} = fma(g${o}_${v}, z_${v}, ${sum(e, i, o)});`)
          ).join("\n")
        }
        }`))
  }
      }
    }
  }
  let begin = group.y * s.stored + first * ${outs * ins}u;
  ${
    eachSum((e, i, o) =>
      `if (${e}u < count) {
    var sum = dot(${sum(e, i, o)}, vec4f(1));
    let at = begin + ${(e * ins + i) * outs + o}u;
    if (s.accumulate != 0u && at < arrayLength(&dw)) { sum += dw[at]; }
    dw[at] = sum;
  }`
    )
  }
}
`;
}
