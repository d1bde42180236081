// Which image each column of the batch takes and how it is augmented: (image, label) and crop offsets and flip, drawn
// from the augment stream by (epoch, position in the epoch), so that an epoch depends on nothing but seed and number.
@group(0) @binding(0) var<storage, read> order: array<u32>;
@group(0) @binding(1) var<storage, read> labels: array<u32>;  // four labels a word
@group(0) @binding(2) var<storage, read_write> samples: array<vec2u>;
@group(0) @binding(3) var<storage, read_write> moves: array<vec4i>;  // (dy, dx, flip, 0)
struct S { capacity: u32, pad: u32, flip: u32, seedLow: u32, seedHigh: u32, stream: u32 }
@group(0) @binding(4) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let n = flat_index(lane, group, groups);
  if (n >= s.capacity) { return; }
  if (n >= step.count) {
    samples[n] = vec2u(0u);
    moves[n] = vec4i(0);
    return;
  }
  let position = step.start + n;
  let image = order[position];
  samples[n] = vec2u(image, (labels[image / 4u] >> (8u * (image % 4u))) & 255u);
  let draw = philox4x32(vec4u(position, step.epoch, 0u, s.stream), vec2u(s.seedLow, s.seedHigh));
  let range = 2u * s.pad + 1u;
  moves[n] = vec4i(
    i32(draw.x % range) - i32(s.pad),
    i32(draw.y % range) - i32(s.pad),
    i32(select(0u, draw.z >> 31u, s.flip != 0u)),
    0,
  );
}
