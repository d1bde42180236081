// highest = the largest of it and all |x|, as the bits of a float32: those of numbers that are not negative are in their
// order, so that the maximum of whole numbers will do, in any order.
@group(0) @binding(0) var<storage, read> x: array<vec4u>;
@group(0) @binding(1) var<storage, read_write> highest: array<atomic<u32>>;
struct S { count: u32, lanes: u32 }
@group(0) @binding(2) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let id = flat_index(lane, group, groups);
  if (id >= s.lanes) { return; }
  var best = vec4u(0);
  let count = min(s.count, arrayLength(&x));
  for (var i = id; i < count; i += s.lanes) { best = max(best, x[i] & vec4u(0x7fffffffu)); }
  atomicMax(&highest[0], max(max(best.x, best.y), max(best.z, best.w)));
}
