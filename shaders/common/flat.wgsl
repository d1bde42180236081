// Flat kernels: one invocation an element, the grid folded where one axis is too short (flatGrid in src/gpu/recorder.ts).
fn flat_index(lane: u32, group: vec3u, groups: vec3u) -> u32 {
  return (group.y * groups.x + group.x) * 64u + lane;
}
