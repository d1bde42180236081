// Peak of multiply-adds: eight independent chains of vec4 a thread, four steps of each to a round of the loop, and
// nothing read or written inside. Values stay near 0.5: denormals would be slower on some processors.
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
  // from memory, so that no compiler can tell the factor and leave the loop out
  let a = x[0] + vec4f(0.5);
  let b = x[1] + vec4f(0.25);
  var c0 = vec4f(0.0);
  var c1 = vec4f(0.1);
  var c2 = vec4f(0.2);
  var c3 = vec4f(0.3);
  var c4 = vec4f(0.4);
  var c5 = vec4f(0.5);
  var c6 = vec4f(0.6);
  var c7 = vec4f(0.7);
  let rounds = min(s.rounds, arrayLength(&y));
  for (var i = 0u; i < rounds; i++) {
    c0 = fma(c0, a, b); c1 = fma(c1, a, b); c2 = fma(c2, a, b); c3 = fma(c3, a, b);
    c4 = fma(c4, a, b); c5 = fma(c5, a, b); c6 = fma(c6, a, b); c7 = fma(c7, a, b);
    c0 = fma(c0, a, b); c1 = fma(c1, a, b); c2 = fma(c2, a, b); c3 = fma(c3, a, b);
    c4 = fma(c4, a, b); c5 = fma(c5, a, b); c6 = fma(c6, a, b); c7 = fma(c7, a, b);
    c0 = fma(c0, a, b); c1 = fma(c1, a, b); c2 = fma(c2, a, b); c3 = fma(c3, a, b);
    c4 = fma(c4, a, b); c5 = fma(c5, a, b); c6 = fma(c6, a, b); c7 = fma(c7, a, b);
    c0 = fma(c0, a, b); c1 = fma(c1, a, b); c2 = fma(c2, a, b); c3 = fma(c3, a, b);
    c4 = fma(c4, a, b); c5 = fma(c5, a, b); c6 = fma(c6, a, b); c7 = fma(c7, a, b);
  }
  y[thread] = ((c0 + c1) + (c2 + c3)) + ((c4 + c5) + (c6 + c7));
}
