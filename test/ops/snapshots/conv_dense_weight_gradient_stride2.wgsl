@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> dw: array<f32>;
struct S { inChannels: u32, inHeight: u32, inWidth: u32, outChannels: u32, outHeight: u32, outWidth: u32, pad: u32, n4: u32, rowsPerSplit: u32, weights: u32, accumulate: u32 }
@group(0) @binding(3) var<uniform> s: S;

var<workgroup> lane_sums: array<f32, 72>;
@compute @workgroup_size(4)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let o = group.x * 2u;
  let i = group.y * 1u;
  let first = group.z * s.rowsPerSplit;
  let end = min(min(first + s.rowsPerSplit, s.outHeight), arrayLength(&dy));
  let grad0 = min(o + 0u, s.outChannels - 1u) * s.outHeight * s.outWidth;
let grad1 = min(o + 1u, s.outChannels - 1u) * s.outHeight * s.outWidth;
  let plane0 = min(i + 0u, s.inChannels - 1u) * s.inHeight * s.inWidth;
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
  var x0_0_0 = vec4f(0);
var x0_0_1 = vec4f(0);
var x0_0_2 = vec4f(0);
var x0_1_0 = vec4f(0);
var x0_1_1 = vec4f(0);
var x0_1_2 = vec4f(0);
var x0_2_0 = vec4f(0);
var x0_2_1 = vec4f(0);
var x0_2_2 = vec4f(0);
  let quads = min(s.n4, arrayLength(&dy));
  let width = min(s.outWidth, arrayLength(&dy));
  for (var oy = first; oy < end; oy++) {
    let iy0 = oy * 2u + 0u - s.pad; let inY0 = iy0 < s.inHeight; let at0 = select(0u, iy0, inY0) * s.inWidth;
let iy1 = oy * 2u + 1u - s.pad; let inY1 = iy1 < s.inHeight; let at1 = select(0u, iy1, inY1) * s.inWidth;
let iy2 = oy * 2u + 2u - s.pad; let inY2 = iy2 < s.inHeight; let at2 = select(0u, iy2, inY2) * s.inWidth;
    for (var n = lane; n < quads; n += 4u) {
      
      for (var ox = 0u; ox < width; ox++) {
        { let ix = ox * 2u + 0u - s.pad; let inX = ix < s.inWidth; let cx = select(0u, ix, inX); x0_0_0 = select(vec4f(0), x[(plane0 + at0 + cx) * s.n4 + n], inX && inY0);
x0_1_0 = select(vec4f(0), x[(plane0 + at1 + cx) * s.n4 + n], inX && inY1);
x0_2_0 = select(vec4f(0), x[(plane0 + at2 + cx) * s.n4 + n], inX && inY2); }
{ let ix = ox * 2u + 1u - s.pad; let inX = ix < s.inWidth; let cx = select(0u, ix, inX); x0_0_1 = select(vec4f(0), x[(plane0 + at0 + cx) * s.n4 + n], inX && inY0);
x0_1_1 = select(vec4f(0), x[(plane0 + at1 + cx) * s.n4 + n], inX && inY1);
x0_2_1 = select(vec4f(0), x[(plane0 + at2 + cx) * s.n4 + n], inX && inY2); }
{ let ix = ox * 2u + 2u - s.pad; let inX = ix < s.inWidth; let cx = select(0u, ix, inX); x0_0_2 = select(vec4f(0), x[(plane0 + at0 + cx) * s.n4 + n], inX && inY0);
x0_1_2 = select(vec4f(0), x[(plane0 + at1 + cx) * s.n4 + n], inX && inY1);
x0_2_2 = select(vec4f(0), x[(plane0 + at2 + cx) * s.n4 + n], inX && inY2); }
        let at = oy * s.outWidth + ox;
        let g0 = dy[(grad0 + at) * s.n4 + n];
a0 = fma(g0.x, x0_0_0.x, fma(g0.y, x0_0_0.y, fma(g0.z, x0_0_0.z, fma(g0.w, x0_0_0.w, a0))));
a1 = fma(g0.x, x0_0_1.x, fma(g0.y, x0_0_1.y, fma(g0.z, x0_0_1.z, fma(g0.w, x0_0_1.w, a1))));
a2 = fma(g0.x, x0_0_2.x, fma(g0.y, x0_0_2.y, fma(g0.z, x0_0_2.z, fma(g0.w, x0_0_2.w, a2))));
a3 = fma(g0.x, x0_1_0.x, fma(g0.y, x0_1_0.y, fma(g0.z, x0_1_0.z, fma(g0.w, x0_1_0.w, a3))));
a4 = fma(g0.x, x0_1_1.x, fma(g0.y, x0_1_1.y, fma(g0.z, x0_1_1.z, fma(g0.w, x0_1_1.w, a4))));
a5 = fma(g0.x, x0_1_2.x, fma(g0.y, x0_1_2.y, fma(g0.z, x0_1_2.z, fma(g0.w, x0_1_2.w, a5))));
a6 = fma(g0.x, x0_2_0.x, fma(g0.y, x0_2_0.y, fma(g0.z, x0_2_0.z, fma(g0.w, x0_2_0.w, a6))));
a7 = fma(g0.x, x0_2_1.x, fma(g0.y, x0_2_1.y, fma(g0.z, x0_2_1.z, fma(g0.w, x0_2_1.w, a7))));
a8 = fma(g0.x, x0_2_2.x, fma(g0.y, x0_2_2.y, fma(g0.z, x0_2_2.z, fma(g0.w, x0_2_2.w, a8))));
let g1 = dy[(grad1 + at) * s.n4 + n];
a9 = fma(g1.x, x0_0_0.x, fma(g1.y, x0_0_0.y, fma(g1.z, x0_0_0.z, fma(g1.w, x0_0_0.w, a9))));
a10 = fma(g1.x, x0_0_1.x, fma(g1.y, x0_0_1.y, fma(g1.z, x0_0_1.z, fma(g1.w, x0_0_1.w, a10))));
a11 = fma(g1.x, x0_0_2.x, fma(g1.y, x0_0_2.y, fma(g1.z, x0_0_2.z, fma(g1.w, x0_0_2.w, a11))));
a12 = fma(g1.x, x0_1_0.x, fma(g1.y, x0_1_0.y, fma(g1.z, x0_1_0.z, fma(g1.w, x0_1_0.w, a12))));
a13 = fma(g1.x, x0_1_1.x, fma(g1.y, x0_1_1.y, fma(g1.z, x0_1_1.z, fma(g1.w, x0_1_1.w, a13))));
a14 = fma(g1.x, x0_1_2.x, fma(g1.y, x0_1_2.y, fma(g1.z, x0_1_2.z, fma(g1.w, x0_1_2.w, a14))));
a15 = fma(g1.x, x0_2_0.x, fma(g1.y, x0_2_0.y, fma(g1.z, x0_2_0.z, fma(g1.w, x0_2_0.w, a15))));
a16 = fma(g1.x, x0_2_1.x, fma(g1.y, x0_2_1.y, fma(g1.z, x0_2_1.z, fma(g1.w, x0_2_1.w, a16))));
a17 = fma(g1.x, x0_2_2.x, fma(g1.y, x0_2_2.y, fma(g1.z, x0_2_2.z, fma(g1.w, x0_2_2.w, a17))));
        
      }
    }
  }
  lane_sums[0u + lane] = a0;
