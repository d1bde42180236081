// Random scores of a layer's weights in row-major order, uniform in [0, 1): the top 24 bits of word i of the address that
// the host gives (STREAM.score in src/random/philox.ts). An invocation makes the four of a block.
@group(0) @binding(0) var<storage, read_write> scores: array<f32>;
struct S { count: u32, seedLow: u32, seedHigh: u32, layer: u32, turn: u32, stream: u32 }
@group(0) @binding(1) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let block = flat_index(lane, group, groups);
  if (4u * block >= s.count) { return; }
  let words = philox4x32(vec4u(block, s.turn, s.layer, s.stream), vec2u(s.seedLow, s.seedHigh));
  for (var k = 0u; k < 4u; k++) {
    if (4u * block + k < s.count) { scores[4u * block + k] = f32(words[k] >> 8u) * 5.9604644775390625e-8; }
  }
}
