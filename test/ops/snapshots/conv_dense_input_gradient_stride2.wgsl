@group(0) @binding(0) var<storage, read> dy: array<vec4f>;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<vec4f>;
struct S { inChannels: u32, inHeight: u32, inWidth: u32, outChannels: u32, outHeight: u32, outWidth: u32, n4: u32, tilesX: u32, tiles: u32, accumulate: u32 }
@group(0) @binding(3) var<uniform> s: S;

@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let id = group.x * 8u + lane;
  let tile = id / s.n4;
  if (tile >= s.tiles) { return; }
  let n = id % s.n4;
  let ty = tile / s.tilesX;
  let tx = tile % s.tilesX;
  let i = group.y * 1u;
  let depth = s.inChannels * 9u;
  let row0 = min(i + 0u, s.inChannels - 1u) * 9u;
  let oy0 = ty * 1u + 0u; let inY0 = oy0 < s.outHeight; let at0 = select(0u, oy0, inY0) * s.outWidth;
let oy1 = ty * 1u + 1u; let inY1 = oy1 < s.outHeight; let at1 = select(0u, oy1, inY1) * s.outWidth;
  let ox0 = tx * 1u + 0u; let inX0 = ox0 < s.outWidth; let col0 = select(0u, ox0, inX0);
let ox1 = tx * 1u + 1u; let inX1 = ox1 < s.outWidth; let col1 = select(0u, ox1, inX1);
  var c0_0_0 = vec4f(0);
var c0_0_1 = vec4f(0);
var c0_1_0 = vec4f(0);
var c0_1_1 = vec4f(0);
  let outputs = min(s.outChannels, arrayLength(&dy));
  for (var o = 0u; o < outputs; o++) {
    let plane = o * s.outHeight * s.outWidth;
    let g0_0 = select(vec4f(0), dy[(plane + at0 + col0) * s.n4 + n], inY0 && inX0);
let g0_1 = select(vec4f(0), dy[(plane + at0 + col1) * s.n4 + n], inY0 && inX1);
let g1_0 = select(vec4f(0), dy[(plane + at1 + col0) * s.n4 + n], inY1 && inX0);
let g1_1 = select(vec4f(0), dy[(plane + at1 + col1) * s.n4 + n], inY1 && inX1);
    let w0_0_0 = vec4f(w[row0 + o * depth + 0u]);
let w0_0_1 = vec4f(w[row0 + o * depth + 1u]);
let w0_0_2 = vec4f(w[row0 + o * depth + 2u]);
let w0_1_0 = vec4f(w[row0 + o * depth + 3u]);
let w0_1_1 = vec4f(w[row0 + o * depth + 4u]);
let w0_1_2 = vec4f(w[row0 + o * depth + 5u]);
let w0_2_0 = vec4f(w[row0 + o * depth + 6u]);
let w0_2_1 = vec4f(w[row0 + o * depth + 7u]);
let w0_2_2 = vec4f(w[row0 + o * depth + 8u]);
c0_0_0 = fma(w0_1_1, g0_0, c0_0_0);
c0_0_1 = fma(w0_1_2, g0_0, fma(w0_1_0, g0_1, c0_0_1));
c0_1_0 = fma(w0_2_1, g0_0, fma(w0_0_1, g1_0, c0_1_0));
c0_1_1 = fma(w0_2_2, g0_0, fma(w0_2_0, g0_1, fma(w0_0_2, g1_0, fma(w0_0_0, g1_1, c0_1_1))));
  }
  let h = ty * 2u;
  let v = tx * 2u;
  if (i + 0u < s.inChannels) {
    let out0 = (i + 0u) * s.inHeight * s.inWidth;
    if (h + 0u < s.inHeight && v + 0u < s.inWidth) {
      let e = (out0 + (h + 0u) * s.inWidth + v + 0u) * s.n4 + n;
      if (s.accumulate != 0u && e < arrayLength(&dx)) { c0_0_0 += dx[e]; }
      dx[e] = c0_0_0;
    }
if (h + 0u < s.inHeight && v + 1u < s.inWidth) {
      let e = (out0 + (h + 0u) * s.inWidth + v + 1u) * s.n4 + n;
      if (s.accumulate != 0u && e < arrayLength(&dx)) { c0_0_1 += dx[e]; }
      dx[e] = c0_0_1;
    }
if (h + 1u < s.inHeight && v + 0u < s.inWidth) {
      let e = (out0 + (h + 1u) * s.inWidth + v + 0u) * s.n4 + n;
      if (s.accumulate != 0u && e < arrayLength(&dx)) { c0_1_0 += dx[e]; }
      dx[e] = c0_1_0;
    }
if (h + 1u < s.inHeight && v + 1u < s.inWidth) {
      let e = (out0 + (h + 1u) * s.inWidth + v + 1u) * s.n4 + n;
      if (s.accumulate != 0u && e < arrayLength(&dx)) { c0_1_1 += dx[e]; }
      dx[e] = c0_1_1;
    }
  }
}
