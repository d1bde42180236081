@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;
struct S { inChannels: u32, inHeight: u32, inWidth: u32, outChannels: u32, outHeight: u32, outWidth: u32, pad: u32, n4: u32, tilesX: u32, tiles: u32 }
@group(0) @binding(4) var<uniform> s: S;

@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let id = group.x * 8u + lane;
  let tile = id / s.n4;
  if (tile >= s.tiles) { return; }
  let n = id % s.n4;
  let oy = (tile / s.tilesX) * 1u;
  let ox = (tile % s.tilesX) * 2u;
  let o = group.y * 2u;
  let depth = s.inChannels * 9u;
  let row0 = min(o + 0u, s.outChannels - 1u) * depth;
let row1 = min(o + 1u, s.outChannels - 1u) * depth;
  let iy0 = oy * 1u + 0u - s.pad; let inY0 = iy0 < s.inHeight; let at0 = select(0u, iy0, inY0) * s.inWidth;
let iy1 = oy * 1u + 1u - s.pad; let inY1 = iy1 < s.inHeight; let at1 = select(0u, iy1, inY1) * s.inWidth;
let iy2 = oy * 1u + 2u - s.pad; let inY2 = iy2 < s.inHeight; let at2 = select(0u, iy2, inY2) * s.inWidth;
  let ix0 = ox * 1u + 0u - s.pad; let inX0 = ix0 < s.inWidth; let col0 = select(0u, ix0, inX0);
let ix1 = ox * 1u + 1u - s.pad; let inX1 = ix1 < s.inWidth; let col1 = select(0u, ix1, inX1);
let ix2 = ox * 1u + 2u - s.pad; let inX2 = ix2 < s.inWidth; let col2 = select(0u, ix2, inX2);
let ix3 = ox * 1u + 3u - s.pad; let inX3 = ix3 < s.inWidth; let col3 = select(0u, ix3, inX3);
  var c0_0_0 = vec4f(bias[min(o + 0u, s.outChannels - 1u)]);
