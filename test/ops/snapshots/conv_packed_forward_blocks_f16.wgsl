@group(0) @binding(0) var<storage, read> x: array<vec4u>;
@group(0) @binding(1) var<storage, read> values: array<vec4f>;
@group(0) @binding(2) var<storage, read> rowStart: array<u32>;
@group(0) @binding(3) var<storage, read> entries: array<u32>;
@group(0) @binding(4) var<storage, read> rowOrder: array<u32>;
@group(0) @binding(5) var<storage, read_write> y: array<vec4f>;
struct S { inChannels: u32, inHeight: u32, inWidth: u32, outChannels: u32, outHeight: u32, outWidth: u32, pad: u32, stride: u32, lanes: u32, n4: u32, tilesX: u32, tiles: u32 }
@group(0) @binding(6) var<uniform> s: S;

@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let id = group.y * 8u + lane;
  let tile = id / s.lanes;
  if (tile >= s.tiles) { return; }
  let n = id % s.lanes;
  let oy = (tile / s.tilesX) * 1u;
  let ox = (tile % s.tilesX) * 1u;
  let row = rowOrder[group.x];
  
  var c0_0_0_0 = vec4f(0);
var c0_0_0_1 = vec4f(0);
var c1_0_0_0 = vec4f(0);
var c1_0_0_1 = vec4f(0);
var c2_0_0_0 = vec4f(0);
var c2_0_0_1 = vec4f(0);
var c3_0_0_0 = vec4f(0);
var c3_0_0_1 = vec4f(0);
  let end = min(rowStart[row + 1u], arrayLength(&entries));
  for (var k = rowStart[row]; k < end; k++) {
    let entry = entries[k];
    let q0_0 = values[k * 2u + 0u];
let v0_0 = q0_0.x;
let v0_1 = q0_0.y;
let v0_2 = q0_0.z;
let v0_3 = q0_0.w;
let q1_0 = values[k * 2u + 1u];
let v1_0 = q1_0.x;
let v1_1 = q1_0.y;
let v1_2 = q1_0.z;
let v1_3 = q1_0.w;
    let y0 = oy * s.stride + ((entry >> 4u) & 15u) - s.pad;
    let x0 = ox * s.stride + (entry & 15u) - s.pad;
    let iy0 = y0 + 0u * s.stride; let inY0 = iy0 < s.inHeight;
    let ix0 = x0 + 0u * s.stride; let inX0 = ix0 < s.inWidth;
    {
    let plane = min((entry >> 8u) * 2u + 0u, s.inChannels - 1u) * s.inHeight * s.inWidth;
    let from0 = (plane + iy0 * s.inWidth + x0) * s.lanes + n;
    {
      let inside = inY0 && inX0;
      let x = select(vec4u(0), x[select(0u, from0, inside)], inside);
      let z0 = vec4f(unpack2x16float(x.x), unpack2x16float(x.y));
c0_0_0_0 = fma(vec4f(v0_0), z0, c0_0_0_0);
c1_0_0_0 = fma(vec4f(v0_1), z0, c1_0_0_0);
c2_0_0_0 = fma(vec4f(v0_2), z0, c2_0_0_0);
c3_0_0_0 = fma(vec4f(v0_3), z0, c3_0_0_0);
let z1 = vec4f(unpack2x16float(x.z), unpack2x16float(x.w));
c0_0_0_1 = fma(vec4f(v0_0), z1, c0_0_0_1);
c1_0_0_1 = fma(vec4f(v0_1), z1, c1_0_0_1);
c2_0_0_1 = fma(vec4f(v0_2), z1, c2_0_0_1);
c3_0_0_1 = fma(vec4f(v0_3), z1, c3_0_0_1);
    }
    }
{
    let plane = min((entry >> 8u) * 2u + 1u, s.inChannels - 1u) * s.inHeight * s.inWidth;
    let from0 = (plane + iy0 * s.inWidth + x0) * s.lanes + n;
    {
      let inside = inY0 && inX0;
      let x = select(vec4u(0), x[select(0u, from0, inside)], inside);
      let z0 = vec4f(unpack2x16float(x.x), unpack2x16float(x.y));
c0_0_0_0 = fma(vec4f(v1_0), z0, c0_0_0_0);
c1_0_0_0 = fma(vec4f(v1_1), z0, c1_0_0_0);
c2_0_0_0 = fma(vec4f(v1_2), z0, c2_0_0_0);
c3_0_0_0 = fma(vec4f(v1_3), z0, c3_0_0_0);
let z1 = vec4f(unpack2x16float(x.z), unpack2x16float(x.w));
c0_0_0_1 = fma(vec4f(v1_0), z1, c0_0_0_1);
c1_0_0_1 = fma(vec4f(v1_1), z1, c1_0_0_1);
c2_0_0_1 = fma(vec4f(v1_2), z1, c2_0_0_1);
c3_0_0_1 = fma(vec4f(v1_3), z1, c3_0_0_1);
    }
    }
  }
  if (oy + 0u < s.outHeight && ox + 0u < s.outWidth && row * 4u + 0u < s.outChannels) { y[(((row * 4u + 0u) * s.outHeight + oy + 0u) * s.outWidth + ox + 0u) * s.n4 + n * 2u + 0u] = c0_0_0_0; }
if (oy + 0u < s.outHeight && ox + 0u < s.outWidth && row * 4u + 0u < s.outChannels && n * 2u + 1u < s.n4) { y[(((row * 4u + 0u) * s.outHeight + oy + 0u) * s.outWidth + ox + 0u) * s.n4 + n * 2u + 1u] = c0_0_0_1; }
if (oy + 0u < s.outHeight && ox + 0u < s.outWidth && row * 4u + 1u < s.outChannels) { y[(((row * 4u + 1u) * s.outHeight + oy + 0u) * s.outWidth + ox + 0u) * s.n4 + n * 2u + 0u] = c1_0_0_0; }
if (oy + 0u < s.outHeight && ox + 0u < s.outWidth && row * 4u + 1u < s.outChannels && n * 2u + 1u < s.n4) { y[(((row * 4u + 1u) * s.outHeight + oy + 0u) * s.outWidth + ox + 0u) * s.n4 + n * 2u + 1u] = c1_0_0_1; }
if (oy + 0u < s.outHeight && ox + 0u < s.outWidth && row * 4u + 2u < s.outChannels) { y[(((row * 4u + 2u) * s.outHeight + oy + 0u) * s.outWidth + ox + 0u) * s.n4 + n * 2u + 0u] = c2_0_0_0; }
if (oy + 0u < s.outHeight && ox + 0u < s.outWidth && row * 4u + 2u < s.outChannels && n * 2u + 1u < s.n4) { y[(((row * 4u + 2u) * s.outHeight + oy + 0u) * s.outWidth + ox + 0u) * s.n4 + n * 2u + 1u] = c2_0_0_1; }
if (oy + 0u < s.outHeight && ox + 0u < s.outWidth && row * 4u + 3u < s.outChannels) { y[(((row * 4u + 3u) * s.outHeight + oy + 0u) * s.outWidth + ox + 0u) * s.n4 + n * 2u + 0u] = c3_0_0_0; }
if (oy + 0u < s.outHeight && ox + 0u < s.outWidth && row * 4u + 3u < s.outChannels && n * 2u + 1u < s.n4) { y[(((row * 4u + 3u) * s.outHeight + oy + 0u) * s.outWidth + ox + 0u) * s.n4 + n * 2u + 1u] = c3_0_0_1; }
}
