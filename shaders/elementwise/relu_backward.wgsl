// dx (+)= dy where the result y was positive.
@group(0) @binding(0) var<storage, read> y: array<vec4f>;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> dx: array<vec4f>;
struct S { count: u32, accumulate: u32 }
@group(0) @binding(3) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = flat_index(lane, group, groups);
  if (i >= s.count) { return; }
  var d = select(vec4f(0), dy[i], y[i] > vec4f(0));
  if (s.accumulate != 0u && i < arrayLength(&dx)) { d += dx[i]; }
  dx[i] = d;
}
