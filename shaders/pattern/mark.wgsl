// Sets the bit of every weight that a slot has. Which comes first does not matter.
@group(0) @binding(0) var<storage, read> weights: array<u32>;
@group(0) @binding(1) var<storage, read_write> bits: array<atomic<u32>>;
struct S { slots: u32 }
@group(0) @binding(2) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = flat_index(lane, group, groups);
  if (i >= s.slots) { return; }
  let weight = weights[i];
  if (weight != 0xffffffffu) { atomicOr(&bits[weight / 32u], 1u << (weight & 31u)); }
}
