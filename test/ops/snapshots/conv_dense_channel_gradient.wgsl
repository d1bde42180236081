@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> dw: array<f32>;
struct S { inChannels: u32, inHeight: u32, inWidth: u32, outChannels: u32, outHeight: u32, outWidth: u32, pad: u32, n4: u32, rowsPerSplit: u32, tiles: u32, weights: u32, accumulate: u32 }
@group(0) @binding(3) var<uniform> s: S;

@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let id = group.x * 8u + lane;
  if (id >= s.tiles) { return; }
  let i = id % s.inChannels;
  let o = (id / s.inChannels) * 2u;
  let firstRow = group.y * s.rowsPerSplit;
  let end = min(min(firstRow + s.rowsPerSplit, s.outHeight), arrayLength(&dy));
  let plane = i * s.inHeight * s.inWidth;
  let grad0 = min(o + 0u, s.outChannels - 1u) * s.outHeight * s.outWidth;
let grad1 = min(o + 1u, s.outChannels - 1u) * s.outHeight * s.outWidth;
  var a0 = 0.0;
var a1 = 0.0;
var a2 = 0.0;
var a3 = 0.0;
var a4 = 0.0;
var a5 = 0.0;
var a6 = 0.0;
var a7 = 0.0;
var a8 = 0.0;
var a9 = 0.0;
var a10 = 0.0;
var a11 = 0.0;
var a12 = 0.0;
var a13 = 0.0;
var a14 = 0.0;
var a15 = 0.0;
var a16 = 0.0;
var a17 = 0.0;
  let quads = min(s.n4, arrayLength(&dy));
  let columns = min(s.outWidth, arrayLength(&dy));
  for (var oy = firstRow; oy < end; oy++) {
    let iy0 = oy * 1u + 0u - s.pad; let inY0 = iy0 < s.inHeight; let at0 = select(0u, iy0, inY0) * s.inWidth;
let iy1 = oy * 1u + 1u - s.pad; let inY1 = iy1 < s.inHeight; let at1 = select(0u, iy1, inY1) * s.inWidth;
let iy2 = oy * 1u + 2u - s.pad; let inY2 = iy2 < s.inHeight; let at2 = select(0u, iy2, inY2) * s.inWidth;
    for (var n = 0u; n < quads; n++) {
      let c0_0 = 0u - s.pad; var x0_0 = select(vec4f(0), x[(plane + at0 + select(0u, c0_0, c0_0 < s.inWidth)) * s.n4 + n], inY0 && c0_0 < s.inWidth);
let c0_1 = 1u - s.pad; var x0_1 = select(vec4f(0), x[(plane + at0 + select(0u, c0_1, c0_1 < s.inWidth)) * s.n4 + n], inY0 && c0_1 < s.inWidth);

let c1_0 = 0u - s.pad; var x1_0 = select(vec4f(0), x[(plane + at1 + select(0u, c1_0, c1_0 < s.inWidth)) * s.n4 + n], inY1 && c1_0 < s.inWidth);
let c1_1 = 1u - s.pad; var x1_1 = select(vec4f(0), x[(plane + at1 + select(0u, c1_1, c1_1 < s.inWidth)) * s.n4 + n], inY1 && c1_1 < s.inWidth);

let c2_0 = 0u - s.pad; var x2_0 = select(vec4f(0), x[(plane + at2 + select(0u, c2_0, c2_0 < s.inWidth)) * s.n4 + n], inY2 && c2_0 < s.inWidth);
let c2_1 = 1u - s.pad; var x2_1 = select(vec4f(0), x[(plane + at2 + select(0u, c2_1, c2_1 < s.inWidth)) * s.n4 + n], inY2 && c2_1 < s.inWidth);

      for (var ox = 0u; ox < columns; ox++) {
        

let ix2 = ox * 1u + 2u - s.pad;
let x0_2 = select(vec4f(0), x[(plane + at0 + select(0u, ix2, ix2 < s.inWidth)) * s.n4 + n], inY0 && ix2 < s.inWidth);
let x1_2 = select(vec4f(0), x[(plane + at1 + select(0u, ix2, ix2 < s.inWidth)) * s.n4 + n], inY1 && ix2 < s.inWidth);
let x2_2 = select(vec4f(0), x[(plane + at2 + select(0u, ix2, ix2 < s.inWidth)) * s.n4 + n], inY2 && ix2 < s.inWidth);
        let place = oy * s.outWidth + ox;
        let g0 = dy[(grad0 + place) * s.n4 + n];
a0 = fma(g0.x, x0_0.x, fma(g0.y, x0_0.y, fma(g0.z, x0_0.z, fma(g0.w, x0_0.w, a0))));
a1 = fma(g0.x, x0_1.x, fma(g0.y, x0_1.y, fma(g0.z, x0_1.z, fma(g0.w, x0_1.w, a1))));
a2 = fma(g0.x, x0_2.x, fma(g0.y, x0_2.y, fma(g0.z, x0_2.z, fma(g0.w, x0_2.w, a2))));
a3 = fma(g0.x, x1_0.x, fma(g0.y, x1_0.y, fma(g0.z, x1_0.z, fma(g0.w, x1_0.w, a3))));
a4 = fma(g0.x, x1_1.x, fma(g0.y, x1_1.y, fma(g0.z, x1_1.z, fma(g0.w, x1_1.w, a4))));
a5 = fma(g0.x, x1_2.x, fma(g0.y, x1_2.y, fma(g0.z, x1_2.z, fma(g0.w, x1_2.w, a5))));
a6 = fma(g0.x, x2_0.x, fma(g0.y, x2_0.y, fma(g0.z, x2_0.z, fma(g0.w, x2_0.w, a6))));
a7 = fma(g0.x, x2_1.x, fma(g0.y, x2_1.y, fma(g0.z, x2_1.z, fma(g0.w, x2_1.w, a7))));
a8 = fma(g0.x, x2_2.x, fma(g0.y, x2_2.y, fma(g0.z, x2_2.z, fma(g0.w, x2_2.w, a8))));
let g1 = dy[(grad1 + place) * s.n4 + n];
a9 = fma(g1.x, x0_0.x, fma(g1.y, x0_0.y, fma(g1.z, x0_0.z, fma(g1.w, x0_0.w, a9))));
a10 = fma(g1.x, x0_1.x, fma(g1.y, x0_1.y, fma(g1.z, x0_1.z, fma(g1.w, x0_1.w, a10))));
a11 = fma(g1.x, x0_2.x, fma(g1.y, x0_2.y, fma(g1.z, x0_2.z, fma(g1.w, x0_2.w, a11))));
a12 = fma(g1.x, x1_0.x, fma(g1.y, x1_0.y, fma(g1.z, x1_0.z, fma(g1.w, x1_0.w, a12))));
a13 = fma(g1.x, x1_1.x, fma(g1.y, x1_1.y, fma(g1.z, x1_1.z, fma(g1.w, x1_1.w, a13))));
a14 = fma(g1.x, x1_2.x, fma(g1.y, x1_2.y, fma(g1.z, x1_2.z, fma(g1.w, x1_2.w, a14))));
a15 = fma(g1.x, x2_0.x, fma(g1.y, x2_0.y, fma(g1.z, x2_0.z, fma(g1.w, x2_0.w, a15))));
a16 = fma(g1.x, x2_1.x, fma(g1.y, x2_1.y, fma(g1.z, x2_1.z, fma(g1.w, x2_1.w, a16))));
a17 = fma(g1.x, x2_2.x, fma(g1.y, x2_2.y, fma(g1.z, x2_2.z, fma(g1.w, x2_2.w, a17))));
        x0_0 = x0_1;
x0_1 = x0_2;
x1_0 = x1_1;
x1_1 = x1_2;
x2_0 = x2_1;
x2_1 = x2_2;
      }
    }
  }
  if (o + 0u < s.outChannels) {
    let e = group.y * s.weights + ((o + 0u) * s.inChannels + i) * 9u;
    dw[e + 0u] = a0 + select(0.0, dw[e + 0u], s.accumulate != 0u);
dw[e + 1u] = a1 + select(0.0, dw[e + 1u], s.accumulate != 0u);
dw[e + 2u] = a2 + select(0.0, dw[e + 2u], s.accumulate != 0u);
dw[e + 3u] = a3 + select(0.0, dw[e + 3u], s.accumulate != 0u);
dw[e + 4u] = a4 + select(0.0, dw[e + 4u], s.accumulate != 0u);
dw[e + 5u] = a5 + select(0.0, dw[e + 5u], s.accumulate != 0u);
dw[e + 6u] = a6 + select(0.0, dw[e + 6u], s.accumulate != 0u);
dw[e + 7u] = a7 + select(0.0, dw[e + 7u], s.accumulate != 0u);
dw[e + 8u] = a8 + select(0.0, dw[e + 8u], s.accumulate != 0u);
  }
if (o + 1u < s.outChannels) {
    let e = group.y * s.weights + ((o + 1u) * s.inChannels + i) * 9u;
    dw[e + 0u] = a9 + select(0.0, dw[e + 0u], s.accumulate != 0u);
dw[e + 1u] = a10 + select(0.0, dw[e + 1u], s.accumulate != 0u);
dw[e + 2u] = a11 + select(0.0, dw[e + 2u], s.accumulate != 0u);
dw[e + 3u] = a12 + select(0.0, dw[e + 3u], s.accumulate != 0u);
dw[e + 4u] = a13 + select(0.0, dw[e + 4u], s.accumulate != 0u);
dw[e + 5u] = a14 + select(0.0, dw[e + 5u], s.accumulate != 0u);
dw[e + 6u] = a15 + select(0.0, dw[e + 6u], s.accumulate != 0u);
dw[e + 7u] = a16 + select(0.0, dw[e + 7u], s.accumulate != 0u);
dw[e + 8u] = a17 + select(0.0, dw[e + 8u], s.accumulate != 0u);
  }
}
