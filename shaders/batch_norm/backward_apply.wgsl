// Batch norm, backward, third pass: dx (+)= a·(dy − mean(dy) − x̂·mean(dy·x̂)); zero beyond the batch, of
// which x holds the columns from `first` on.
// A lane takes several values of one channel, so that the channel's numbers are loaded once for them.
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>;
@group(0) @binding(2) var<storage, read> coefficients: array<vec4f>;
@group(0) @binding(3) var<storage, read> means: array<vec2f>;
@group(0) @binding(4) var<storage, read_write> dx: array<vec4f>;
struct S { channels: u32, plane: u32, lanes: u32, values: u32, n4: u32, relu: u32, accumulate: u32, first: u32 }
@group(0) @binding(5) var<uniform> s: S;

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
  let mean = means[c];
  let slope = k.w * mean.y;
  let plane = min(s.plane, arrayLength(&x));
  // eight lanes walk along memory together: programs on the CPU run so many at once, and fetch ahead of them
  let first = id % s.lanes / 8u * 8u * s.values + id % 8u;
  let end = min(first + 8u * s.values, plane);
  // the column of the batch, counted along: a remainder at each value costs as much as its arithmetic
  var n = first % s.n4;
  let onward = 8u % s.n4;
  for (var p = first; p < end; p += 8u) {
    let i = c * s.plane + p;
    let v = x[i];
    var g = dy[i];
    if (s.relu != 0u && i < arrayLength(&dy)) { g = select(vec4f(0), g, fma(v, vec4f(k.x), vec4f(k.y)) > vec4f(0)); }
    let valid = vec4u(s.first + 4u * n) + vec4u(0u, 1u, 2u, 3u) < vec4u(step.count);
    var d = select(vec4f(0), k.x * (g - mean.x - (v - k.z) * slope), valid);
    if (s.accumulate != 0u && i < arrayLength(&dx)) { d += dx[i]; }
    dx[i] = d;
    n += onward;
    n = select(n, n - s.n4, n >= s.n4);
  }
}
