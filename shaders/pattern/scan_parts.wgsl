// Exclusive scan, first pass: parts[p] = sum of the p-th 64 values.
@group(0) @binding(0) var<storage, read> values: array<u32>;
@group(0) @binding(1) var<storage, read_write> parts: array<u32>;
struct S { count: u32, parts: u32 }
@group(0) @binding(2) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let p = flat_index(lane, group, groups);
  if (p >= s.parts) { return; }
  let end = min(64u * p + 64u, min(s.count, arrayLength(&values)));
  var sum = 0u;
  for (var i = 64u * p; i < end; i++) { sum += values[i]; }
  parts[p] = sum;
}
