// Radix select, one digit: histogram[segment][d] += candidates of a range whose key begins as the segment's threshold is
// known to begin (the digits before) and goes on with digit d. A workgroup counts 256 words of candidates, 8,192 scores,
// in its own memory first. Whole numbers are added, so the order does not show.
@group(0) @binding(0) var<storage, read> scores: array<vec4u>;
@group(0) @binding(1) var<storage, read> candidates: array<u32>;
@group(0) @binding(2) var<storage, read> thresholds: array<u32>;
@group(0) @binding(3) var<storage, read_write> histogram: array<atomic<u32>>;
struct S { first: u32, firstWord: u32, size: u32, segment: u32, shift: u32, absolute: u32, flip: u32 }
@group(0) @binding(4) var<uniform> s: S;

var<workgroup> counts: array<atomic<u32>, 256>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  for (var k = 0u; k < 4u; k++) { atomicStore(&counts[64u * k + lane], 0u); }
  workgroupBarrier();
  // of the first digit nothing is known: the shift by 32 has to be done in two
  let known = (0xffffffffu << s.shift) << 8u;
  let prefix = thresholds[2u * s.segment] & known;
  for (var k = 0u; k < 4u; k++) {
    let w = 256u * group.x + 64u * k + lane;
    var word = 0u;
    if (32u * w < s.size) { word = valid_bits(candidates[s.firstWord + w], w, s.size); }
    for (var q = 0u; q < 8u && word != 0u; q++) {
      let bits = word & 15u;
      word = word >> 4u;
      if (bits == 0u) { continue; }
      let keys = select_keys(scores[s.first + 8u * w + q], s.absolute, s.flip);
      for (var c = 0u; c < 4u; c++) {
        if (((bits >> c) & 1u) != 0u && (keys[c] & known) == prefix) {
          atomicAdd(&counts[(keys[c] >> s.shift) & 255u], 1u);
        }
      }
    }
  }
  workgroupBarrier();
  for (var k = 0u; k < 4u; k++) {
    let count = atomicLoad(&counts[64u * k + lane]);
    if (count != 0u) { atomicAdd(&histogram[256u * s.segment + 64u * k + lane], count); }
  }
}
