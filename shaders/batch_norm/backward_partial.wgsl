// Batch norm, backward, first pass: for each channel, parts of Σ dy and Σ dy·x̂ with x̂ = (x − mean)/σ. Where a ReLU is
// fused behind, dy counts only where y = a·x + b is positive. Columns beyond the batch do not count; x holds those
// from `first` on.
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>;
@group(0) @binding(2) var<storage, read> coefficients: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> partial: array<vec2f>;
struct S { channels: u32, positions: u32, n4: u32, lanesY: u32, relu: u32, first: u32, total: u32, begin: u32 }
@group(0) @binding(4) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let id = flat_index(lane, group, groups);
  let parts = s.n4 * s.lanesY;
  let c = id / parts;
  if (c >= s.channels) { return; }
  let n = (id % parts) % s.n4;
  let plane = c * s.positions * s.n4;
  let k = coefficients[c];
  let valid = vec4u(s.first + 4u * n) + vec4u(0u, 1u, 2u, 3u) < vec4u(step.count);
  var sum = vec4f(0);
  var product = vec4f(0);
  let positions = min(s.positions, arrayLength(&x));
  let share = (s.positions + s.lanesY - 1u) / s.lanesY;
  let begin = (id % parts) / s.n4 * share;
  let end = min(begin + share, positions);
  for (var p = begin; p < end; p++) {
    let at = plane + p * s.n4 + n;
    let v = x[at];
    var g = dy[at];
    if (s.relu != 0u && at < arrayLength(&dy)) { g = select(vec4f(0), g, fma(v, vec4f(k.x), vec4f(k.y)) > vec4f(0)); }
    sum += g;
    product = fma(g, (v - k.z) * k.w, product);
  }
  partial[c * s.total + s.begin + id % parts] = vec2f(dot(select(vec4f(0), sum, valid), vec4f(1)), dot(select(vec4f(0), product, valid), vec4f(1)));
}
