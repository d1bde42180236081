// Radix select, after a histogram: each segment's next digit is the one at which, counted from the largest, as many
// candidates are reached as it still wants. thresholds[2 · segment] holds the digits so far, the word behind it how many
// candidates that begin with them are wanted. The histogram is left empty for the next digit.
@group(0) @binding(0) var<storage, read> keep: array<u32>;
@group(0) @binding(1) var<storage, read_write> histogram: array<u32>;
@group(0) @binding(2) var<storage, read_write> thresholds: array<u32>;
struct S { segments: u32, shift: u32 }
@group(0) @binding(3) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let segment = flat_index(lane, group, groups);
  if (segment >= s.segments) { return; }
  let isFirst = s.shift == 24u;
  var wanted = select(thresholds[2u * segment + 1u], keep[segment], isFirst);
  var total = 0u;
  for (var d = 0u; d < 256u; d++) { total += histogram[256u * segment + d]; }
  wanted = min(wanted, total);
  var digit = 255u;
  var above = 0u; // candidates with a larger digit than the one that is found
  var reached = 0u;
  for (var k = 0u; k < 256u; k++) {
    let d = 255u - k;
    let count = histogram[256u * segment + d];
    histogram[256u * segment + d] = 0u;
    if (reached < wanted) {
      above = reached;
      digit = d;
    }
    reached += count;
  }
  thresholds[2u * segment] = select(thresholds[2u * segment], 0u, isFirst) | (digit << s.shift);
  thresholds[2u * segment + 1u] = wanted - above;
}
