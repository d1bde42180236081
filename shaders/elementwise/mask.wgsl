// y (+)= x where the mask's bit is set, else 0.
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> mask: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
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
  var v = select(0.0, x[i], ((mask[i / 32u] >> (i % 32u)) & 1u) != 0u);
  if (s.accumulate != 0u && i < arrayLength(&y)) { v += y[i]; }
  y[i] = v;
}
