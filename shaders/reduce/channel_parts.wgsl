// For each channel, parts of the sum over positions and batch (a bias gradient). Columns beyond the batch are zero.
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> parts: array<f32>;
struct S { channels: u32, plane: u32, count: u32 }
@group(0) @binding(2) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let id = flat_index(lane, group, groups);
  let c = id % s.channels;
  let part = id / s.channels;
  if (part >= s.count) { return; }
  var sum = vec4f(0);
  let plane = min(s.plane, arrayLength(&x));
  for (var k = part; k < plane; k += s.count) { sum += x[c * s.plane + k]; }
  parts[part * s.channels + c] = dot(sum, vec4f(1));
}
