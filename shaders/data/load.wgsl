// Fills the batch (C, H, W, N) from bytes (image, C, H, W): crop from a zero-padded image, flip, normalise. The padding
// is zero before normalisation, as in torchvision's RandomCrop on images. Columns beyond the batch are zero.
@group(0) @binding(0) var<storage, read> images: array<u32>;  // four bytes a word
@group(0) @binding(1) var<storage, read> samples: array<vec2u>;
@group(0) @binding(2) var<storage, read> moves: array<vec4i>;
@group(0) @binding(3) var<storage, read> channelScale: array<vec2f>;  // value = byte · scale + shift
@group(0) @binding(4) var<storage, read_write> batch: array<vec4f>;
struct S { count: u32, n4: u32, channels: u32, height: u32, width: u32 }
@group(0) @binding(5) var<uniform> s: S;

fn value(n: u32, c: u32, y: u32, x: u32) -> f32 {
  if (n >= step.count) { return 0.0; }
  let moved = moves[n];
  let iy = i32(y) + moved.x;
  let ix = select(i32(x), i32(s.width) - 1 - i32(x), moved.z != 0) + moved.y;
  var byte = 0u;
  if (iy >= 0 && iy < i32(s.height) && ix >= 0 && ix < i32(s.width)) {
    let at = ((samples[n].x * s.channels + c) * s.height + u32(iy)) * s.width + u32(ix);
    byte = (images[at / 4u] >> (8u * (at % 4u))) & 255u;
  }
  let k = channelScale[c];
  return fma(f32(byte), k.x, k.y);
}

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = flat_index(lane, group, groups);
  if (i >= s.count) { return; }
  let n = 4u * (i % s.n4);
  let x = (i / s.n4) % s.width;
  let y = (i / (s.n4 * s.width)) % s.height;
  let c = i / (s.n4 * s.width * s.height);
  batch[i] = vec4f(value(n, c, y, x), value(n + 1u, c, y, x), value(n + 2u, c, y, x), value(n + 3u, c, y, x));
}
