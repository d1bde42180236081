@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> values: array<f32>;
@group(0) @binding(2) var<storage, read> rowStart: array<u32>;
@group(0) @binding(3) var<storage, read> entries: array<u32>;
@group(0) @binding(4) var<storage, read> rowOrder: array<u32>;
@group(0) @binding(5) var<storage, read> bias: array<f32>;
@group(0) @binding(6) var<storage, read_write> y: array<vec4f>;
struct S { inChannels: u32, inHeight: u32, inWidth: u32, outChannels: u32, outHeight: u32, outWidth: u32, pad: u32, stride: u32, lanes: u32, n4: u32, tilesX: u32, tiles: u32 }
@group(0) @binding(7) var<uniform> s: S;

@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let id = group.y * 8u + lane;
  let tile = id / s.lanes;
  if (tile >= s.tiles) { return; }
  let n = id % s.lanes;
  let oy = (tile / s.tilesX) * 1u;
  let ox = (tile % s.tilesX) * 2u;
  let row = rowOrder[group.x];
  let step1 = 1u * s.stride * s.lanes;
  var c0_0_0_0 = vec4f(bias[row]);
var c0_0_1_0 = vec4f(bias[row]);
  let end = min(rowStart[row + 1u], arrayLength(&entries));
  for (var k = rowStart[row]; k < end; k++) {
    let entry = entries[k];
    let v0_0 = values[k * 1u + 0u];
    let y0 = oy * s.stride + ((entry >> 4u) & 15u) - s.pad;
    let x0 = ox * s.stride + (entry & 15u) - s.pad;
    let iy0 = y0 + 0u * s.stride; let inY0 = iy0 < s.inHeight;
    let ix0 = x0 + 0u * s.stride; let inX0 = ix0 < s.inWidth;
let ix1 = x0 + 1u * s.stride; let inX1 = ix1 < s.inWidth;
    {
    let plane = (entry >> 8u) * s.inHeight * s.inWidth;
    let from0 = (plane + iy0 * s.inWidth + x0) * s.lanes + n;
    {
      let inside = inY0 && inX0;
      let x = select(vec4f(0), x[select(0u, from0, inside)], inside);
      let z0 = x;
c0_0_0_0 = fma(vec4f(v0_0), z0, c0_0_0_0);
    }
{
      let inside = inY0 && inX1;
      let x = select(vec4f(0), x[select(0u, from0 + step1, inside)], inside);
      let z0 = x;
c0_0_1_0 = fma(vec4f(v0_0), z0, c0_0_1_0);
    }
    }
  }
  if (oy + 0u < s.outHeight && ox + 0u < s.outWidth) { y[(((row * 1u + 0u) * s.outHeight + oy + 0u) * s.outWidth + ox + 0u) * s.n4 + n * 1u + 0u] = c0_0_0_0; }
if (oy + 0u < s.outHeight && ox + 1u < s.outWidth) { y[(((row * 1u + 0u) * s.outHeight + oy + 0u) * s.outWidth + ox + 1u) * s.n4 + n * 1u + 0u] = c0_0_1_0; }
}
