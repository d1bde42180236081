// For each weight index (or NO_WEIGHT) its slot in another storage of the layer. A weight that has no slot there, or one
// whose bit in `kept` is 0, is new: NEW | index.
@group(0) @binding(0) var<storage, read> weights: array<u32>;
@group(0) @binding(1) var<storage, read> rowStart: array<u32>;
@group(0) @binding(2) var<storage, read> entries: array<u32>;
@group(0) @binding(3) var<storage, read> kept: array<u32>;
@group(0) @binding(4) var<storage, read_write> sources: array<u32>;
struct S {
  slots: u32, packed: u32, keptOffset: u32,
  inputs: u32, taps: u32, kernelWidth: u32, outs: u32, ins: u32,
}
@group(0) @binding(5) var<uniform> s: S;

const NO_WEIGHT = 0xffffffffu;
const NEW = 0x80000000u;

// The slot of a weight, NO_WEIGHT where its block is not there: entries of a row ascend.
fn packed_slot(weight: u32) -> u32 {
  let tap = weight % s.taps;
  let input = (weight / s.taps) % s.inputs;
  let output = weight / s.taps / s.inputs;
  let place = ((input / s.ins) << 8u) | ((tap / s.kernelWidth) << 4u) | (tap % s.kernelWidth);
  let end = min(rowStart[output / s.outs + 1u], arrayLength(&entries));
  var low = rowStart[output / s.outs];
  var high = end;
  while (low < high) {
    let middle = (low + high) / 2u;
    if (entries[middle] < place) { low = middle + 1u; } else { high = middle; }
  }
  if (low >= end || entries[min(low, arrayLength(&entries) - 1u)] != place) { return NO_WEIGHT; }
  return (low * s.ins + input % s.ins) * s.outs + output % s.outs;
}

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = flat_index(lane, group, groups);
  if (i >= s.slots) { return; }
  let weight = weights[i];
  var source = weight;
  if (weight != NO_WEIGHT) {
    if (s.packed != 0u && i < arrayLength(&sources)) { source = packed_slot(weight); }
    if (source == NO_WEIGHT) {
      source = NEW | weight;
    } else {
      let bit = s.keptOffset + source;
      if (!has_bit(kept[bit / 32u], bit)) { source = NEW | weight; }
    }
  }
  sources[i] = source;
}
