/**
 * Packed convolution, weight gradient, for adapters that are programs on the CPU: an invocation owns one chunk of a block
 * row and sums over positions and batch alone. There is nothing to add up between lanes, so no barrier, which is dear
 * there; that its lanes read far apart costs nothing, since such adapters load lane by lane anyhow. On a GPU the loads
 * would not coalesce: conv_packed_weight_gradient.ts has the kernel for it.
 */
import type { BlockSize } from "../masks/blocks.ts";
import { declareGradient, type GradientFormats, openChunk, sumIndex } from "./conv_packed_chunk.ts";
import { unroll } from "./emit.ts";
import { laneType, laneValues } from "./packed_lanes.ts";

/** WGSL of the gradient at the kept weights, `blocks` of a row an invocation. */
export function emitConvPackedChunkGradient(
  block: BlockSize,
  formats: GradientFormats,
  lanes: number,
  blocks: number,
): string {
  const [outs, ins] = block;
  const sum = (e: number, i: number, o: number) => `a${sumIndex(block, e, i, o)}`;
  const eachSum = (line: (e: number, i: number, o: number) => string) =>
    unroll(blocks, (e) => unroll(ins, (i) => unroll(outs, (o) => line(e, i, o))));
  return `${declareGradient(formats)}
@compute @workgroup_size(${lanes})
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let chunk = (group.z * groups.x + group.x) * ${lanes}u + lane;
  ${openChunk(block, blocks)}
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
    let at = begin + ${sumIndex(block, e, i, o)}u;
    if (s.accumulate != 0u && at < arrayLength(&dw)) { sum += dw[at]; }
    dw[at] = sum;
  }`
    )
  }
}
`;
}
