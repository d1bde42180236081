// Triples (block row, first block, end), each row from where the scan of row_chunks.wgsl says that its chunks begin.
@group(0) @binding(0) var<storage, read> rowStart: array<u32>;
@group(0) @binding(1) var<storage, read> chunkStart: array<u32>;
@group(0) @binding(2) var<storage, read> totals: array<u32>;
@group(0) @binding(3) var<storage, read_write> chunks: array<u32>;
struct S { rows: u32, slot: u32 }
@group(0) @binding(4) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let row = flat_index(lane, group, groups);
  if (row >= s.rows) { return; }
  let blocks = totals[s.slot + 3u];
  let end = rowStart[row + 1u];
  var at = 3u * chunkStart[row];
  for (var first = rowStart[row]; first < end && at < arrayLength(&chunks); first += blocks) {
    chunks[at] = row;
    chunks[at + 1u] = first;
    chunks[at + 2u] = min(first + blocks, end);
    at += 3u;
  }
}
