// Batch norm, backward, second pass: one invocation a channel adds the parts in order. dshift = Σ dy, dscale = Σ dy·x̂;
// their means go to the third pass.
@group(0) @binding(0) var<storage, read> partial: array<vec2f>;
@group(0) @binding(1) var<storage, read_write> dscale: array<f32>;
@group(0) @binding(2) var<storage, read_write> dshift: array<f32>;
@group(0) @binding(3) var<storage, read_write> means: array<vec2f>;
struct S { channels: u32, positions: u32, parts: u32, accumulate: u32 }
@group(0) @binding(4) var<uniform> s: S;

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
  means[c] = sums / f32(s.positions * step.count);
  if (s.accumulate != 0u && c < arrayLength(&dshift)) { sums += vec2f(dshift[c], dscale[c]); }
  dshift[c] = sums.x;
  dscale[c] = sums.y;
}
