@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> values: array<f32>;
@group(0) @binding(2) var<storage, read> rowStart: array<u32>;
@group(0) @binding(3) var<storage, read> entries: array<u32>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>;
struct S { inChannels: u32, inHeight: u32, inWidth: u32, outChannels: u32, outHeight: u32, outWidth: u32, pad: u32, stride: u32, n4: u32, tilesX: u32, tiles: u32 }
@group(0) @binding(5) var<uniform> s: S;

@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let id = group.x * 8u + lane;
  let tile = id / s.n4;
  if (tile >= s.tiles) { return; }
  let n = id % s.n4;
  let oy = (tile / s.tilesX) * 2u;
  let ox = (tile % s.tilesX) * 1u;
  let o = group.y;
  var c0_0 = vec4f(0);
var c1_0 = vec4f(0);
  let end = rowStart[o + 1u];
  for (var k = rowStart[o]; k < end; k++) {
    let v = values[k];
    let entry = entries[k];
    let plane = (entry >> 8u) * s.inHeight * s.inWidth;
    let y0 = oy * s.stride + ((entry >> 4u) & 15u) - s.pad;
    let x0 = ox * s.stride + (entry & 15u) - s.pad;
    let iy0 = y0 + 0u * s.stride; let inY0 = iy0 < s.inHeight;
let iy1 = y0 + 1u * s.stride; let inY1 = iy1 < s.inHeight;
    let ix0 = x0 + 0u * s.stride; let inX0 = ix0 < s.inWidth;
    {
      let inside = inY0 && inX0;
      let at = select(0u, (plane + iy0 * s.inWidth + ix0) * s.n4 + n, inside);
      c0_0 = fma(vec4f(select(0.0, v, inside)), x[at], c0_0);
    }
{
      let inside = inY1 && inX0;
      let at = select(0u, (plane + iy1 * s.inWidth + ix0) * s.n4 + n, inside);
      c1_0 = fma(vec4f(select(0.0, v, inside)), x[at], c1_0);
    }
  }
  if (oy + 0u < s.outHeight && ox + 0u < s.outWidth) { y[((o * s.outHeight + oy + 0u) * s.outWidth + ox + 0u) * s.n4 + n] = c0_0; }
if (oy + 1u < s.outHeight && ox + 0u < s.outWidth) { y[((o * s.outHeight + oy + 1u) * s.outWidth + ox + 0u) * s.n4 + n] = c1_0; }
}
