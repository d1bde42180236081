// Ones of each word of the selection.
@group(0) @binding(0) var<storage, read> selected: array<u32>;
@group(0) @binding(1) var<storage, read_write> counts: array<u32>;
struct S { words: u32 }
@group(0) @binding(2) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = flat_index(lane, group, groups);
  if (i < s.words) { counts[i] = countOneBits(selected[i]); }
}
