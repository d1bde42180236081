// Batch norm in evaluation: the channel's coefficients (a, b, mean, 1/σ) from the running statistics.
@group(0) @binding(0) var<storage, read> scale: array<f32>;
@group(0) @binding(1) var<storage, read> shift: array<f32>;
@group(0) @binding(2) var<storage, read> runningMean: array<f32>;
@group(0) @binding(3) var<storage, read> runningVariance: array<f32>;
@group(0) @binding(4) var<storage, read_write> coefficients: array<vec4f>;
struct S { channels: u32, epsilon: f32 }
@group(0) @binding(5) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let c = flat_index(lane, group, groups);
  if (c >= s.channels) { return; }
  let deviation = inverseSqrt(runningVariance[c] + s.epsilon);
  let a = scale[c] * deviation;
  coefficients[c] = vec4f(a, shift[c] - runningMean[c] * a, runningMean[c], deviation);
}
