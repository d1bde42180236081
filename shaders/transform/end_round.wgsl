// scores = min(temperature · scores, initial) where kept, at the end of a round of continuous sparsification; 0 elsewhere.
// The bit of score i is bit `first` + i.
@group(0) @binding(0) var<storage, read> settings: SoftMask;
@group(0) @binding(1) var<storage, read> kept: array<u32>;
@group(0) @binding(2) var<storage, read_write> scores: array<f32>;
struct S { count: u32, first: u32 }
@group(0) @binding(3) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = flat_index(lane, group, groups);
  if (i >= s.count) { return; }
  let bit = s.first + i;
  let next = min(settings.temperature * scores[i], settings.initial);
  scores[i] = select(0.0, next, ((kept[bit / 32u] >> (bit & 31u)) & 1u) != 0u);
}
