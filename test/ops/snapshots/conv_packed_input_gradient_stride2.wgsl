@group(0) @binding(0) var<storage, read> dy: array<vec4f>;
@group(0) @binding(1) var<storage, read> values: array<f32>;
@group(0) @binding(2) var<storage, read> colStart: array<u32>;
@group(0) @binding(3) var<storage, read> transposed: array<vec2u>;
@group(0) @binding(4) var<storage, read_write> dx: array<vec4f>;
struct S { inChannels: u32, inHeight: u32, inWidth: u32, outChannels: u32, outHeight: u32, outWidth: u32, pad: u32, stride: u32, n4: u32, tilesX: u32, tilesPerPhase: u32, tiles: u32, accumulate: u32 }
@group(0) @binding(5) var<uniform> s: S;

@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let id = group.x * 8u + lane;
  let number = id / s.n4;
  if (number >= s.tiles) { return; }
  let n = id % s.n4;
  let phase = number / s.tilesPerPhase;
  let tile = number % s.tilesPerPhase;
  let h = (tile / s.tilesX) * 2u + phase / 2u;
  let w = (tile % s.tilesX) * 4u + phase % 2u;
  let i = group.y;
  var c0_0 = vec4f(0);
var c0_1 = vec4f(0);
  let end = colStart[i + 1u];
  for (var k = colStart[i]; k < end; k++) {
    let item = transposed[k];
    let v = values[item.x];
    let plane = (item.y >> 8u) * s.outHeight * s.outWidth;
    let ty = i32(h + s.pad) - i32((item.y >> 4u) & 15u);
    let tx = i32(w + s.pad) - i32(item.y & 15u);
    // a multiple of the stride is added so that the remainder is taken of a positive number
    if ((ty + 32) % 2 == 0 && (tx + 32) % 2 == 0) {
    let y0 = u32((ty + 32) / 2) - 16u;
    let x0 = u32((tx + 32) / 2) - 16u;
    let oy0 = y0 + 0u; let inY0 = oy0 < s.outHeight;
let ox0 = x0 + 0u; let inX0 = ox0 < s.outWidth;
let ox1 = x0 + 1u; let inX1 = ox1 < s.outWidth;
{
      let inside = inY0 && inX0;
      let at = select(0u, (plane + oy0 * s.outWidth + ox0) * s.n4 + n, inside);
      c0_0 = fma(vec4f(select(0.0, v, inside)), dy[at], c0_0);
    }
{
      let inside = inY0 && inX1;
      let at = select(0u, (plane + oy0 * s.outWidth + ox1) * s.n4 + n, inside);
      c0_1 = fma(vec4f(select(0.0, v, inside)), dy[at], c0_1);
    }
    }
  }
  if (h + 0u < s.inHeight && w + 0u < s.inWidth) {
    let e = ((i * s.inHeight + h + 0u) * s.inWidth + w + 0u) * s.n4 + n;
    if (s.accumulate != 0u) { c0_0 += dx[e]; }
    dx[e] = c0_0;
  }
if (h + 0u < s.inHeight && w + 2u < s.inWidth) {
    let e = ((i * s.inHeight + h + 0u) * s.inWidth + w + 2u) * s.n4 + n;
    if (s.accumulate != 0u) { c0_1 += dx[e]; }
    dx[e] = c0_1;
  }
}
