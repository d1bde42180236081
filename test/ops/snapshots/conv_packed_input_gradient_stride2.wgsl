@group(0) @binding(0) var<storage, read> dy: array<vec4f>;
@group(0) @binding(1) var<storage, read> values: array<f32>;
@group(0) @binding(2) var<storage, read> colStart: array<u32>;
@group(0) @binding(3) var<storage, read> transposed: array<vec2u>;
@group(0) @binding(4) var<storage, read_write> dx: array<vec4f>;
struct S { inChannels: u32, inHeight: u32, inWidth: u32, outChannels: u32, outHeight: u32, outWidth: u32, pad: u32, stride: u32, n4: u32, tilesX: u32, tiles: u32, accumulate: u32 }
@group(0) @binding(5) var<uniform> s: S;

@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let id = group.x * 8u + lane;
  let tile = id / s.n4;
  if (tile >= s.tiles) { return; }
  let n = id % s.n4;
  let h = (tile / s.tilesX) * 1u;
  let v0 = (tile % s.tilesX) * 2u;
  let i = group.y;
  var c0_0 = vec4f(0);
var c0_1 = vec4f(0);
  let end = colStart[i + 1u];
  for (var k = colStart[i]; k < end; k++) {
    let item = transposed[k];
    let v = values[item.x];
    let plane = (item.y >> 8u) * s.outHeight * s.outWidth;
    let y0 = h + s.pad - ((item.y >> 4u) & 15u);
    let x0 = v0 + s.pad - (item.y & 15u);
    let tY0 = y0 + 0u; let oY0 = tY0 / 2u;
    let inY0 = tY0 % 2u == 0u && tY0 < 0x80000000u && oY0 < s.outHeight;
    let tX0 = x0 + 0u; let oX0 = tX0 / 2u;
    let inX0 = tX0 % 2u == 0u && tX0 < 0x80000000u && oX0 < s.outWidth;
let tX1 = x0 + 1u; let oX1 = tX1 / 2u;
    let inX1 = tX1 % 2u == 0u && tX1 < 0x80000000u && oX1 < s.outWidth;
    {
      let inside = inY0 && inX0;
      let at = select(0u, (plane + oY0 * s.outWidth + oX0) * s.n4 + n, inside);
      c0_0 = fma(vec4f(select(0.0, v, inside)), dy[at], c0_0);
    }
{
      let inside = inY0 && inX1;
      let at = select(0u, (plane + oY0 * s.outWidth + oX1) * s.n4 + n, inside);
      c0_1 = fma(vec4f(select(0.0, v, inside)), dy[at], c0_1);
    }
  }
  if (h + 0u < s.inHeight && v0 + 0u < s.inWidth) {
    let e = ((i * s.inHeight + h + 0u) * s.inWidth + v0 + 0u) * s.n4 + n;
    if (s.accumulate != 0u) { c0_0 += dx[e]; }
    dx[e] = c0_0;
  }
if (h + 0u < s.inHeight && v0 + 1u < s.inWidth) {
    let e = ((i * s.inHeight + h + 0u) * s.inWidth + v0 + 1u) * s.n4 + n;
    if (s.accumulate != 0u) { c0_1 += dx[e]; }
    dx[e] = c0_1;
  }
}
