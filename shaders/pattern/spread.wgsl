// dense[weights[i]] = values[i], as words, for every slot that has a weight. No two slots have the same.
@group(0) @binding(0) var<storage, read> weights: array<u32>;
@group(0) @binding(1) var<storage, read> values: array<u32>;
@group(0) @binding(2) var<storage, read_write> dense: array<u32>;
struct S { slots: u32 }
@group(0) @binding(3) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = flat_index(lane, group, groups);
  if (i >= s.slots) { return; }
  if (weights[i] != 0xffffffffu) { dense[weights[i]] = values[i]; }
}
