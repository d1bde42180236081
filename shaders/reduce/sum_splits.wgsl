// out[i] (+)= Σ_s parts[s·count + i], in the order of s.
@group(0) @binding(0) var<storage, read> parts: array<f32>;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;
struct S { count: u32, splits: u32, accumulate: u32 }
@group(0) @binding(2) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = flat_index(lane, group, groups);
  if (i >= s.count) { return; }
  var sum = 0.0;
  let splits = min(s.splits, arrayLength(&parts));
  for (var k = 0u; k < splits; k++) { sum += parts[k * s.count + i]; }
  if (s.accumulate != 0u && i < arrayLength(&out)) { sum += out[i]; }
  out[i] = sum;
}
