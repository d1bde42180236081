// Fills the batch (C, H, W, N) from bytes (image, C, H, W): crop from a padded image, flip, normalise. Padding of zeros
// is zero before normalisation, as in torchvision's RandomCrop on images; reflection does not repeat the edge. Columns
// beyond the batch are zero. `pixel_word` comes from pixels.wgsl or src/data/batch_kernel.ts.
@group(0) @binding(0) var<storage, read> moves: array<vec4i>;  // (dy, dx, flip, slot)
@group(0) @binding(1) var<storage, read> channelScale: array<vec2f>;  // value = byte · scale + shift
@group(0) @binding(2) var<storage, read_write> batch: array<vec4f>;
struct S {
  rows: u32,
  n4: u32,
  first: u32,
  channels: u32,
  height: u32,
  width: u32,
  reflect: u32,
  perShard: u32,  // images of a shard
  stride: u32,    // bytes from an image to the next one
}
@group(0) @binding(3) var<uniform> s: S;

// 0 … size − 1 where a position outside is mirrored at the edge.
fn mirror(i: vec4i, size: i32) -> vec4i {
  let inner = abs(i);
  return min(inner, 2 * (size - 1) - inner);
}

fn words(shard: vec4u, at: vec4u) -> vec4u {
  return vec4u(
    pixel_word(shard.x, at.x),
    pixel_word(shard.y, at.y),
    pixel_word(shard.z, at.z),
    pixel_word(shard.w, at.w),
  );
}

fn reversed(word: vec4u) -> vec4u {
  return (word >> vec4u(24u)) | ((word >> vec4u(8u)) & vec4u(0xff00u)) | ((word & vec4u(0xff00u)) << vec4u(8u)) |
    (word << vec4u(24u));
}

// A lane fills a row of four columns (the lanes of the vectors), four pixels at a time. These lie in two words of which
// one was loaded for the four before: going right through the row, or left where the image is flipped.
@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let id = flat_index(lane, group, groups);
  if (id >= s.rows) { return; }
  let q = id % s.n4;
  let line = id / s.n4;
  let c = line / s.height;
  let k = channelScale[c];
  let valid = vec4u(s.first + 4u * q) + vec4u(0u, 1u, 2u, 3u) < vec4u(step.count);
  let a = moves[4u * q];
  let b = moves[4u * q + 1u];
  let d = moves[4u * q + 2u];
  let e = moves[4u * q + 3u];
  let reflects = s.reflect != 0u;
  let width = i32(s.width);
  let moved = vec4i(i32(line % s.height)) + vec4i(a.x, b.x, d.x, e.x);
  let y = select(moved, mirror(moved, i32(s.height)), reflects);
  let inside = (y >= vec4i(0)) & (y < vec4i(i32(s.height)));
  let shift = vec4i(a.y, b.y, d.y, e.y);
  let flipped = vec4i(a.z, b.z, d.z, e.z) != vec4i(0);
  let slot = vec4u(u32(a.w), u32(b.w), u32(d.w), u32(e.w));
  let shard = slot / s.perShard;
  let row = (slot % s.perShard) * s.stride + (c * s.height + vec4u(max(y, vec4i(0)))) * s.width;

  // The byte of the first four pixels' leftmost one; left of the first image this wraps, and the mask undoes it.
  let start = row + vec4u(shift + select(vec4i(0), vec4i(width - 4), flipped));
  let low = (start & vec4u(3u)) * 8u;
  let high = vec4u(24u) - low;
  let towards = select(vec4u(1u), vec4u(0xffffffffu), flipped);
  var at = (start >> vec4u(2u)) + vec4u(!flipped);
  var edge = words(shard, ((start >> vec4u(2u)) + vec4u(flipped)) & vec4u(0x3fffffffu));
  let size = min(s.width, arrayLength(&batch));
  for (var x = 0u; x < size; x += 4u) {
    let next = words(shard, at & vec4u(0x3fffffffu));
    let left = select(edge, next, flipped);
    let right = select(next, edge, flipped);
    edge = next;
    at += towards;
    let forward = (left >> low) | ((right << vec4u(8u)) << high);
    var bytes = select(forward, reversed(forward), flipped);
    for (var i = 0u; i < min(4u, size - x); i++) {
      let to = i32(x + i);
      let ix = select(vec4i(to), vec4i(width - 1 - to), flipped) + shift;
      let there = inside & (ix >= vec4i(0)) & (ix < vec4i(width));
      var pixel = select(vec4u(0u), bytes & vec4u(255u), there);
      if (reflects && !all(there)) {
        let lone = row + vec4u(mirror(ix, width));
        pixel = (words(shard, lone >> vec4u(2u)) >> ((lone & vec4u(3u)) * 8u)) & vec4u(255u);
      }
      bytes >>= vec4u(8u);
      let value = fma(vec4f(pixel), vec4f(k.x), vec4f(k.y));
      batch[(line * s.width + x + i) * s.n4 + q] = select(vec4f(0), value, valid);
    }
  }
}
