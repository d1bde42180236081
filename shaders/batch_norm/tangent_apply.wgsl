// Batch norm, tangent of the backward pass, third pass. With dx = a·(dy − m1 − x̂·m2), m1 = mean(dy) and m2 = mean(dy·x̂), the
// tangents of a and x̂ are −a·mean(tx·x̂)/σ and (tx − mean(tx) − x̂·mean(tx·x̂))/σ, and
// tdx (+)= ta·(dy − m1 − x̂·m2) + a·(tdy − tm1 − tx̂·m2 − x̂·tm2); zero beyond the batch, of which x holds the columns from
// `first` on. A lane takes several values of one channel, so that the channel's numbers are loaded once for them.
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> tx: array<vec4f>;
@group(0) @binding(2) var<storage, read> dy: array<vec4f>;
@group(0) @binding(3) var<storage, read> tdy: array<vec4f>;
@group(0) @binding(4) var<storage, read> coefficients: array<vec4f>;
@group(0) @binding(5) var<storage, read> means: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> tdx: array<vec4f>;
struct S { channels: u32, plane: u32, lanes: u32, values: u32, n4: u32, relu: u32, accumulate: u32, first: u32 }
@group(0) @binding(7) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let id = flat_index(lane, group, groups);
  let c = id / s.lanes;
  if (c >= s.channels) { return; }
  let k = coefficients[c];
  let m = means[2u * c];
  let tm = means[2u * c + 1u];
  let ta = -k.x * k.w * m.w;
  let plane = min(s.plane, arrayLength(&x));
  let first = id % s.lanes / 8u * 8u * s.values + id % 8u;
  let end = min(first + 8u * s.values, plane);
  var n = first % s.n4;
  let onward = 8u % s.n4;
  for (var p = first; p < end; p += 8u) {
    let i = c * s.plane + p;
    let v = x[i];
    let open = vec4<bool>(s.relu == 0u) | (fma(v, vec4f(k.x), vec4f(k.y)) > vec4f(0));
    let g = select(vec4f(0), dy[i], open);
    let h = select(vec4f(0), tdy[i], open);
    let normal = (v - k.z) * k.w;
    let tnormal = k.w * (tx[i] - m.z - normal * m.w);
    let valid = vec4u(s.first + 4u * n) + vec4u(0u, 1u, 2u, 3u) < vec4u(step.count);
    var d = ta * (g - m.x - normal * m.y) + k.x * (h - tm.x - tnormal * m.y - normal * tm.y);
    d = select(vec4f(0), d, valid);
    if (s.accumulate != 0u && i < arrayLength(&tdx)) { d += tdx[i]; }
    tdx[i] = d;
    n += onward;
    n = select(n, n - s.n4, n >= s.n4);
  }
}
