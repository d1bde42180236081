// Writes a layer's selected weights to the list, each where the scan of the words before it says.
@group(0) @binding(0) var<storage, read> selected: array<u32>;
@group(0) @binding(1) var<storage, read> before: array<u32>;
@group(0) @binding(2) var<storage, read> weights: array<u32>;
@group(0) @binding(3) var<storage, read> values: array<f32>;
@group(0) @binding(4) var<storage, read_write> list: array<u32>;
struct S { slots: u32, first: u32, layer: u32, room: u32 }
@group(0) @binding(5) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let slot = flat_index(lane, group, groups);
  if (slot >= s.slots) { return; }
  let bit = s.first + slot;
  let word = selected[bit / 32u];
  if (!has_bit(word, bit)) { return; }
  let at = before[bit / 32u] + ones_before(word, bit);
  if (at >= s.room) { return; }
  list[4u * at] = s.layer;
  list[4u * at + 1u] = weights[slot];
  list[4u * at + 2u] = bitcast<u32>(values[bit]);
  list[4u * at + 3u] = 1u;
}
