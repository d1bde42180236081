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
  let o = (id / s.inChannels) * 1u;
  let firstRow = group.y * s.rowsPerSplit;
  let end = min(min(firstRow + s.rowsPerSplit, s.outHeight), arrayLength(&dy));
  let plane = i * s.inHeight * s.inWidth;
  let grad0 = min(o + 0u, s.outChannels - 1u) * s.outHeight * s.outWidth;
  var a0 = 0.0;
var a1 = 0.0;
var a2 = 0.0;
var a3 = 0.0;
var a4 = 0.0;
var a5 = 0.0;
var a6 = 0.0;
var a7 = 0.0;
var a8 = 0.0;
  let quads = min(s.n4, arrayLength(&dy));
  let columns = min(s.outWidth, arrayLength(&dy));
  for (var oy = firstRow; oy < end; oy++) {
    let iy0 = oy * 2u + 0u - s.pad; let inY0 = iy0 < s.inHeight; let at0 = select(0u, iy0, inY0) * s.inWidth;
let iy1 = oy * 2u + 1u - s.pad; let inY1 = iy1 < s.inHeight; let at1 = select(0u, iy1, inY1) * s.inWidth;
let iy2 = oy * 2u + 2u - s.pad; let inY2 = iy2 < s.inHeight; let at2 = select(0u, iy2, inY2) * s.inWidth;
    for (var n = 0u; n < quads; n++) {
      








      for (var ox = 0u; ox < columns; ox++) {
        let ix0 = ox * 2u + 0u - s.pad;
let x0_0 = select(vec4f(0), x[(plane + at0 + select(0u, ix0, ix0 < s.inWidth)) * s.n4 + n], inY0 && ix0 < s.inWidth);
let x1_0 = select(vec4f(0), x[(plane + at1 + select(0u, ix0, ix0 < s.inWidth)) * s.n4 + n], inY1 && ix0 < s.inWidth);
let x2_0 = select(vec4f(0), x[(plane + at2 + select(0u, ix0, ix0 < s.inWidth)) * s.n4 + n], inY2 && ix0 < s.inWidth);
let ix1 = ox * 2u + 1u - s.pad;
let x0_1 = select(vec4f(0), x[(plane + at0 + select(0u, ix1, ix1 < s.inWidth)) * s.n4 + n], inY0 && ix1 < s.inWidth);
let x1_1 = select(vec4f(0), x[(plane + at1 + select(0u, ix1, ix1 < s.inWidth)) * s.n4 + n], inY1 && ix1 < s.inWidth);
let x2_1 = select(vec4f(0), x[(plane + at2 + select(0u, ix1, ix1 < s.inWidth)) * s.n4 + n], inY2 && ix1 < s.inWidth);
let ix2 = ox * 2u + 2u - s.pad;
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
}
