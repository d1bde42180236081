// effective = sign(w) · max(|w| − σ(s), 0), s being the layer's one threshold parameter.
@group(0) @binding(0) var<storage, read> values: array<f32>;
@group(0) @binding(1) var<storage, read> threshold: array<f32>;
@group(0) @binding(2) var<storage, read_write> effective: array<f32>;
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
  let w = values[i];
  effective[i] = sign(w) * max(abs(w) - logistic(threshold[0]).x, 0.0);
}