var c0_0_1 = vec4f(bias[min(o + 0u, s.outChannels - 1u)]);
var c1_0_0 = vec4f(bias[min(o + 1u, s.outChannels - 1u)]);
var c1_0_1 = vec4f(bias[min(o + 1u, s.outChannels - 1u)]);
  let inputs = min(s.inChannels, arrayLength(&x));
  for (var i = 0u; i < inputs; i++) {
    let plane = i * s.inHeight * s.inWidth;
    let x0_0 = select(vec4f(0), x[(plane + at0 + col0) * s.n4 + n], inY0 && inX0);
let x0_1 = select(vec4f(0), x[(plane + at0 + col1) * s.n4 + n], inY0 && inX1);
let x0_2 = select(vec4f(0), x[(plane + at0 + col2) * s.n4 + n], inY0 && inX2);
let x0_3 = select(vec4f(0), x[(plane + at0 + col3) * s.n4 + n], inY0 && inX3);
let x1_0 = select(vec4f(0), x[(plane + at1 + col0) * s.n4 + n], inY1 && inX0);
let x1_1 = select(vec4f(0), x[(plane + at1 + col1) * s.n4 + n], inY1 && inX1);
let x1_2 = select(vec4f(0), x[(plane + at1 + col2) * s.n4 + n], inY1 && inX2);
let x1_3 = select(vec4f(0), x[(plane + at1 + col3) * s.n4 + n], inY1 && inX3);
let x2_0 = select(vec4f(0), x[(plane + at2 + col0) * s.n4 + n], inY2 && inX0);
let x2_1 = select(vec4f(0), x[(plane + at2 + col1) * s.n4 + n], inY2 && inX1);
let x2_2 = select(vec4f(0), x[(plane + at2 + col2) * s.n4 + n], inY2 && inX2);
let x2_3 = select(vec4f(0), x[(plane + at2 + col3) * s.n4 + n], inY2 && inX3);
    let w0_0_0 = vec4f(w[row0 + i * 9u + 0u]);
let w0_0_1 = vec4f(w[row0 + i * 9u + 1u]);
let w0_0_2 = vec4f(w[row0 + i * 9u + 2u]);
let w0_1_0 = vec4f(w[row0 + i * 9u + 3u]);
let w0_1_1 = vec4f(w[row0 + i * 9u + 4u]);
let w0_1_2 = vec4f(w[row0 + i * 9u + 5u]);
let w0_2_0 = vec4f(w[row0 + i * 9u + 6u]);
let w0_2_1 = vec4f(w[row0 + i * 9u + 7u]);
let w0_2_2 = vec4f(w[row0 + i * 9u + 8u]);
c0_0_0 = fma(w0_2_2, x2_2, fma(w0_2_1, x2_1, fma(w0_2_0, x2_0, fma(w0_1_2, x1_2, fma(w0_1_1, x1_1, fma(w0_1_0, x1_0, fma(w0_0_2, x0_2, fma(w0_0_1, x0_1, fma(w0_0_0, x0_0, c0_0_0)))))))));
c0_0_1 = fma(w0_2_2, x2_3, fma(w0_2_1, x2_2, fma(w0_2_0, x2_1, fma(w0_1_2, x1_3, fma(w0_1_1, x1_2, fma(w0_1_0, x1_1, fma(w0_0_2, x0_3, fma(w0_0_1, x0_2, fma(w0_0_0, x0_1, c0_0_1)))))))));
let w1_0_0 = vec4f(w[row1 + i * 9u + 0u]);
let w1_0_1 = vec4f(w[row1 + i * 9u + 1u]);
let w1_0_2 = vec4f(w[row1 + i * 9u + 2u]);
let w1_1_0 = vec4f(w[row1 + i * 9u + 3u]);
let w1_1_1 = vec4f(w[row1 + i * 9u + 4u]);
let w1_1_2 = vec4f(w[row1 + i * 9u + 5u]);
let w1_2_0 = vec4f(w[row1 + i * 9u + 6u]);
let w1_2_1 = vec4f(w[row1 + i * 9u + 7u]);
let w1_2_2 = vec4f(w[row1 + i * 9u + 8u]);
c1_0_0 = fma(w1_2_2, x2_2, fma(w1_2_1, x2_1, fma(w1_2_0, x2_0, fma(w1_1_2, x1_2, fma(w1_1_1, x1_1, fma(w1_1_0, x1_0, fma(w1_0_2, x0_2, fma(w1_0_1, x0_1, fma(w1_0_0, x0_0, c1_0_0)))))))));
c1_0_1 = fma(w1_2_2, x2_3, fma(w1_2_1, x2_2, fma(w1_2_0, x2_1, fma(w1_1_2, x1_3, fma(w1_1_1, x1_2, fma(w1_1_0, x1_1, fma(w1_0_2, x0_3, fma(w1_0_1, x0_2, fma(w1_0_0, x0_1, c1_0_1)))))))));
  }
  if (o + 0u < s.outChannels) {
    let out0 = (o + 0u) * s.outHeight * s.outWidth;
    if (oy + 0u < s.outHeight && ox + 0u < s.outWidth) { y[(out0 + (oy + 0u) * s.outWidth + ox + 0u) * s.n4 + n] = c0_0_0; }
if (oy + 0u < s.outHeight && ox + 1u < s.outWidth) { y[(out0 + (oy + 0u) * s.outWidth + ox + 1u) * s.n4 + n] = c0_0_1; }
  }
if (o + 1u < s.outChannels) {
    let out1 = (o + 1u) * s.outHeight * s.outWidth;
    if (oy + 0u < s.outHeight && ox + 0u < s.outWidth) { y[(out1 + (oy + 0u) * s.outWidth + ox + 0u) * s.n4 + n] = c1_0_0; }
if (oy + 0u < s.outHeight && ox + 1u < s.outWidth) { y[(out1 + (oy + 0u) * s.outWidth + ox + 1u) * s.n4 + n] = c1_0_1; }
  }
}
