// Values (as words) from one storage of a layer to another: of slot `sources[i]`, of a new weight `fresh` or 0, and 0 where
// there is no weight (see find.wgsl).
@group(0) @binding(0) var<storage, read> sources: array<u32>;
@group(0) @binding(1) var<storage, read> old: array<u32>;
@group(0) @binding(2) var<storage, read> fresh: array<u32>;
@group(0) @binding(3) var<storage, read_write> values: array<u32>;
struct S { slots: u32, useFresh: u32 }
@group(0) @binding(4) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = flat_index(lane, group, groups);
  if (i >= s.slots) { return; }
  let source = sources[i];
  var value = 0u;
  if (source < 0x80000000u) {
    value = old[source];
  } else if (source != 0xffffffffu && s.useFresh != 0u) {
    value = fresh[source & 0x7fffffffu];
  }
  values[i] = value;
}
