// From the mask of a layer [outputs, inputs, taps] the set of blocks [rows, columns, taps] that keep one of their weights:
// an invocation makes a word of it.
@group(0) @binding(0) var<storage, read> bits: array<u32>;
@group(0) @binding(1) var<storage, read_write> blocks: array<u32>;
struct S { size: u32, outputs: u32, inputs: u32, columns: u32, taps: u32, outs: u32, ins: u32 }
@group(0) @binding(2) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let w = flat_index(lane, group, groups);
  let end = min(32u * w + 32u, s.size);
  if (32u * w >= end) { return; }
  var word = 0u;
  for (var i = 32u * w; i < end; i++) {
    let tap = i % s.taps;
    let column = (i / s.taps) % s.columns;
    let row = i / s.taps / s.columns;
    let lastOutput = min(row * s.outs + s.outs, min(s.outputs, 32u * arrayLength(&bits)));
    let lastInput = min(column * s.ins + s.ins, s.inputs);
    var kept = false;
    for (var output = row * s.outs; output < lastOutput; output++) {
      for (var input = column * s.ins; input < lastInput; input++) {
        let weight = (output * s.inputs + input) * s.taps + tap;
        kept |= has_bit(bits[weight / 32u], weight);
      }
    }
    word |= select(0u, 1u, kept) << (i & 31u);
  }
  blocks[w] = word;
}
