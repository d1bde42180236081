// Batch norm, first pass, for GPUs: what partial.wgsl computes, with a workgroup for a part of a channel. Its lanes walk
// the plane side by side, each with several loads under way, and are added up in the workgroup, so that few parts are left.
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> origin: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> partial: array<vec2f>;
struct S { positions: u32, n4: u32, values: u32, first: u32, total: u32, begin: u32 }
@group(0) @binding(3) var<uniform> s: S;

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let c = group.y;
  let plane = s.positions * s.n4;
  let shift = origin[c * plane].x;
  var sum = vec4f(0);
  var squares = vec4f(0);
  let values = min(s.values, arrayLength(&x));
  for (var j = 0u; j < values; j++) {
    let at = (group.x * s.values + j) * 256u + lane;
    let n = at % s.n4;
    let valid = vec4u(s.first + 4u * n) + vec4u(0u, 1u, 2u, 3u) < vec4u(select(0u, step.count, at < plane));
    let v = select(vec4f(0), x[c * plane + select(0u, at, at < plane)] - shift, valid);
    sum += v;
    squares = fma(v, v, squares);
  }
  let all = group_sum(lane, vec2f(dot(sum, vec4f(1)), dot(squares, vec4f(1))));
  if (lane == 0u) { partial[c * s.total + s.begin + group.x] = all; }
}
