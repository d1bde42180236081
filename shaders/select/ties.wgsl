// For each 32 scores of a range how many candidates have exactly the segment's threshold.
@group(0) @binding(0) var<storage, read> scores: array<vec4u>;
@group(0) @binding(1) var<storage, read> candidates: array<u32>;
@group(0) @binding(2) var<storage, read> thresholds: array<u32>;
@group(0) @binding(3) var<storage, read_write> counts: array<u32>;
struct S { first: u32, firstWord: u32, size: u32, segment: u32, base: u32, absolute: u32, flip: u32 }
@group(0) @binding(4) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let w = flat_index(lane, group, groups);
  if (32u * w >= s.size) { return; }
  let threshold = vec4u(thresholds[2u * s.segment]);
  var word = valid_bits(candidates[s.firstWord + w], w, s.size);
  var count = 0u;
  for (var q = 0u; q < 8u && word != 0u; q++) {
    let bits = word & 15u;
    word = word >> 4u;
    if (bits == 0u) { continue; }
    let equal = select_keys(scores[s.first + 8u * w + q], s.absolute, s.flip) == threshold;
    let places = select(vec4u(0u), vec4u(1u, 2u, 4u, 8u), equal);
    count += countOneBits(bits & (places.x | places.y | places.z | places.w));
  }
  counts[s.base + w] = count;
}
