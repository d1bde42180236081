// A bit for each value, whether it is not 0, or above 0, and kept: word `first` + w has those of the values 32w and on; bits
// behind the last are 0.
@group(0) @binding(0) var<storage, read> values: array<f32>;
@group(0) @binding(1) var<storage, read> kept: array<u32>;
@group(0) @binding(2) var<storage, read_write> bits: array<u32>;
struct S { count: u32, first: u32, positive: u32 }
@group(0) @binding(3) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let w = flat_index(lane, group, groups);
  if (32u * w >= s.count) { return; }
  var word = 0u;
  let end = min(32u * w + 32u, min(s.count, arrayLength(&values)));
  for (var i = 32u * w; i < end; i++) {
    let chosen = select(values[i] != 0.0, values[i] > 0.0, s.positive != 0u);
    word |= u32(chosen) << (i & 31u);
  }
  bits[s.first + w] = word & kept[s.first + w];
}
