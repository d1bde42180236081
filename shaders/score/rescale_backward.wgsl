// dx = dy · 2^k with the k of rescale.wgsl.
@group(0) @binding(0) var<storage, read> dy: array<vec4f>;
@group(0) @binding(1) var<storage, read> highest: array<u32>;
@group(0) @binding(2) var<storage, read_write> dx: array<vec4f>;
struct S { count: u32 }
@group(0) @binding(3) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = flat_index(lane, group, groups);
  if (i >= s.count) { return; }
  dx[i] = dy[i] * power_of_two(balancing_exponent(highest[0]));
}
