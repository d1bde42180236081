// y = value.
@group(0) @binding(0) var<storage, read_write> y: array<f32>;
struct S { count: u32, value: f32 }
@group(0) @binding(1) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = flat_index(lane, group, groups);
  if (i >= s.count) { return; }
  y[i] = s.value;
}
