// SGD with momentum, Nesterov momentum and weight decay as PyTorch defines them; then the mask is applied to weights and
// momentum, so that a pruned weight is exactly zero and stays so.
@group(0) @binding(0) var<storage, read_write> values: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> velocity: array<vec4f>;
@group(0) @binding(2) var<storage, read> gradients: array<vec4f>;
@group(0) @binding(3) var<storage, read> mask: array<u32>;
@group(0) @binding(4) var<storage, read> groupOf: array<u32>;
@group(0) @binding(5) var<storage, read> groups: array<Group>;
struct S { count: u32, momentum: f32, nesterov: u32 }
@group(0) @binding(6) var<uniform> s: S;

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
  let w = values[i];
  let g = fma(w, vec4f(settings.weightDecay), gradients[i]);
  let v = fma(velocity[i], vec4f(s.momentum), g);
  let d = select(v, fma(v, vec4f(s.momentum), g), s.nesterov != 0u);
  values[i] = select(vec4f(0), fma(d, vec4f(-step.learningRate * settings.learningRate), w), keep);
  velocity[i] = select(vec4f(0), v, keep);
}
