// y = x · 2^k with the k that brings the highest number into [1, 2). The powers of two so far add up in `exponents`: the one
// behind join j is exponents[j + 1].
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> highest: array<u32>;
@group(0) @binding(2) var<storage, read_write> exponents: array<i32>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;
struct S { count: u32, join: u32 }
@group(0) @binding(4) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = flat_index(lane, group, groups);
  if (i >= s.count) { return; }
  let k = balancing_exponent(highest[0]);
  y[i] = x[i] * power_of_two(k);
  if (i == 0u) { exponents[s.join + 1u] = exponents[s.join] + k; }
}
