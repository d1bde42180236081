// For each slot of a layer the row-major index of its weight: of packed storage through the pattern, of dense storage the
// slot itself. NO_WEIGHT where there is none or the mask drops it; the mask has a bit for each weight, or for each slot.
@group(0) @binding(0) var<storage, read> rowStart: array<u32>;
@group(0) @binding(1) var<storage, read> entries: array<u32>;
@group(0) @binding(2) var<storage, read> mask: array<u32>;
@group(0) @binding(3) var<storage, read_write> weights: array<u32>;
struct S {
  slots: u32, packed: u32, bySlot: u32, maskOffset: u32,
  outputs: u32, inputs: u32, taps: u32, kernelWidth: u32, rows: u32, outs: u32, ins: u32,
}
@group(0) @binding(4) var<uniform> s: S;

const NO_WEIGHT = 0xffffffffu;

fn packed_weight(slot: u32) -> u32 {
  let block = slot / (s.outs * s.ins);
  if (block >= rowStart[s.rows]) { return NO_WEIGHT; }
  var low = 0u; // the last row that begins at the block or before it
  var high = min(s.rows, arrayLength(&rowStart) - 1u);
  while (high - low > 1u) {
    let middle = (low + high) / 2u;
    if (rowStart[middle] <= block) { low = middle; } else { high = middle; }
  }
  let entry = entries[block];
  let output = low * s.outs + slot % s.outs;
  let input = (entry >> 8u) * s.ins + (slot / s.outs) % s.ins;
  if (output >= s.outputs || input >= s.inputs) { return NO_WEIGHT; }
  return (output * s.inputs + input) * s.taps + ((entry >> 4u) & 15u) * s.kernelWidth + (entry & 15u);
}

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let slot = flat_index(lane, group, groups);
  if (slot >= s.slots) { return; }
  var weight = slot;
  if (s.packed != 0u && slot < arrayLength(&weights)) { weight = packed_weight(slot); }
  if (weight != NO_WEIGHT) {
    let bit = s.maskOffset + select(weight, slot, s.bySlot != 0u);
    if (!has_bit(mask[bit / 32u], bit)) { weight = NO_WEIGHT; }
  }
  weights[slot] = weight;
}
