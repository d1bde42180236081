// Batch norm, tangent of the backward pass, first pass: for each channel, parts of the sums that it needs, with x̂ = (x − mean)/σ:
// (Σ dy, Σ dy·x̂, Σ tx, Σ tx·x̂) and (Σ tdy, Σ tdy·x̂, Σ dy·tx, 0), where tx and tdy are the tangents of x and dy. Where a ReLU
// is fused behind, dy and tdy count only where y = a·x + b is positive. Columns beyond the batch do not count; x holds
// those from `first` on.
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> tx: array<vec4f>;
@group(0) @binding(2) var<storage, read> dy: array<vec4f>;
@group(0) @binding(3) var<storage, read> tdy: array<vec4f>;
@group(0) @binding(4) var<storage, read> coefficients: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> partial: array<vec4f>;  // two for each part
struct S { channels: u32, positions: u32, n4: u32, lanesY: u32, relu: u32, first: u32, total: u32, begin: u32 }
@group(0) @binding(6) var<uniform> s: S;

fn total(sums: vec4f, valid: vec4<bool>) -> f32 { return dot(select(vec4f(0), sums, valid), vec4f(1)); }

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
  var dySum = vec4f(0);
  var dyNormal = vec4f(0);
  var txSum = vec4f(0);
  var txNormal = vec4f(0);
  var tdySum = vec4f(0);
  var tdyNormal = vec4f(0);
  var dyTx = vec4f(0);
  let positions = min(s.positions, arrayLength(&x));
  let share = (s.positions + s.lanesY - 1u) / s.lanesY;
  let begin = (id % parts) / s.n4 * share;
  let end = min(begin + share, positions);
  for (var p = begin; p < end; p++) {
    let at = plane + p * s.n4 + n;
    let v = x[at];
    let t = tx[at];
    let open = vec4<bool>(s.relu == 0u) | (fma(v, vec4f(k.x), vec4f(k.y)) > vec4f(0));
    let g = select(vec4f(0), dy[at], open);
    let h = select(vec4f(0), tdy[at], open);
    let normal = (v - k.z) * k.w;
    dySum += g;
    dyNormal = fma(g, normal, dyNormal);
    txSum += t;
    txNormal = fma(t, normal, txNormal);
    tdySum += h;
    tdyNormal = fma(h, normal, tdyNormal);
    dyTx = fma(g, t, dyTx);
  }
  let part = 2u * (c * s.total + s.begin + id % parts);
  partial[part] = vec4f(total(dySum, valid), total(dyNormal, valid), total(txSum, valid), total(txNormal, valid));
  partial[part + 1u] = vec4f(total(tdySum, valid), total(tdyNormal, valid), total(dyTx, valid), 0.0);
}
