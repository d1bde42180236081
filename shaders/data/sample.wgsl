// Which image each column of the batch takes and how it is augmented: (image, label), crop offsets, flip, and where the
// image lies on the device. Drawn from the augment stream by (epoch, position in the epoch), so that an epoch depends on
// nothing but seed and number.
@group(0) @binding(0) var<storage, read> order: array<u32>;
@group(0) @binding(1) var<storage, read> labels: array<u32>;  // two labels a word
@group(0) @binding(2) var<storage, read_write> samples: array<vec2u>;
@group(0) @binding(3) var<storage, read_write> moves: array<vec4i>;  // (dy, dx, flip, slot)
// Column n is image step.start + first + n. Image i lies in slot i, or in the slot of its position in a ring of `window`.
struct S {
  capacity: u32,
  first: u32,
  window: u32,  // none where the images do not stream
  pad: u32,
  flip: u32,
  seedLow: u32,
  seedHigh: u32,
  stream: u32,
}
@group(0) @binding(4) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let n = flat_index(lane, group, groups);
  if (n >= s.capacity) { return; }
  if (s.first + n >= step.count) {
    samples[n] = vec2u(0u);
    moves[n] = vec4i(0);
    return;
  }
  let position = step.start + s.first + n;
  let image = order[position];
  samples[n] = vec2u(image, (labels[image / 2u] >> (16u * (image % 2u))) & 65535u);
  let draw = philox4x32(vec4u(position, step.epoch, 0u, s.stream), vec2u(s.seedLow, s.seedHigh));
  let range = 2u * s.pad + 1u;
  moves[n] = vec4i(
    i32(draw.x % range) - i32(s.pad),
    i32(draw.y % range) - i32(s.pad),
    i32(select(0u, draw.z >> 31u, s.flip != 0u)),
    i32(select(image, position % max(s.window, 1u), s.window != 0u)),
  );
}
