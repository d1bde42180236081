// 1 for each of a layer's stored values that has survived, 0 for the others, in the store's layout.
@group(0) @binding(0) var<storage, read> weights: array<u32>;
@group(0) @binding(1) var<storage, read_write> survived: array<f32>;
struct S { slots: u32, first: u32 }
@group(0) @binding(2) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let slot = flat_index(lane, group, groups);
  if (slot < s.slots) { survived[s.first + slot] = select(1.0, 0.0, weights[slot] == 0xffffffffu); }
}
