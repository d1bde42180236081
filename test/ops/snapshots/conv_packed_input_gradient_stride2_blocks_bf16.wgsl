@group(0) @binding(0) var<storage, read> dy: array<vec4u>;
@group(0) @binding(1) var<storage, read> values: array<f32>;
@group(0) @binding(2) var<storage, read> colStart: array<u32>;
@group(0) @binding(3) var<storage, read> transposed: array<vec2u>;
@group(0) @binding(4) var<storage, read> colOrder: array<u32>;
@group(0) @binding(5) var<storage, read_write> dx: array<vec4f>;
struct S { inChannels: u32, inHeight: u32, inWidth: u32, outChannels: u32, outHeight: u32, outWidth: u32, pad: u32, stride: u32, lanes: u32, n4: u32, tilesX: u32, tilesPerPhase: u32, tiles: u32, accumulate: u32 }
@group(0) @binding(6) var<uniform> s: S;

@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let id = group.y * 8u + lane % 8u;
  let number = id / s.lanes;
  if (number >= s.tiles) { return; }
  let n = id % s.lanes;
  let phase = number / s.tilesPerPhase;
  let tile = number % s.tilesPerPhase;
  let h = (tile / s.tilesX) * 2u + phase / 2u;
  let w = (tile % s.tilesX) * 2u + phase % 2u;
  let place_in_order = group.x * 2u + lane / 8u;
  if (place_in_order >= (s.inChannels + 1u) / 2u) { return; }
  let column = colOrder[place_in_order];
  
  var c0_0_0_0 = vec4f(0);
var c0_0_0_1 = vec4f(0);
var c1_0_0_0 = vec4f(0);
var c1_0_0_1 = vec4f(0);
  let end = min(colStart[column + 1u], arrayLength(&transposed));
  for (var k = colStart[column]; k < end; k++) {
    let item = transposed[k];
    let place = item.y;
    let ty = i32(h + s.pad) - i32((place >> 4u) & 15u);
    let tx = i32(w + s.pad) - i32(place & 15u);
    // a multiple of the stride is added so that the remainder is taken of a positive number
    if ((ty + 32) % 2 == 0 && (tx + 32) % 2 == 0) {
    let y0 = u32((ty + 32) / 2) - 16u;
    let x0 = u32((tx + 32) / 2) - 16u;
    let v0_0 = values[item.x * 4u + 0u];
let v0_1 = values[item.x * 4u + 1u];
let v1_0 = values[item.x * 4u + 2u];
let v1_1 = values[item.x * 4u + 3u];
    let oy0 = y0 + 0u; let inY0 = oy0 < s.outHeight;
    let ox0 = x0 + 0u; let inX0 = ox0 < s.outWidth;
    {
    let plane = min((place >> 8u) * 2u + 0u, s.outChannels - 1u) * s.outHeight * s.outWidth;
    let from0 = (plane + oy0 * s.outWidth + x0) * s.lanes + n;
    {
      let inside = inY0 && inX0;
      let x = select(vec4u(0), dy[select(0u, from0, inside)], inside);
      let z0 = bitcast<vec4f>(vec4u(x.x << 16u, x.x & 0xffff0000u, x.y << 16u, x.y & 0xffff0000u));
c0_0_0_0 = fma(vec4f(v0_0), z0, c0_0_0_0);
c1_0_0_0 = fma(vec4f(v1_0), z0, c1_0_0_0);
let z1 = bitcast<vec4f>(vec4u(x.z << 16u, x.z & 0xffff0000u, x.w << 16u, x.w & 0xffff0000u));
c0_0_0_1 = fma(vec4f(v0_0), z1, c0_0_0_1);
c1_0_0_1 = fma(vec4f(v1_0), z1, c1_0_0_1);
    }
    }
{
    let plane = min((place >> 8u) * 2u + 1u, s.outChannels - 1u) * s.outHeight * s.outWidth;
    let from0 = (plane + oy0 * s.outWidth + x0) * s.lanes + n;
    {
      let inside = inY0 && inX0;
      let x = select(vec4u(0), dy[select(0u, from0, inside)], inside);
      let z0 = bitcast<vec4f>(vec4u(x.x << 16u, x.x & 0xffff0000u, x.y << 16u, x.y & 0xffff0000u));
c0_0_0_0 = fma(vec4f(v0_1), z0, c0_0_0_0);
c1_0_0_0 = fma(vec4f(v1_1), z0, c1_0_0_0);
let z1 = bitcast<vec4f>(vec4u(x.z << 16u, x.z & 0xffff0000u, x.w << 16u, x.w & 0xffff0000u));
c0_0_0_1 = fma(vec4f(v0_1), z1, c0_0_0_1);
c1_0_0_1 = fma(vec4f(v1_1), z1, c1_0_0_1);
    }
    }
    }
  }
  if (h + 0u < s.inHeight && w + 0u < s.inWidth && column * 2u + 0u < s.inChannels) {
    let e = (((column * 2u + 0u) * s.inHeight + h + 0u) * s.inWidth + w + 0u) * s.n4 + n * 2u + 0u;
    if (s.accumulate != 0u && e < arrayLength(&dx)) { c0_0_0_0 += dx[e]; }
    dx[e] = c0_0_0_0;
  }
if (h + 0u < s.inHeight && w + 0u < s.inWidth && column * 2u + 0u < s.inChannels && n * 2u + 1u < s.n4) {
    let e = (((column * 2u + 0u) * s.inHeight + h + 0u) * s.inWidth + w + 0u) * s.n4 + n * 2u + 1u;
    if (s.accumulate != 0u && e < arrayLength(&dx)) { c0_0_0_1 += dx[e]; }
    dx[e] = c0_0_0_1;
  }
if (h + 0u < s.inHeight && w + 0u < s.inWidth && column * 2u + 1u < s.inChannels) {
    let e = (((column * 2u + 1u) * s.inHeight + h + 0u) * s.inWidth + w + 0u) * s.n4 + n * 2u + 0u;
    if (s.accumulate != 0u && e < arrayLength(&dx)) { c1_0_0_0 += dx[e]; }
    dx[e] = c1_0_0_0;
  }
if (h + 0u < s.inHeight && w + 0u < s.inWidth && column * 2u + 1u < s.inChannels && n * 2u + 1u < s.n4) {
    let e = (((column * 2u + 1u) * s.inHeight + h + 0u) * s.inWidth + w + 0u) * s.n4 + n * 2u + 1u;
    if (s.accumulate != 0u && e < arrayLength(&dx)) { c1_0_0_1 += dx[e]; }
    dx[e] = c1_0_0_1;
  }
}
