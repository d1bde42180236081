// From selected blocks to the kept bits of stored values: a value is kept where it was and its block is selected. One
// invocation a word of values.
@group(0) @binding(0) var<storage, read> units: array<u32>;
@group(0) @binding(1) var<storage, read> kept: array<u32>;
@group(0) @binding(2) var<storage, read_write> selected: array<u32>;
struct S {
  size: u32, packed: u32, keptOffset: u32, unitsOffset: u32,
  inputs: u32, taps: u32, columns: u32, outs: u32, ins: u32,
}
@group(0) @binding(3) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let w = flat_index(lane, group, groups);
  if (32u * w >= s.size) { return; }
  let had = valid_bits(kept[s.keptOffset / 32u + w], w, s.size);
  var word = 0u;
  for (var k = 0u; k < 32u && had != 0u; k++) {
    let i = 32u * w + k;
    let row = i / (s.taps * s.inputs) / s.outs;
    let column = (i / s.taps) % s.inputs / s.ins;
    let dense = (row * s.columns + column) * s.taps + i % s.taps;
    let unit = s.unitsOffset + select(dense, i / (s.outs * s.ins), s.packed != 0u);
    word |= u32(has_bit(units[unit / 32u], unit)) << k;
  }
  selected[s.keptOffset / 32u + w] = had & word;
}
