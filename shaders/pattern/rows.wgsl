// rowStart[r] = kept blocks before block row r, for r = 0 … rows.
@group(0) @binding(0) var<storage, read> bits: array<u32>;
@group(0) @binding(1) var<storage, read> starts: array<u32>;
@group(0) @binding(2) var<storage, read> totals: array<u32>;
@group(0) @binding(3) var<storage, read_write> rowStart: array<u32>;
struct S { rows: u32, rowSize: u32, slot: u32 }
@group(0) @binding(4) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let row = flat_index(lane, group, groups);
  if (row > s.rows) { return; }
  let i = row * s.rowSize;
  var start = totals[s.slot];
  if (row < s.rows) { start = starts[i / 32u] + ones_before(bits[i / 32u], i); }
  rowStart[row] = start;
}
