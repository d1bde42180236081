// Adam (weight decay added to the gradient) and AdamW (weight decay apart from it) as PyTorch defines them; then the mask.
@group(0) @binding(0) var<storage, read_write> values: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> first: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> second: array<vec4f>;
@group(0) @binding(3) var<storage, read> gradients: array<vec4f>;
@group(0) @binding(4) var<storage, read> mask: array<u32>;
@group(0) @binding(5) var<storage, read> groupOf: array<u32>;
@group(0) @binding(6) var<storage, read> groups: array<Group>;
struct S { count: u32, beta1: f32, beta2: f32, epsilon: f32, decoupled: u32 }
@group(0) @binding(7) var<uniform> s: S;

// 1 − βᵗ, with βᵗ by repeated squaring. β is rounded to float32 here as in the moments, so that the rounding of 1 − β
// cancels in their quotient.
fn correction(beta: f32, t: u32) -> f32 {
  var power = 1.0;
  var base = beta;
  for (var e = t; e > 0u; e >>= 1u) {
    if ((e & 1u) != 0u) { power *= base; }
    base *= base;
  }
  return 1.0 - power;
}

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) grid: vec3u,
) {
  let i = flat_index(lane, group, grid);
  if (i >= s.count) { return; }
  let settings = groups[groupOf[i / 16u]];
  let keep = kept(mask[i / 8u], i);
  let rate = step.learningRate * settings.learningRate;
  var w = values[i];
  var g = gradients[i];
  if (s.decoupled != 0u && i < arrayLength(&values)) { w *= 1.0 - rate * settings.weightDecay; } else { g = fma(w, vec4f(settings.weightDecay), g); }
  // Written out: adapters may compute mix() as x + (y − x)·a, and then 1 − β is rounded otherwise than in the correction.
  let m = fma(first[i], vec4f(s.beta1), g * (1.0 - s.beta1));
  let v = fma(second[i], vec4f(s.beta2), g * g * (1.0 - s.beta2));
  let t = step.index + 1u;
  let deviation = sqrt(v / correction(s.beta2, t)) + s.epsilon;
  w -= rate / correction(s.beta1, t) * m / deviation;
  values[i] = select(vec4f(0), w, keep);
  first[i] = select(vec4f(0), m, keep);
  second[i] = select(vec4f(0), v, keep);
}
