// Effective weights while a score is computed: y = x, or |x|, where the weight's bit is set, else 0. The bits are those of
// a whole store, of which this layer's begin at bit `offset`.
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> kept: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
struct S { count: u32, offset: u32, absolute: u32 }
@group(0) @binding(3) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = flat_index(lane, group, groups);
  if (i >= s.count) { return; }
  let bit = s.offset + i;
  let v = select(x[i], abs(x[i]), s.absolute != 0u);
  y[i] = select(0.0, v, ((kept[bit / 32u] >> (bit % 32u)) & 1u) != 0u);
}
