// Counts of a mask against the one before it, its source and all it has ever kept; then it is the one before. Sums of
// whole numbers by atomics: no order shows. An invocation takes 16 words, a grid apart.
@group(0) @binding(0) var<storage, read> now: array<u32>;
@group(0) @binding(1) var<storage, read_write> previous: array<u32>;
@group(0) @binding(2) var<storage, read> source: array<u32>;
@group(0) @binding(3) var<storage, read_write> explored: array<u32>;
@group(0) @binding(4) var<storage, read_write> counts: array<atomic<u32>>;
struct S { count: u32, size: u32, stride: u32, slot: u32 }
@group(0) @binding(5) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let first = flat_index(lane, group, groups);
  if (first >= s.stride) { return; }
  var sums = vec4u();
  for (var k = 0u; k < 16u; k++) {
    let w = first + k * s.stride;
    if (w >= min(s.count, arrayLength(&now))) { break; }
    let bits = valid_bits(now[w], w, s.size);
    let ever = explored[w] | bits;
    sums += vec4u(
      countOneBits(bits),
      countOneBits(bits & previous[w]),
      countOneBits(bits & source[w]),
      countOneBits(ever),
    );
    previous[w] = bits;
    explored[w] = ever;
  }
  for (var k = 0u; k < 4u; k++) { atomicAdd(&counts[s.slot + k], sums[k]); }
}
