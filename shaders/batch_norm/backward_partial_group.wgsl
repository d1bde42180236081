// Batch norm, backward, first pass, for GPUs: what backward_partial.wgsl computes, with a workgroup for a part of a
// channel, as in partial_group.wgsl.
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>;
@group(0) @binding(2) var<storage, read> coefficients: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> partial: array<vec2f>;
struct S { positions: u32, n4: u32, values: u32, relu: u32, first: u32, total: u32, begin: u32 }
@group(0) @binding(4) var<uniform> s: S;

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let c = group.y;
  let plane = s.positions * s.n4;
  let k = coefficients[c];
  var sum = vec4f(0);
  var product = vec4f(0);
  let values = min(s.values, arrayLength(&x));
  for (var j = 0u; j < values; j++) {
    let at = (group.x * s.values + j) * 256u + lane;
    let n = at % s.n4;
    let valid = vec4u(s.first + 4u * n) + vec4u(0u, 1u, 2u, 3u) < vec4u(select(0u, step.count, at < plane));
    let place = c * plane + select(0u, at, at < plane);
    let v = x[place];
    let passes = (fma(v, vec4f(k.x), vec4f(k.y)) > vec4f(0)) | vec4<bool>(s.relu == 0u);
    let g = select(vec4f(0), dy[place], valid & passes);
    sum += g;
    product = fma(g, select(vec4f(0), (v - k.z) * k.w, valid), product);
  }
  let all = group_sum(lane, vec2f(dot(sum, vec4f(1)), dot(product, vec4f(1))));
  if (lane == 0u) { partial[c * s.total + s.begin + group.x] = all; }
}
