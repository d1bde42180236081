// The score of each block of a layer: the sum of its kept weights' scores (their absolute values where asked for), in the
// order in which packed storage has them; and whether it keeps any. An invocation makes 32 blocks' bits, so that a word of
// them has one writer. Of dense storage the weights of a block are gathered; of packed storage they follow each other.
@group(0) @binding(0) var<storage, read> scores: array<f32>;
@group(0) @binding(1) var<storage, read> kept: array<u32>;
@group(0) @binding(2) var<storage, read_write> sums: array<f32>;
@group(0) @binding(3) var<storage, read_write> candidates: array<u32>;
struct S {
  units: u32, packed: u32, keptOffset: u32, scoresOffset: u32, sumsOffset: u32,
  outputs: u32, inputs: u32, taps: u32, columns: u32, outs: u32, ins: u32, absolute: u32,
}
@group(0) @binding(4) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let w = flat_index(lane, group, groups);
  if (32u * w >= s.units) { return; }
  let area = min(s.outs * s.ins, arrayLength(&scores));
  var word = 0u;
  for (var k = 0u; k < 32u; k++) {
    let unit = 32u * w + k;
    if (unit >= s.units) { break; }
    let tap = unit % s.taps;
    let column = (unit / s.taps) % s.columns;
    let row = unit / (s.taps * s.columns);
    var sum = 0.0;
    for (var j = 0u; j < area; j++) {
      let output = row * s.outs + j % s.outs;
      let input = column * s.ins + j / s.outs;
      let isInside = output < s.outputs && input < s.inputs;
      let dense = (output * s.inputs + input) * s.taps + tap;
      let slot = select(dense, unit * area + j, s.packed != 0u);
      if (!(isInside || s.packed != 0u)) { continue; }
      let bit = s.keptOffset + slot;
      if (!has_bit(kept[bit / 32u], bit)) { continue; }
      word |= 1u << k;
      let score = scores[s.scoresOffset + slot];
      sum += select(score, abs(score), s.absolute != 0u);
    }
    sums[s.sumsOffset + unit] = sum;
  }
  candidates[s.sumsOffset / 32u + w] = word;
}
