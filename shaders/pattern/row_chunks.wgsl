// How many chunks each block row is cut into, before any pattern is there. A chunk holds at most as many blocks as the
// row's layer asks for, which depends on how many it keeps (chunkBlocks in src/ops/conv_packed.ts): totals[slot] holds the
// kept blocks, totals[slot + 3] gets the blocks of a chunk.
@group(0) @binding(0) var<storage, read> bits: array<u32>;
@group(0) @binding(1) var<storage, read> starts: array<u32>;
@group(0) @binding(2) var<storage, read_write> counts: array<u32>;
@group(0) @binding(3) var<storage, read_write> totals: array<u32>;
struct S { rows: u32, rowSize: u32, slot: u32, from2: u32, from4: u32, from8: u32 }
@group(0) @binding(4) var<uniform> s: S;

// Kept blocks before one of them.
fn rank(i: u32, total: u32) -> u32 {
  if (i >= s.rows * s.rowSize) { return total; }
  return starts[i / 32u] + ones_before(bits[i / 32u], i);
}

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let row = flat_index(lane, group, groups);
  if (row >= s.rows) { return; }
  let total = totals[s.slot];
  let blocks = 1u << (u32(total >= s.from2) + u32(total >= s.from4) + u32(total >= s.from8));
  let kept = rank((row + 1u) * s.rowSize, total) - rank(row * s.rowSize, total);
  counts[row] = (kept + blocks - 1u) / blocks;
  if (row == 0u) { totals[s.slot + 3u] = blocks; }
}
