// y = a + b, and max(·, 0) behind it where a ReLU is fused. A NaN stays one.
@group(0) @binding(0) var<storage, read> a: array<vec4f>;
@group(0) @binding(1) var<storage, read> b: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;
struct S { count: u32, relu: u32 }
@group(0) @binding(3) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = flat_index(lane, group, groups);
  if (i >= s.count) { return; }
  let v = a[i] + b[i];
  y[i] = select(v, vec4f(0), vec4<bool>(s.relu != 0u) & (v <= vec4f(0)));
}
