// Sum of a pair over the 256 lanes of a workgroup, always in the same order. Every lane must call it.
var<workgroup> group_sums: array<vec2f, 256>;

fn group_sum(lane: u32, value: vec2f) -> vec2f {
  group_sums[lane] = value;
  workgroupBarrier();
  for (var half = 128u; half > 0u; half >>= 1u) {
    if (lane < half) { group_sums[lane] += group_sums[lane + half]; }
    workgroupBarrier();
  }
  return group_sums[0];
}
