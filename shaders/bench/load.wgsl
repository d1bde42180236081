// Peak of loads: neighbouring threads load neighbouring vec4 from a buffer that fits the nearest cache, four a round.
// The buffer's length is a power of two.
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> y: array<vec4f>;
struct S { rounds: u32 }
@group(0) @binding(2) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let thread = flat_index(lane, group, groups);
  let mask = arrayLength(&x) - 1u;
  var c0 = vec4f(0);
  var c1 = vec4f(0);
  var c2 = vec4f(0);
  var c3 = vec4f(0);
  let rounds = min(s.rounds, arrayLength(&y));
  for (var i = 0u; i < rounds; i++) {
    let at = thread + i * 4u;
    c0 += x[at & mask];
    c1 += x[(at + 1u) & mask];
    c2 += x[(at + 2u) & mask];
    c3 += x[(at + 3u) & mask];
  }
  y[thread] = (c0 + c1) + (c2 + c3);
}
