// counts[w] = ones in word w of a set of `size` elements.
@group(0) @binding(0) var<storage, read> bits: array<u32>;
@group(0) @binding(1) var<storage, read_write> counts: array<u32>;
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
  counts[w] = countOneBits(valid_bits(bits[w], w, s.size));
}
