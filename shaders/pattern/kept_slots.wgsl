// A bit for each slot: whether it has a weight. `words` words from word `first` on; slots behind the last have none.
@group(0) @binding(0) var<storage, read> weights: array<u32>;
@group(0) @binding(1) var<storage, read_write> kept: array<u32>;
struct S { slots: u32, words: u32, first: u32 }
@group(0) @binding(2) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let w = flat_index(lane, group, groups);
  if (w >= s.words) { return; }
  var word = 0u;
  let end = min(32u * w + 32u, min(s.slots, arrayLength(&weights)));
  for (var i = 32u * w; i < end; i++) { word |= u32(weights[i] != 0xffffffffu) << (i & 31u); }
  kept[s.first + w] = word;
}
