// Batch norm in training, second pass: one invocation a channel adds its partial sums in order, writes the channel's
// coefficients (a, b, mean, 1/σ) with y = a·x + b, and moves the running statistics (unbiased variance, as PyTorch).
@group(0) @binding(0) var<storage, read> origin: array<vec4f>;  // the batch's first columns
@group(0) @binding(1) var<storage, read> partial: array<vec2f>;
@group(0) @binding(2) var<storage, read> scale: array<f32>;
@group(0) @binding(3) var<storage, read> shift: array<f32>;
@group(0) @binding(4) var<storage, read_write> coefficients: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> runningMean: array<f32>;
@group(0) @binding(6) var<storage, read_write> runningVariance: array<f32>;
struct S { channels: u32, positions: u32, n4: u32, parts: u32, momentum: f32, epsilon: f32 }
@group(0) @binding(7) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let c = flat_index(lane, group, groups);
  if (c >= s.channels) { return; }
  var sums = vec2f(0);
  let parts = min(s.parts, arrayLength(&partial));
  for (var k = 0u; k < parts; k++) { sums += partial[c * s.parts + k]; }
  let count = f32(s.positions * step.count);
  let offset = sums.x / count;
  let mean = origin[c * s.positions * s.n4].x + offset;
  let variance = max(sums.y / count - offset * offset, 0.0);
  let deviation = inverseSqrt(variance + s.epsilon);
  let a = scale[c] * deviation;
  coefficients[c] = vec4f(a, shift[c] - mean * a, mean, deviation);
  runningMean[c] = mix(runningMean[c], mean, s.momentum);
  runningVariance[c] = mix(runningVariance[c], variance * count / max(count - 1.0, 1.0), s.momentum);
}