lane_sums[4u + lane] = a1;
lane_sums[8u + lane] = a2;
lane_sums[12u + lane] = a3;
lane_sums[16u + lane] = a4;
lane_sums[20u + lane] = a5;
lane_sums[24u + lane] = a6;
lane_sums[28u + lane] = a7;
lane_sums[32u + lane] = a8;
lane_sums[36u + lane] = a9;
lane_sums[40u + lane] = a10;
lane_sums[44u + lane] = a11;
lane_sums[48u + lane] = a12;
lane_sums[52u + lane] = a13;
lane_sums[56u + lane] = a14;
lane_sums[60u + lane] = a15;
lane_sums[64u + lane] = a16;
lane_sums[68u + lane] = a17;
  workgroupBarrier();
  for (var k = lane; k < 18u; k += 4u) {
    var sum = 0.0;
    for (var l = 0u; l < 4u; l++) { sum += lane_sums[k * 4u + l]; }
    let om = o + k / 9u;
    let im = i + (k / 9u) % 1u;
    if (om < s.outChannels && im < s.inChannels) {
      let e = group.z * s.weights + (om * s.inChannels + im) * 9u + k % 9u;
      sum += select(0.0, dw[e], s.accumulate != 0u);
      dw[e] = sum;
    }
  }
}
