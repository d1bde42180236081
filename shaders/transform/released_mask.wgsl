// effective = w · m: for the first `channels` values m is 1 or 0 as chosen, and |score| where that is untouched (2) and for
// all other values.
@group(0) @binding(0) var<storage, read> values: array<f32>;
@group(0) @binding(1) var<storage, read> scores: array<f32>;
@group(0) @binding(2) var<storage, read> choice: array<u32>;
@group(0) @binding(3) var<storage, read_write> effective: array<f32>;
struct S { count: u32, channels: u32 }
@group(0) @binding(4) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = flat_index(lane, group, groups);
  if (i >= s.count) { return; }
  let chosen = select(2u, choice[min(i, arrayLength(&choice) - 1u)], i < s.channels);
  effective[i] = values[i] * select(f32(chosen), abs(scores[i]), chosen == 2u);
}
