// Sets as words of bits, two to one, by `operation`: 0 what both have, 1 the first without the second, 2 what either has.
@group(0) @binding(0) var<storage, read> a: array<u32>;
@group(0) @binding(1) var<storage, read> b: array<u32>;
@group(0) @binding(2) var<storage, read_write> result: array<u32>;
struct S { count: u32, operation: u32 }
@group(0) @binding(3) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let w = flat_index(lane, group, groups);
  if (w >= s.count) { return; }
  let x = a[w];
  let y = b[w];
  result[w] = select(select(x & y, x & ~y, s.operation == 1u), x | y, s.operation == 2u);
}
