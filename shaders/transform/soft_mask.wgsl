// effective = w · scale · σ(temperature · score), or w · scale where the mask is hard.
@group(0) @binding(0) var<storage, read> values: array<f32>;
@group(0) @binding(1) var<storage, read> scores: array<f32>;
@group(0) @binding(2) var<storage, read> settings: SoftMask;
@group(0) @binding(3) var<storage, read_write> effective: array<f32>;
struct S { count: u32 }
@group(0) @binding(4) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = flat_index(lane, group, groups);
  if (i >= s.count) { return; }
  let mask = select(logistic(settings.temperature * scores[i]).x, 1.0, settings.hard != 0.0);
  effective[i] = values[i] * settings.scale * mask;
}
