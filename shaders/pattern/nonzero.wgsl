// bits[w] has a one for each of 32 values that is not 0. Values behind the last count as 0.
@group(0) @binding(0) var<storage, read> values: array<f32>;
@group(0) @binding(1) var<storage, read_write> bits: array<u32>;
struct S { count: u32, size: u32 }
@group(0) @binding(2) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let w = flat_index(lane, group, groups);
  if (w >= s.count) { return; }
  var word = 0u;
  for (var k = 0u; k < 32u; k++) {
    let i = 32u * w + k;
    if (i >= min(s.size, arrayLength(&values))) { break; }
    // by its bits: comparisons of NaN are whatever the compiler makes of them
    word |= select(0u, 1u << k, (bitcast<u32>(values[i]) & 0x7fffffffu) != 0u);
  }
  bits[w] = word;
}
