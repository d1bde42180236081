// Fills the batch (C, H, W, N) from bytes (image, C, H, W): each column's box is resized, then cropped with padding,
// flipped and normalised. Bilinear with half-pixel centres (align_corners=false); where it shrinks, the triangle is
// widened by the factor, as PIL and PyTorch's antialias=True do. Columns beyond the batch are zero.
@group(0) @binding(0) var<storage, read> moves: array<vec4i>;  // (dy, dx, flip, slot); behind them (top, left, height, width)
@group(0) @binding(1) var<storage, read> channelScale: array<vec2f>;  // value = byte · scale + shift
@group(0) @binding(2) var<storage, read_write> batch: array<vec4f>;
struct S {
  size: u32,  // vectors of the batch
  n4: u32,
  first: u32,
  channels: u32,
  height: u32,  // of the stored image
  width: u32,
  resizedHeight: u32,  // what a box is resized to
  resizedWidth: u32,
  top: u32,  // what is shown of it
  left: u32,
  shownHeight: u32,
  shownWidth: u32,
  reflect: u32,
  perShard: u32,
  stride: u32,
}
@group(0) @binding(3) var<uniform> s: S;

// Which stored pixels of an axis make a pixel, all as whole numbers: of stored pixel j the weight
// 2·max(length, resized) − |resized·(2j + 1) − length·(2i + 1)| where that is positive, for `first` ≤ j < `end`.
struct Taps { first: u32, end: u32, centre: i32, step: i32, reach: i32 }

fn taps_of(i: u32, length: u32, resized: u32) -> Taps {
  let reach = 2u * max(length, resized);
  let centre = length * (2u * i + 1u);
  let below = reach + resized;
  let first = select(0u, (centre - below) / (2u * resized) + 1u, centre >= below);
  let end = min(length, (centre + reach + resized - 1u) / (2u * resized));
  return Taps(first, end, i32(centre), i32(resized), i32(reach));
}

fn weight(taps: Taps, j: u32) -> u32 {
  return u32(max(0, taps.reach - abs(taps.step * i32(2u * j + 1u) - taps.centre)));
}

// 0 … size − 1 where a position outside is mirrored at the edge, or left outside.
fn place(i: i32, size: u32) -> i32 {
  let inner = abs(i);
  return select(min(inner, 2 * (i32(size) - 1) - inner), i, s.reflect == 0u);
}

// The value, 0 to 255, that column n shows at (y, x).
fn shown(n: u32, c: u32, y: u32, x: u32) -> f32 {
  if (s.first + n >= step.count) { return 0.0; }
  let moved = moves[n];
  let box = vec4u(moves[4u * s.n4 + n]);
  let across = select(x, s.shownWidth - 1u - x, moved.z != 0);
  let iy = place(i32(s.top + y) + moved.x, s.resizedHeight);
  let ix = place(i32(s.left + across) + moved.y, s.resizedWidth);
  if (iy < 0 || iy >= i32(s.resizedHeight) || ix < 0 || ix >= i32(s.resizedWidth)) { return 0.0; }
  let rows = taps_of(u32(iy), box.z, s.resizedHeight);
  let columns = taps_of(u32(ix), box.w, s.resizedWidth);
  let slot = u32(moved.w);
  let plane = (slot % s.perShard) * s.stride + c * s.height * s.width;
  var weights = 0u;
  for (var j = columns.first; j < min(columns.end, s.width); j++) { weights += weight(columns, j); }
  var value = 0.0;
  var total = 0u;
  for (var k = rows.first; k < min(rows.end, s.height); k++) {
    let row = plane + (box.x + k) * s.width + box.y;
    var sum = 0u;
    for (var j = columns.first; j < min(columns.end, s.width); j++) {
      let at = row + j;
      sum += weight(columns, j) * ((pixel_word(slot / s.perShard, at / 4u) >> (8u * (at % 4u))) & 255u);
    }
    let heavy = weight(rows, k);
    total += heavy;
    value += f32(heavy) * f32(sum);
  }
  return value / (f32(total) * f32(weights));
}

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let id = flat_index(lane, group, groups);
  if (id >= s.size) { return; }
  let n = 4u * (id % s.n4);
  let at = id / s.n4;
  let x = at % s.shownWidth;
  let y = (at / s.shownWidth) % s.shownHeight;
  let c = at / (s.shownWidth * s.shownHeight);
  let k = channelScale[c];
  let values = vec4f(shown(n, c, y, x), shown(n + 1u, c, y, x), shown(n + 2u, c, y, x), shown(n + 3u, c, y, x));
  let valid = vec4u(s.first + n) + vec4u(0u, 1u, 2u, 3u) < vec4u(step.count);
  batch[id] = select(vec4f(0), fma(values, vec4f(k.x), vec4f(k.y)), valid);
}
