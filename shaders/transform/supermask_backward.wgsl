// Straight through the choice: scoreGradient (+)= w · effectiveGradient · sign(score).
@group(0) @binding(0) var<storage, read> values: array<f32>;
@group(0) @binding(1) var<storage, read> scores: array<f32>;
@group(0) @binding(2) var<storage, read> effectiveGradient: array<f32>;
@group(0) @binding(3) var<storage, read_write> scoreGradient: array<f32>;
struct S { count: u32, accumulate: u32 }
@group(0) @binding(4) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = flat_index(lane, group, groups);
  if (i >= s.count) { return; }
  let ds = values[i] * effectiveGradient[i] * sign(scores[i]);
  scoreGradient[i] = ds + select(0.0, scoreGradient[i], s.accumulate != 0u);
}
