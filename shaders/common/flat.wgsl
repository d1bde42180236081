// Flat kernels: one invocation an element, the grid folded where one axis is too short (flatGrid in src/gpu/recorder.ts).
fn flat_index(lane: u32, group: vec3u, groups: vec3u) -> u32 {
  return (group.y * groups.x + group.x) * 64u + lane;
}

// Loops here and elsewhere are bounded by the smaller of a size and an array's length, never by the size alone: llvmpipe
// specialises a kernel for the uniforms that bound its loops, anew at every dispatch (13 ms for a loss of 0.13 ms).
// The same holds for a branch on a bare uniform, such as an accumulate flag: 7 ms and megabytes of memory a dispatch for a
// weight gradient of 1 ms. Such conditions name an array's length too.
