// colStart, and `transposed`: for each block column its kept blocks by (row, tap). An invocation writes those of 32 block
// rows, from where the scan of column_counts.wgsl says that they begin.
@group(0) @binding(0) var<storage, read> bits: array<u32>;
@group(0) @binding(1) var<storage, read> starts: array<u32>;
@group(0) @binding(2) var<storage, read> segmentStart: array<u32>;
@group(0) @binding(3) var<storage, read> totals: array<u32>;
@group(0) @binding(4) var<storage, read_write> colStart: array<u32>;
@group(0) @binding(5) var<storage, read_write> transposed: array<vec2u>;
struct S { rows: u32, columns: u32, taps: u32, kernelWidth: u32, segments: u32, slot: u32 }
@group(0) @binding(6) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let id = flat_index(lane, group, groups);
  if (id >= s.columns * s.segments) { return; }
  let column = id % s.columns;
  let segment = id / s.columns;
  var at = segmentStart[column * s.segments + segment];
  if (segment == 0u) { colStart[column] = at; }
  if (id == 0u) { colStart[s.columns] = totals[s.slot]; }
  let end = min(32u * segment + 32u, min(s.rows, 32u * arrayLength(&bits)));
  for (var row = 32u * segment; row < end; row++) {
    let first = (row * s.columns + column) * s.taps;
    let last = first + s.taps - 1u;
    for (var w = first / 32u; w <= min(last / 32u, arrayLength(&bits)); w++) {
      var word = valid_bits(bits[w], w, last + 1u);
      var k = starts[w];
      if (w == first / 32u) {
        k += ones_before(word, first);
        word &= ~((1u << (first & 31u)) - 1u);
      }
      while (word != 0u) {
        let tap = 32u * w + countTrailingZeros(word) - first;
        word &= word - 1u;
        transposed[at] = vec2u(k, (row << 8u) | ((tap / s.kernelWidth) << 4u) | (tap % s.kernelWidth));
        at++;
        k++;
      }
    }
  }
}
