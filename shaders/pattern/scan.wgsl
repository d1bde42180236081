// Exclusive scan in place, by one workgroup: each invocation sums a run of values, the sums are scanned in shared memory,
// and each invocation goes over its run once more. The sum of all goes to totals[slot].
@group(0) @binding(0) var<storage, read_write> values: array<u32>;
@group(0) @binding(1) var<storage, read_write> totals: array<u32>;
struct S { count: u32, slot: u32 }
@group(0) @binding(2) var<uniform> s: S;
var<workgroup> sums: array<u32, 256>;

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) lane: u32) {
  let count = min(s.count, arrayLength(&values));
  let run = (count + 255u) / 256u;
  let first = min(lane * run, count);
  let end = min(first + run, count);
  var own = 0u;
  for (var i = first; i < end; i++) { own += values[i]; }
  sums[lane] = own;
  workgroupBarrier();
  for (var reach = 1u; reach < 256u; reach *= 2u) {
    let before = select(0u, sums[max(lane, reach) - reach], lane >= reach);
    workgroupBarrier();
    sums[lane] += before;
    workgroupBarrier();
  }
  var at = sums[lane] - own;
  for (var i = first; i < end; i++) {
    let value = values[i];
    values[i] = at;
    at += value;
  }
  if (lane == 255u) { totals[s.slot] = sums[255]; }
}
