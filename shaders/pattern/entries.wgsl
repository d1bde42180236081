// entries[k] = block column and tap of the k-th kept block; an invocation goes over a word of the set.
@group(0) @binding(0) var<storage, read> bits: array<u32>;
@group(0) @binding(1) var<storage, read> starts: array<u32>;
@group(0) @binding(2) var<storage, read_write> entries: array<u32>;
struct S { size: u32, columns: u32, taps: u32, kernelWidth: u32 }
@group(0) @binding(3) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let w = flat_index(lane, group, groups);
  if (32u * w >= s.size) { return; }
  var word = valid_bits(bits[w], w, s.size);
  var k = starts[w];
  while (word != 0u) {
    let i = 32u * w + countTrailingZeros(word);
    word &= word - 1u;
    let tap = i % s.taps;
    let column = (i / s.taps) % s.columns;
    entries[k] = (column << 8u) | ((tap / s.kernelWidth) << 4u) | (tap % s.kernelWidth);
    k++;
  }
}
