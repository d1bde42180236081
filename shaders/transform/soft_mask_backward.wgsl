// Gradients through the soft mask, of weights and of scores; the latter with the penalty's.
@group(0) @binding(0) var<storage, read> values: array<f32>;
@group(0) @binding(1) var<storage, read> scores: array<f32>;
@group(0) @binding(2) var<storage, read> settings: SoftMask;
@group(0) @binding(3) var<storage, read> effectiveGradient: array<f32>;
@group(0) @binding(4) var<storage, read_write> gradient: array<f32>;
@group(0) @binding(5) var<storage, read_write> scoreGradient: array<f32>;
struct S { count: u32, accumulate: u32 }
@group(0) @binding(6) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = flat_index(lane, group, groups);
  if (i >= s.count) { return; }
  let g = effectiveGradient[i];
  let hard = settings.hard != 0.0;
  let mask = logistic(settings.temperature * scores[i]);
  let dw = g * settings.scale * select(mask.x, 1.0, hard);
  let ds = (g * values[i] + settings.penalty) * settings.scale * settings.temperature * mask.y;
  gradient[i] = dw + select(0.0, gradient[i], s.accumulate != 0u);
  scoreGradient[i] = select(ds, 0.0, hard) + select(0.0, scoreGradient[i], s.accumulate != 0u);
}
