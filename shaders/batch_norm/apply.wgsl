// y = a·x + b with the channel's coefficients, and max(·, 0) behind it where a ReLU is fused. A NaN stays one.
// A lane takes several values of one channel, so that the coefficients are loaded once for them.
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> coefficients: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;
struct S { channels: u32, plane: u32, lanes: u32, values: u32, relu: u32 }
@group(0) @binding(3) var<uniform> s: S;

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
  let relu = vec4<bool>(s.relu != 0u);
  let plane = min(s.plane, arrayLength(&x));
  // eight lanes walk along memory together: programs on the CPU run so many at once, and fetch ahead of them
  let first = id % s.lanes / 8u * 8u * s.values + id % 8u;
  let end = min(first + 8u * s.values, plane);
  for (var p = first; p < end; p += 8u) {
    let i = c * s.plane + p;
    let v = fma(x[i], vec4f(k.x), vec4f(k.y));
    y[i] = select(v, vec4f(0), relu & (v <= vec4f(0)));
  }
}
