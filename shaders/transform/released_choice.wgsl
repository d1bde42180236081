// Which of the first entries of a layer's scores the released edge-popup sets to 1 or 0: channel c stands for entry c as
// many times as it has kept weights, and is set to 1 if all of those are among the best `keep`. 2 is untouched.
@group(0) @binding(0) var<storage, read> scores: array<f32>;
@group(0) @binding(1) var<storage, read> kept: array<u32>;
@group(0) @binding(2) var<storage, read> keep: array<u32>;
@group(0) @binding(3) var<storage, read_write> choice: array<u32>;
struct S { channels: u32, first: u32, layer: u32 }
@group(0) @binding(4) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let c = flat_index(lane, group, groups);
  if (c >= s.channels) { return; }
  let own = abs(scores[c]);
  let end = min(s.channels, arrayLength(&scores));
  var taken = 0u;
  for (var k = 0u; k < end; k++) {
    let other = abs(scores[k]);
    let ahead = other > own || (other == own && k <= c);
    taken += select(0u, kept[s.first + k], ahead);
  }
  choice[c] = select(u32(taken <= keep[s.layer]), 2u, kept[s.first + c] == 0u);
}
