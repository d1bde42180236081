// scores = min(temperature · scores, initial), at the end of a round of continuous sparsification.
@group(0) @binding(0) var<storage, read> settings: SoftMask;
@group(0) @binding(1) var<storage, read_write> scores: array<f32>;
struct S { count: u32 }
@group(0) @binding(2) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = flat_index(lane, group, groups);
  if (i < s.count) { scores[i] = min(settings.temperature * scores[i], settings.initial); }
}
