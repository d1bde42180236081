// sums (+)= x · (images of this batch / images in all): the gradient of the mean loss from those of its batches. The first
// batch, slot 0, starts the sums anew.
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> sums: array<vec4f>;
struct S { count: u32, images: f32 }
@group(0) @binding(2) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = flat_index(lane, group, groups);
  if (i >= s.count) { return; }
  sums[i] = fma(x[i], vec4f(f32(step.count) / s.images), select(sums[i], vec4f(0), step.slot == 0u));
}
