// effective = w where the value's bit is set, else 0. The bit of value i is bit `first` + i of a set over the whole store.
@group(0) @binding(0) var<storage, read> values: array<f32>;
@group(0) @binding(1) var<storage, read> chosen: array<u32>;
@group(0) @binding(2) var<storage, read_write> effective: array<f32>;
struct S { count: u32, first: u32 }
@group(0) @binding(3) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = flat_index(lane, group, groups);
  if (i >= s.count) { return; }
  let bit = s.first + i;
  effective[i] = select(0.0, values[i], ((chosen[bit / 32u] >> (bit & 31u)) & 1u) != 0u);
}
