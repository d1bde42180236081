// Gradients through the soft threshold: gradient (+)= effectiveGradient above the threshold, 0 elsewhere, and parts of the
// threshold's, −σ'(s) Σ sign(w) · effectiveGradient. An invocation takes every `lanes`-th value, so that neighbours read
// neighbours; its part is the sum over them in order.
@group(0) @binding(0) var<storage, read> values: array<f32>;
@group(0) @binding(1) var<storage, read> threshold: array<f32>;
@group(0) @binding(2) var<storage, read> effectiveGradient: array<f32>;
@group(0) @binding(3) var<storage, read_write> gradient: array<f32>;
@group(0) @binding(4) var<storage, read_write> parts: array<f32>;
struct S { count: u32, lanes: u32, accumulate: u32 }
@group(0) @binding(5) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let first = flat_index(lane, group, groups);
  if (first >= s.lanes) { return; }
  let sigma = logistic(threshold[0]);
  let end = min(s.count, arrayLength(&values));
  var sum = 0.0;
  for (var i = first; i < end; i += s.lanes) {
    let w = values[i];
    let g = select(0.0, effectiveGradient[i], abs(w) > sigma.x);
    sum += sign(w) * g;
    gradient[i] = g + select(0.0, gradient[i], s.accumulate != 0u);
  }
  parts[first] = -sigma.y * sum;
}
