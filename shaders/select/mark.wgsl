// The bits of what is selected: candidates beyond the segment's threshold, and of those exactly at it the first few. For
// them `ties` says how many come before each 32 scores, counted from the first range on.
@group(0) @binding(0) var<storage, read> scores: array<vec4u>;
@group(0) @binding(1) var<storage, read> candidates: array<u32>;
@group(0) @binding(2) var<storage, read> thresholds: array<u32>;
@group(0) @binding(3) var<storage, read> ties: array<u32>;
@group(0) @binding(4) var<storage, read_write> selected: array<u32>;
struct S {
  first: u32, firstWord: u32, size: u32, segment: u32, base: u32, segmentBase: u32, absolute: u32, flip: u32,
}
@group(0) @binding(5) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let w = flat_index(lane, group, groups);
  if (32u * w >= s.size) { return; }
  let threshold = vec4u(thresholds[2u * s.segment]);
  let wanted = thresholds[2u * s.segment + 1u];
  let word = valid_bits(candidates[s.firstWord + w], w, s.size);
  var rank = ties[s.base + w] - ties[s.segmentBase];
  var kept = 0u;
  for (var q = 0u; q < 8u && (word >> (4u * q)) != 0u; q++) {
    let bits = (word >> (4u * q)) & 15u;
    if (bits == 0u) { continue; }
    let keys = select_keys(scores[s.first + 8u * w + q], s.absolute, s.flip);
    for (var c = 0u; c < 4u; c++) {
      if (((bits >> c) & 1u) == 0u) { continue; }
      let isTie = keys[c] == threshold[c];
      let isKept = keys[c] > threshold[c] || (isTie && rank < wanted);
      rank += u32(isTie);
      kept |= u32(isKept) << (4u * q + c);
    }
  }
  selected[s.firstWord + w] = kept;
}
