// Batch norm, tangent of the backward pass, second pass: one invocation a channel adds the parts in order. The means of dy,
// dy·x̂, tx and tx·x̂ go to the third pass, and after them the tangents of the first two.
@group(0) @binding(0) var<storage, read> partial: array<vec4f>;
@group(0) @binding(1) var<storage, read> coefficients: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> means: array<vec4f>;  // two for each channel
struct S { channels: u32, positions: u32, parts: u32 }
@group(0) @binding(3) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let c = flat_index(lane, group, groups);
  if (c >= s.channels) { return; }
  var first = vec4f(0);
  var second = vec4f(0);
  let parts = min(s.parts, arrayLength(&partial));
  for (var k = 0u; k < parts; k++) {
    first += partial[2u * (c * s.parts + k)];
    second += partial[2u * (c * s.parts + k) + 1u];
  }
  first /= f32(s.positions * step.count);
  second /= f32(s.positions * step.count);
  means[2u * c] = first;
  // the tangent of x̂ is (tx − mean(tx) − x̂·mean(tx·x̂))/σ, so this is mean(tdy·x̂) + mean(dy·tangent of x̂)
  let slope = second.y + coefficients[c].w * (second.z - first.z * first.x - first.w * first.y);
  means[2u * c + 1u] = vec4f(second.x, slope, 0.0, 0.0);
}
