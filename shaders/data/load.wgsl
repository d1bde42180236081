// Fills the batch (C, H, W, N) from bytes (image, C, H, W): crop from a zero-padded image, flip, normalise. The padding
// is zero before normalisation, as in torchvision's RandomCrop on images. Columns beyond the batch are zero.
@group(0) @binding(0) var<storage, read> images: array<u32>;  // four bytes a word
@group(0) @binding(1) var<storage, read> samples: array<vec2u>;
@group(0) @binding(2) var<storage, read> moves: array<vec4i>;
@group(0) @binding(3) var<storage, read> channelScale: array<vec2f>;  // value = byte · scale + shift
@group(0) @binding(4) var<storage, read_write> batch: array<vec4f>;
struct S { rows: u32, n4: u32, channels: u32, height: u32, width: u32 }
@group(0) @binding(5) var<uniform> s: S;

// First byte of an image's row that a column of the batch shows at height y, its offset to the right, whether it is
// flipped, and whether there is such a row; a column beyond the batch has none.
struct Row { at: u32, shift: i32, flipped: bool, inside: bool }

fn row_of(n: u32, c: u32, y: u32) -> Row {
  let moved = moves[n];
  let iy = i32(y) + moved.x;
  let inside = n < step.count && iy >= 0 && iy < i32(s.height);
  let at = ((samples[n].x * s.channels + c) * s.height + u32(max(iy, 0))) * s.width;
  return Row(at, moved.y, moved.z != 0, inside);
}

fn byte_of(row: Row, x: u32) -> f32 {
  let ix = select(i32(x), i32(s.width) - 1 - i32(x), row.flipped) + row.shift;
  let there = row.inside && ix >= 0 && ix < i32(s.width);
  let at = select(0u, row.at + u32(max(ix, 0)), there);
  return select(0.0, f32((images[at / 4u] >> (8u * (at % 4u))) & 255u), there);
}

// A lane fills a row of four columns, so that what is drawn for a column is read once for it.
@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let id = flat_index(lane, group, groups);
  if (id >= s.rows) { return; }
  let n = 4u * (id % s.n4);
  let line = id / s.n4;
  let y = line % s.height;
  let c = line / s.height;
  let k = channelScale[c];
  let valid = vec4u(n) + vec4u(0u, 1u, 2u, 3u) < vec4u(step.count);
  let a = row_of(n, c, y);
  let b = row_of(n + 1u, c, y);
  let d = row_of(n + 2u, c, y);
  let e = row_of(n + 3u, c, y);
  let width = min(s.width, arrayLength(&batch));
  for (var x = 0u; x < width; x++) {
    let bytes = vec4f(byte_of(a, x), byte_of(b, x), byte_of(d, x), byte_of(e, x));
    batch[(line * s.width + x) * s.n4 + id % s.n4] = select(vec4f(0), fma(bytes, vec4f(k.x), vec4f(k.y)), valid);
  }
}
