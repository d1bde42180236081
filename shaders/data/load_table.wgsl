// Fills the batch (features, N) from rows of float32, standardised. Columns beyond the batch are zero.
@group(0) @binding(0) var<storage, read> moves: array<vec4i>;  // (0, 0, 0, slot)
@group(0) @binding(1) var<storage, read> channelScale: array<vec2f>;  // number · scale + shift
@group(0) @binding(2) var<storage, read_write> batch: array<vec4f>;
struct S { rows: u32, n4: u32, first: u32, perShard: u32, stride: u32 }
@group(0) @binding(3) var<uniform> s: S;

fn number_of(n: u32, feature: u32) -> f32 {
  let slot = u32(moves[n].w);
  return bitcast<f32>(pixel_word(slot / s.perShard, (slot % s.perShard) * (s.stride / 4u) + feature));
}

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let id = flat_index(lane, group, groups);
  if (id >= s.rows) { return; }
  let n = 4u * (id % s.n4);
  let feature = id / s.n4;
  let k = channelScale[feature];
  let numbers = vec4f(number_of(n, feature), number_of(n + 1u, feature), number_of(n + 2u, feature), number_of(n + 3u, feature));
  let valid = vec4u(s.first + n) + vec4u(0u, 1u, 2u, 3u) < vec4u(step.count);
  batch[id] = select(vec4f(0), fma(numbers, vec4f(k.x), vec4f(k.y)), valid);
}
