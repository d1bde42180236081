// Kept blocks of each block column in each 32 block rows: counts[column · segments + segment].
@group(0) @binding(0) var<storage, read> bits: array<u32>;
@group(0) @binding(1) var<storage, read_write> counts: array<u32>;
struct S { rows: u32, columns: u32, taps: u32, segments: u32 }
@group(0) @binding(2) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let id = flat_index(lane, group, groups);
  if (id >= s.columns * s.segments) { return; }
  let column = id % s.columns;
  let segment = id / s.columns;
  let end = min(32u * segment + 32u, min(s.rows, 32u * arrayLength(&bits)));
  var count = 0u;
  for (var row = 32u * segment; row < end; row++) {
    let first = (row * s.columns + column) * s.taps;
    let last = first + s.taps - 1u;
    for (var w = first / 32u; w <= min(last / 32u, arrayLength(&bits)); w++) {
      count += countOneBits(valid_bits(bits[w], w, last + 1u)) - select(0u, ones_before(bits[w], first), w == first / 32u);
    }
  }
  counts[column * s.segments + segment] = count;
}
