@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> dw: array<f32>;
struct S { inChannels: u32, inHeight: u32, inWidth: u32, outChannels: u32, outHeight: u32, outWidth: u32, pad: u32, n4: u32, rows: u32, columns: u32, columnsPerSplit: u32, weights: u32, accumulate: u32 }
@group(0) @binding(3) var<uniform> s: S;

var<workgroup> dy_tile: array<vec4f, 320>;
var<workgroup> x_tile: array<vec4f, 320>;
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let o = group.x * 64u;
  let q = group.y * 64u;
  let begin = group.z * s.columnsPerSplit;
  let end = min(min(begin + s.columnsPerSplit, s.columns), arrayLength(&dy));
  let step = lane % 4u;
  let fetch = lane / 4u;
  let tx = lane % 8u;
  let ty = lane / 8u;
  var c0_0 = 0.0;
var c0_1 = 0.0;
var c0_2 = 0.0;
var c0_3 = 0.0;
var c0_4 = 0.0;
var c0_5 = 0.0;
var c0_6 = 0.0;
var c0_7 = 0.0;
var c1_0 = 0.0;
var c1_1 = 0.0;
var c1_2 = 0.0;
var c1_3 = 0.0;
var c1_4 = 0.0;
var c1_5 = 0.0;
var c1_6 = 0.0;
var c1_7 = 0.0;
var c2_0 = 0.0;
var c2_1 = 0.0;
var c2_2 = 0.0;
var c2_3 = 0.0;
var c2_4 = 0.0;
var c2_5 = 0.0;
var c2_6 = 0.0;
var c2_7 = 0.0;
var c3_0 = 0.0;
var c3_1 = 0.0;
var c3_2 = 0.0;
var c3_3 = 0.0;
var c3_4 = 0.0;
var c3_5 = 0.0;
var c3_6 = 0.0;
var c3_7 = 0.0;
var c4_0 = 0.0;
var c4_1 = 0.0;
var c4_2 = 0.0;
var c4_3 = 0.0;
var c4_4 = 0.0;
var c4_5 = 0.0;
var c4_6 = 0.0;
var c4_7 = 0.0;
var c5_0 = 0.0;
var c5_1 = 0.0;
var c5_2 = 0.0;
var c5_3 = 0.0;
var c5_4 = 0.0;
var c5_5 = 0.0;
var c5_6 = 0.0;
var c5_7 = 0.0;
var c6_0 = 0.0;
var c6_1 = 0.0;
var c6_2 = 0.0;
var c6_3 = 0.0;
var c6_4 = 0.0;
var c6_5 = 0.0;
var c6_6 = 0.0;
var c6_7 = 0.0;
var c7_0 = 0.0;
var c7_1 = 0.0;
var c7_2 = 0.0;
var c7_3 = 0.0;
var c7_4 = 0.0;
var c7_5 = 0.0;
var c7_6 = 0.0;
var c7_7 = 0.0;
  var fd0 = vec4f(0); var fx0 = vec4f(0);
var fd1 = vec4f(0); var fx1 = vec4f(0);
var fd2 = vec4f(0); var fx2 = vec4f(0);
var fd3 = vec4f(0); var fx3 = vec4f(0);
  {
      let column = begin + step;
      let valid = column < end;
      let n = column % s.n4;
      let place = column / s.n4;
      let left = (place % s.outWidth) * 2u;
      let top = (place / s.outWidth) * 2u;
      {
        let row = fetch + 0u;
        let inside = valid && o + row < s.outChannels;
        fd0 = select(vec4f(0), dy[select(0u, (o + row) * s.columns + column, inside)], inside);
      }
      {
        let weight = q + fetch + 0u;
        let iy = top + (weight % 9u) / 3u - s.pad;
        let ix = left + weight % 3u - s.pad;
        let inside = valid && weight < s.rows && iy < s.inHeight && ix < s.inWidth;
        let at = (((weight / 9u) * s.inHeight + iy) * s.inWidth + ix) * s.n4 + n;
        fx0 = select(vec4f(0), x[select(0u, at, inside)], inside);
      }
{
        let row = fetch + 16u;
        let inside = valid && o + row < s.outChannels;
        fd1 = select(vec4f(0), dy[select(0u, (o + row) * s.columns + column, inside)], inside);
      }
      {
        let weight = q + fetch + 16u;
        let iy = top + (weight % 9u) / 3u - s.pad;
        let ix = left + weight % 3u - s.pad;
        let inside = valid && weight < s.rows && iy < s.inHeight && ix < s.inWidth;
        let at = (((weight / 9u) * s.inHeight + iy) * s.inWidth + ix) * s.n4 + n;
        fx1 = select(vec4f(0), x[select(0u, at, inside)], inside);
      }
{
        let row = fetch + 32u;
        let inside = valid && o + row < s.outChannels;
        fd2 = select(vec4f(0), dy[select(0u, (o + row) * s.columns + column, inside)], inside);
      }
      {
        let weight = q + fetch + 32u;
        let iy = top + (weight % 9u) / 3u - s.pad;
        let ix = left + weight % 3u - s.pad;
        let inside = valid && weight < s.rows && iy < s.inHeight && ix < s.inWidth;
        let at = (((weight / 9u) * s.inHeight + iy) * s.inWidth + ix) * s.n4 + n;
        fx2 = select(vec4f(0), x[select(0u, at, inside)], inside);
      }
{
        let row = fetch + 48u;
        let inside = valid && o + row < s.outChannels;
        fd3 = select(vec4f(0), dy[select(0u, (o + row) * s.columns + column, inside)], inside);
      }
      {
        let weight = q + fetch + 48u;
        let iy = top + (weight % 9u) / 3u - s.pad;
        let ix = left + weight % 3u - s.pad;
        let inside = valid && weight < s.rows && iy < s.inHeight && ix < s.inWidth;
        let at = (((weight / 9u) * s.inHeight + iy) * s.inWidth + ix) * s.n4 + n;
        fx3 = select(vec4f(0), x[select(0u, at, inside)], inside);
      }
    }
  for (var at0 = begin; at0 < end; at0 += 4u) {
    dy_tile[(fetch + 0u) * 5u + step] = fd0; x_tile[(fetch + 0u) * 5u + step] = fx0;
dy_tile[(fetch + 16u) * 5u + step] = fd1; x_tile[(fetch + 16u) * 5u + step] = fx1;
dy_tile[(fetch + 32u) * 5u + step] = fd2; x_tile[(fetch + 32u) * 5u + step] = fx2;
dy_tile[(fetch + 48u) * 5u + step] = fd3; x_tile[(fetch + 48u) * 5u + step] = fx3;
    workgroupBarrier();
    // the next step's values are under way while this one's are multiplied
    {
      let column = (at0 + 4u) + step;
      let valid = column < end;
      let n = column % s.n4;
      let place = column / s.n4;
      let left = (place % s.outWidth) * 2u;
      let top = (place / s.outWidth) * 2u;
      {
        let row = fetch + 0u;
        let inside = valid && o + row < s.outChannels;
        fd0 = select(vec4f(0), dy[select(0u, (o + row) * s.columns + column, inside)], inside);
      }
      {
        let weight = q + fetch + 0u;
        let iy = top + (weight % 9u) / 3u - s.pad;
        let ix = left + weight % 3u - s.pad;
        let inside = valid && weight < s.rows && iy < s.inHeight && ix < s.inWidth;
        let at = (((weight / 9u) * s.inHeight + iy) * s.inWidth + ix) * s.n4 + n;
        fx0 = select(vec4f(0), x[select(0u, at, inside)], inside);
      }
{
        let row = fetch + 16u;
        let inside = valid && o + row < s.outChannels;
        fd1 = select(vec4f(0), dy[select(0u, (o + row) * s.columns + column, inside)], inside);
      }
      {
        let weight = q + fetch + 16u;
        let iy = top + (weight % 9u) / 3u - s.pad;
        let ix = left + weight % 3u - s.pad;
        let inside = valid && weight < s.rows && iy < s.inHeight && ix < s.inWidth;
        let at = (((weight / 9u) * s.inHeight + iy) * s.inWidth + ix) * s.n4 + n;
        fx1 = select(vec4f(0), x[select(0u, at, inside)], inside);
      }
{
        let row = fetch + 32u;
        let inside = valid && o + row < s.outChannels;
        fd2 = select(vec4f(0), dy[select(0u, (o + row) * s.columns + column, inside)], inside);
      }
      {
        let weight = q + fetch + 32u;
        let iy = top + (weight % 9u) / 3u - s.pad;
        let ix = left + weight % 3u - s.pad;
        let inside = valid && weight < s.rows && iy < s.inHeight && ix < s.inWidth;
        let at = (((weight / 9u) * s.inHeight + iy) * s.inWidth + ix) * s.n4 + n;
        fx2 = select(vec4f(0), x[select(0u, at, inside)], inside);
      }
{
        let row = fetch + 48u;
        let inside = valid && o + row < s.outChannels;
        fd3 = select(vec4f(0), dy[select(0u, (o + row) * s.columns + column, inside)], inside);
      }
      {
        let weight = q + fetch + 48u;
        let iy = top + (weight % 9u) / 3u - s.pad;
        let ix = left + weight % 3u - s.pad;
        let inside = valid && weight < s.rows && iy < s.inHeight && ix < s.inWidth;
        let at = (((weight / 9u) * s.inHeight + iy) * s.inWidth + ix) * s.n4 + n;
        fx3 = select(vec4f(0), x[select(0u, at, inside)], inside);
      }
    }
    for (var k = 0u; k < 4u; k++) {
      let b0 = x_tile[(tx + 0u) * 5u + k];
let b1 = x_tile[(tx + 8u) * 5u + k];
let b2 = x_tile[(tx + 16u) * 5u + k];
let b3 = x_tile[(tx + 24u) * 5u + k];
let b4 = x_tile[(tx + 32u) * 5u + k];
let b5 = x_tile[(tx + 40u) * 5u + k];
let b6 = x_tile[(tx + 48u) * 5u + k];
let b7 = x_tile[(tx + 56u) * 5u + k];
      let a0 = dy_tile[(ty + 0u) * 5u + k];
c0_0 = fma(a0.x, b0.x, fma(a0.y, b0.y, fma(a0.z, b0.z, fma(a0.w, b0.w, c0_0))));
c0_1 = fma(a0.x, b1.x, fma(a0.y, b1.y, fma(a0.z, b1.z, fma(a0.w, b1.w, c0_1))));
c0_2 = fma(a0.x, b2.x, fma(a0.y, b2.y, fma(a0.z, b2.z, fma(a0.w, b2.w, c0_2))));
c0_3 = fma(a0.x, b3.x, fma(a0.y, b3.y, fma(a0.z, b3.z, fma(a0.w, b3.w, c0_3))));
c0_4 = fma(a0.x, b4.x, fma(a0.y, b4.y, fma(a0.z, b4.z, fma(a0.w, b4.w, c0_4))));
c0_5 = fma(a0.x, b5.x, fma(a0.y, b5.y, fma(a0.z, b5.z, fma(a0.w, b5.w, c0_5))));
c0_6 = fma(a0.x, b6.x, fma(a0.y, b6.y, fma(a0.z, b6.z, fma(a0.w, b6.w, c0_6))));
c0_7 = fma(a0.x, b7.x, fma(a0.y, b7.y, fma(a0.z, b7.z, fma(a0.w, b7.w, c0_7))));
let a1 = dy_tile[(ty + 8u) * 5u + k];
c1_0 = fma(a1.x, b0.x, fma(a1.y, b0.y, fma(a1.z, b0.z, fma(a1.w, b0.w, c1_0))));
c1_1 = fma(a1.x, b1.x, fma(a1.y, b1.y, fma(a1.z, b1.z, fma(a1.w, b1.w, c1_1))));
c1_2 = fma(a1.x, b2.x, fma(a1.y, b2.y, fma(a1.z, b2.z, fma(a1.w, b2.w, c1_2))));
c1_3 = fma(a1.x, b3.x, fma(a1.y, b3.y, fma(a1.z, b3.z, fma(a1.w, b3.w, c1_3))));
c1_4 = fma(a1.x, b4.x, fma(a1.y, b4.y, fma(a1.z, b4.z, fma(a1.w, b4.w, c1_4))));
c1_5 = fma(a1.x, b5.x, fma(a1.y, b5.y, fma(a1.z, b5.z, fma(a1.w, b5.w, c1_5))));
c1_6 = fma(a1.x, b6.x, fma(a1.y, b6.y, fma(a1.z, b6.z, fma(a1.w, b6.w, c1_6))));
c1_7 = fma(a1.x, b7.x, fma(a1.y, b7.y, fma(a1.z, b7.z, fma(a1.w, b7.w, c1_7))));
let a2 = dy_tile[(ty + 16u) * 5u + k];
c2_0 = fma(a2.x, b0.x, fma(a2.y, b0.y, fma(a2.z, b0.z, fma(a2.w, b0.w, c2_0))));
c2_1 = fma(a2.x, b1.x, fma(a2.y, b1.y, fma(a2.z, b1.z, fma(a2.w, b1.w, c2_1))));
c2_2 = fma(a2.x, b2.x, fma(a2.y, b2.y, fma(a2.z, b2.z, fma(a2.w, b2.w, c2_2))));
c2_3 = fma(a2.x, b3.x, fma(a2.y, b3.y, fma(a2.z, b3.z, fma(a2.w, b3.w, c2_3))));
c2_4 = fma(a2.x, b4.x, fma(a2.y, b4.y, fma(a2.z, b4.z, fma(a2.w, b4.w, c2_4))));
c2_5 = fma(a2.x, b5.x, fma(a2.y, b5.y, fma(a2.z, b5.z, fma(a2.w, b5.w, c2_5))));
c2_6 = fma(a2.x, b6.x, fma(a2.y, b6.y, fma(a2.z, b6.z, fma(a2.w, b6.w, c2_6))));
c2_7 = fma(a2.x, b7.x, fma(a2.y, b7.y, fma(a2.z, b7.z, fma(a2.w, b7.w, c2_7))));
let a3 = dy_tile[(ty + 24u) * 5u + k];
c3_0 = fma(a3.x, b0.x, fma(a3.y, b0.y, fma(a3.z, b0.z, fma(a3.w, b0.w, c3_0))));
c3_1 = fma(a3.x, b1.x, fma(a3.y, b1.y, fma(a3.z, b1.z, fma(a3.w, b1.w, c3_1))));
c3_2 = fma(a3.x, b2.x, fma(a3.y, b2.y, fma(a3.z, b2.z, fma(a3.w, b2.w, c3_2))));
c3_3 = fma(a3.x, b3.x, fma(a3.y, b3.y, fma(a3.z, b3.z, fma(a3.w, b3.w, c3_3))));
c3_4 = fma(a3.x, b4.x, fma(a3.y, b4.y, fma(a3.z, b4.z, fma(a3.w, b4.w, c3_4))));
c3_5 = fma(a3.x, b5.x, fma(a3.y, b5.y, fma(a3.z, b5.z, fma(a3.w, b5.w, c3_5))));
c3_6 = fma(a3.x, b6.x, fma(a3.y, b6.y, fma(a3.z, b6.z, fma(a3.w, b6.w, c3_6))));
c3_7 = fma(a3.x, b7.x, fma(a3.y, b7.y, fma(a3.z, b7.z, fma(a3.w, b7.w, c3_7))));
let a4 = dy_tile[(ty + 32u) * 5u + k];
c4_0 = fma(a4.x, b0.x, fma(a4.y, b0.y, fma(a4.z, b0.z, fma(a4.w, b0.w, c4_0))));
c4_1 = fma(a4.x, b1.x, fma(a4.y, b1.y, fma(a4.z, b1.z, fma(a4.w, b1.w, c4_1))));
c4_2 = fma(a4.x, b2.x, fma(a4.y, b2.y, fma(a4.z, b2.z, fma(a4.w, b2.w, c4_2))));
c4_3 = fma(a4.x, b3.x, fma(a4.y, b3.y, fma(a4.z, b3.z, fma(a4.w, b3.w, c4_3))));
c4_4 = fma(a4.x, b4.x, fma(a4.y, b4.y, fma(a4.z, b4.z, fma(a4.w, b4.w, c4_4))));
c4_5 = fma(a4.x, b5.x, fma(a4.y, b5.y, fma(a4.z, b5.z, fma(a4.w, b5.w, c4_5))));
c4_6 = fma(a4.x, b6.x, fma(a4.y, b6.y, fma(a4.z, b6.z, fma(a4.w, b6.w, c4_6))));
c4_7 = fma(a4.x, b7.x, fma(a4.y, b7.y, fma(a4.z, b7.z, fma(a4.w, b7.w, c4_7))));
let a5 = dy_tile[(ty + 40u) * 5u + k];
c5_0 = fma(a5.x, b0.x, fma(a5.y, b0.y, fma(a5.z, b0.z, fma(a5.w, b0.w, c5_0))));
c5_1 = fma(a5.x, b1.x, fma(a5.y, b1.y, fma(a5.z, b1.z, fma(a5.w, b1.w, c5_1))));
c5_2 = fma(a5.x, b2.x, fma(a5.y, b2.y, fma(a5.z, b2.z, fma(a5.w, b2.w, c5_2))));
c5_3 = fma(a5.x, b3.x, fma(a5.y, b3.y, fma(a5.z, b3.z, fma(a5.w, b3.w, c5_3))));
c5_4 = fma(a5.x, b4.x, fma(a5.y, b4.y, fma(a5.z, b4.z, fma(a5.w, b4.w, c5_4))));
c5_5 = fma(a5.x, b5.x, fma(a5.y, b5.y, fma(a5.z, b5.z, fma(a5.w, b5.w, c5_5))));
c5_6 = fma(a5.x, b6.x, fma(a5.y, b6.y, fma(a5.z, b6.z, fma(a5.w, b6.w, c5_6))));
c5_7 = fma(a5.x, b7.x, fma(a5.y, b7.y, fma(a5.z, b7.z, fma(a5.w, b7.w, c5_7))));
let a6 = dy_tile[(ty + 48u) * 5u + k];
c6_0 = fma(a6.x, b0.x, fma(a6.y, b0.y, fma(a6.z, b0.z, fma(a6.w, b0.w, c6_0))));
c6_1 = fma(a6.x, b1.x, fma(a6.y, b1.y, fma(a6.z, b1.z, fma(a6.w, b1.w, c6_1))));
c6_2 = fma(a6.x, b2.x, fma(a6.y, b2.y, fma(a6.z, b2.z, fma(a6.w, b2.w, c6_2))));
c6_3 = fma(a6.x, b3.x, fma(a6.y, b3.y, fma(a6.z, b3.z, fma(a6.w, b3.w, c6_3))));
c6_4 = fma(a6.x, b4.x, fma(a6.y, b4.y, fma(a6.z, b4.z, fma(a6.w, b4.w, c6_4))));
c6_5 = fma(a6.x, b5.x, fma(a6.y, b5.y, fma(a6.z, b5.z, fma(a6.w, b5.w, c6_5))));
c6_6 = fma(a6.x, b6.x, fma(a6.y, b6.y, fma(a6.z, b6.z, fma(a6.w, b6.w, c6_6))));
c6_7 = fma(a6.x, b7.x, fma(a6.y, b7.y, fma(a6.z, b7.z, fma(a6.w, b7.w, c6_7))));
let a7 = dy_tile[(ty + 56u) * 5u + k];
c7_0 = fma(a7.x, b0.x, fma(a7.y, b0.y, fma(a7.z, b0.z, fma(a7.w, b0.w, c7_0))));
c7_1 = fma(a7.x, b1.x, fma(a7.y, b1.y, fma(a7.z, b1.z, fma(a7.w, b1.w, c7_1))));
c7_2 = fma(a7.x, b2.x, fma(a7.y, b2.y, fma(a7.z, b2.z, fma(a7.w, b2.w, c7_2))));
c7_3 = fma(a7.x, b3.x, fma(a7.y, b3.y, fma(a7.z, b3.z, fma(a7.w, b3.w, c7_3))));
c7_4 = fma(a7.x, b4.x, fma(a7.y, b4.y, fma(a7.z, b4.z, fma(a7.w, b4.w, c7_4))));
c7_5 = fma(a7.x, b5.x, fma(a7.y, b5.y, fma(a7.z, b5.z, fma(a7.w, b5.w, c7_5))));
c7_6 = fma(a7.x, b6.x, fma(a7.y, b6.y, fma(a7.z, b6.z, fma(a7.w, b6.w, c7_6))));
c7_7 = fma(a7.x, b7.x, fma(a7.y, b7.y, fma(a7.z, b7.z, fma(a7.w, b7.w, c7_7))));
    }
    workgroupBarrier();
  }
  if (o + ty + 0u < s.outChannels && q + tx + 0u < s.rows) {
    let e = group.z * s.weights + (o + ty + 0u) * s.rows + q + tx + 0u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c0_0 += dw[e]; }
    dw[e] = c0_0;
  }
if (o + ty + 0u < s.outChannels && q + tx + 8u < s.rows) {
    let e = group.z * s.weights + (o + ty + 0u) * s.rows + q + tx + 8u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c0_1 += dw[e]; }
    dw[e] = c0_1;
  }
if (o + ty + 0u < s.outChannels && q + tx + 16u < s.rows) {
    let e = group.z * s.weights + (o + ty + 0u) * s.rows + q + tx + 16u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c0_2 += dw[e]; }
    dw[e] = c0_2;
  }
if (o + ty + 0u < s.outChannels && q + tx + 24u < s.rows) {
    let e = group.z * s.weights + (o + ty + 0u) * s.rows + q + tx + 24u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c0_3 += dw[e]; }
    dw[e] = c0_3;
  }
if (o + ty + 0u < s.outChannels && q + tx + 32u < s.rows) {
    let e = group.z * s.weights + (o + ty + 0u) * s.rows + q + tx + 32u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c0_4 += dw[e]; }
    dw[e] = c0_4;
  }
if (o + ty + 0u < s.outChannels && q + tx + 40u < s.rows) {
    let e = group.z * s.weights + (o + ty + 0u) * s.rows + q + tx + 40u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c0_5 += dw[e]; }
    dw[e] = c0_5;
  }
if (o + ty + 0u < s.outChannels && q + tx + 48u < s.rows) {
    let e = group.z * s.weights + (o + ty + 0u) * s.rows + q + tx + 48u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c0_6 += dw[e]; }
    dw[e] = c0_6;
  }
if (o + ty + 0u < s.outChannels && q + tx + 56u < s.rows) {
    let e = group.z * s.weights + (o + ty + 0u) * s.rows + q + tx + 56u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c0_7 += dw[e]; }
    dw[e] = c0_7;
  }
if (o + ty + 8u < s.outChannels && q + tx + 0u < s.rows) {
    let e = group.z * s.weights + (o + ty + 8u) * s.rows + q + tx + 0u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c1_0 += dw[e]; }
    dw[e] = c1_0;
  }
if (o + ty + 8u < s.outChannels && q + tx + 8u < s.rows) {
    let e = group.z * s.weights + (o + ty + 8u) * s.rows + q + tx + 8u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c1_1 += dw[e]; }
    dw[e] = c1_1;
  }
if (o + ty + 8u < s.outChannels && q + tx + 16u < s.rows) {
    let e = group.z * s.weights + (o + ty + 8u) * s.rows + q + tx + 16u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c1_2 += dw[e]; }
    dw[e] = c1_2;
  }
if (o + ty + 8u < s.outChannels && q + tx + 24u < s.rows) {
    let e = group.z * s.weights + (o + ty + 8u) * s.rows + q + tx + 24u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c1_3 += dw[e]; }
    dw[e] = c1_3;
  }
if (o + ty + 8u < s.outChannels && q + tx + 32u < s.rows) {
    let e = group.z * s.weights + (o + ty + 8u) * s.rows + q + tx + 32u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c1_4 += dw[e]; }
    dw[e] = c1_4;
  }
if (o + ty + 8u < s.outChannels && q + tx + 40u < s.rows) {
    let e = group.z * s.weights + (o + ty + 8u) * s.rows + q + tx + 40u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c1_5 += dw[e]; }
    dw[e] = c1_5;
  }
if (o + ty + 8u < s.outChannels && q + tx + 48u < s.rows) {
    let e = group.z * s.weights + (o + ty + 8u) * s.rows + q + tx + 48u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c1_6 += dw[e]; }
    dw[e] = c1_6;
  }
if (o + ty + 8u < s.outChannels && q + tx + 56u < s.rows) {
    let e = group.z * s.weights + (o + ty + 8u) * s.rows + q + tx + 56u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c1_7 += dw[e]; }
    dw[e] = c1_7;
  }
if (o + ty + 16u < s.outChannels && q + tx + 0u < s.rows) {
    let e = group.z * s.weights + (o + ty + 16u) * s.rows + q + tx + 0u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c2_0 += dw[e]; }
    dw[e] = c2_0;
  }
if (o + ty + 16u < s.outChannels && q + tx + 8u < s.rows) {
    let e = group.z * s.weights + (o + ty + 16u) * s.rows + q + tx + 8u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c2_1 += dw[e]; }
    dw[e] = c2_1;
  }
if (o + ty + 16u < s.outChannels && q + tx + 16u < s.rows) {
    let e = group.z * s.weights + (o + ty + 16u) * s.rows + q + tx + 16u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c2_2 += dw[e]; }
    dw[e] = c2_2;
  }
if (o + ty + 16u < s.outChannels && q + tx + 24u < s.rows) {
    let e = group.z * s.weights + (o + ty + 16u) * s.rows + q + tx + 24u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c2_3 += dw[e]; }
    dw[e] = c2_3;
  }
if (o + ty + 16u < s.outChannels && q + tx + 32u < s.rows) {
    let e = group.z * s.weights + (o + ty + 16u) * s.rows + q + tx + 32u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c2_4 += dw[e]; }
    dw[e] = c2_4;
  }
if (o + ty + 16u < s.outChannels && q + tx + 40u < s.rows) {
    let e = group.z * s.weights + (o + ty + 16u) * s.rows + q + tx + 40u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c2_5 += dw[e]; }
    dw[e] = c2_5;
  }
if (o + ty + 16u < s.outChannels && q + tx + 48u < s.rows) {
    let e = group.z * s.weights + (o + ty + 16u) * s.rows + q + tx + 48u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c2_6 += dw[e]; }
    dw[e] = c2_6;
  }
if (o + ty + 16u < s.outChannels && q + tx + 56u < s.rows) {
    let e = group.z * s.weights + (o + ty + 16u) * s.rows + q + tx + 56u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c2_7 += dw[e]; }
    dw[e] = c2_7;
  }
if (o + ty + 24u < s.outChannels && q + tx + 0u < s.rows) {
    let e = group.z * s.weights + (o + ty + 24u) * s.rows + q + tx + 0u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c3_0 += dw[e]; }
    dw[e] = c3_0;
  }
if (o + ty + 24u < s.outChannels && q + tx + 8u < s.rows) {
    let e = group.z * s.weights + (o + ty + 24u) * s.rows + q + tx + 8u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c3_1 += dw[e]; }
    dw[e] = c3_1;
  }
if (o + ty + 24u < s.outChannels && q + tx + 16u < s.rows) {
    let e = group.z * s.weights + (o + ty + 24u) * s.rows + q + tx + 16u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c3_2 += dw[e]; }
    dw[e] = c3_2;
  }
if (o + ty + 24u < s.outChannels && q + tx + 24u < s.rows) {
    let e = group.z * s.weights + (o + ty + 24u) * s.rows + q + tx + 24u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c3_3 += dw[e]; }
    dw[e] = c3_3;
  }
if (o + ty + 24u < s.outChannels && q + tx + 32u < s.rows) {
    let e = group.z * s.weights + (o + ty + 24u) * s.rows + q + tx + 32u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c3_4 += dw[e]; }
    dw[e] = c3_4;
  }
if (o + ty + 24u < s.outChannels && q + tx + 40u < s.rows) {
    let e = group.z * s.weights + (o + ty + 24u) * s.rows + q + tx + 40u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c3_5 += dw[e]; }
    dw[e] = c3_5;
  }
if (o + ty + 24u < s.outChannels && q + tx + 48u < s.rows) {
    let e = group.z * s.weights + (o + ty + 24u) * s.rows + q + tx + 48u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c3_6 += dw[e]; }
    dw[e] = c3_6;
  }
if (o + ty + 24u < s.outChannels && q + tx + 56u < s.rows) {
    let e = group.z * s.weights + (o + ty + 24u) * s.rows + q + tx + 56u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c3_7 += dw[e]; }
    dw[e] = c3_7;
  }
if (o + ty + 32u < s.outChannels && q + tx + 0u < s.rows) {
    let e = group.z * s.weights + (o + ty + 32u) * s.rows + q + tx + 0u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c4_0 += dw[e]; }
    dw[e] = c4_0;
  }
if (o + ty + 32u < s.outChannels && q + tx + 8u < s.rows) {
    let e = group.z * s.weights + (o + ty + 32u) * s.rows + q + tx + 8u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c4_1 += dw[e]; }
    dw[e] = c4_1;
  }
if (o + ty + 32u < s.outChannels && q + tx + 16u < s.rows) {
    let e = group.z * s.weights + (o + ty + 32u) * s.rows + q + tx + 16u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c4_2 += dw[e]; }
    dw[e] = c4_2;
  }
if (o + ty + 32u < s.outChannels && q + tx + 24u < s.rows) {
    let e = group.z * s.weights + (o + ty + 32u) * s.rows + q + tx + 24u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c4_3 += dw[e]; }
    dw[e] = c4_3;
  }
if (o + ty + 32u < s.outChannels && q + tx + 32u < s.rows) {
    let e = group.z * s.weights + (o + ty + 32u) * s.rows + q + tx + 32u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c4_4 += dw[e]; }
    dw[e] = c4_4;
  }
if (o + ty + 32u < s.outChannels && q + tx + 40u < s.rows) {
    let e = group.z * s.weights + (o + ty + 32u) * s.rows + q + tx + 40u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c4_5 += dw[e]; }
    dw[e] = c4_5;
  }
if (o + ty + 32u < s.outChannels && q + tx + 48u < s.rows) {
    let e = group.z * s.weights + (o + ty + 32u) * s.rows + q + tx + 48u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c4_6 += dw[e]; }
    dw[e] = c4_6;
  }
if (o + ty + 32u < s.outChannels && q + tx + 56u < s.rows) {
    let e = group.z * s.weights + (o + ty + 32u) * s.rows + q + tx + 56u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c4_7 += dw[e]; }
    dw[e] = c4_7;
  }
if (o + ty + 40u < s.outChannels && q + tx + 0u < s.rows) {
    let e = group.z * s.weights + (o + ty + 40u) * s.rows + q + tx + 0u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c5_0 += dw[e]; }
    dw[e] = c5_0;
  }
if (o + ty + 40u < s.outChannels && q + tx + 8u < s.rows) {
    let e = group.z * s.weights + (o + ty + 40u) * s.rows + q + tx + 8u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c5_1 += dw[e]; }
    dw[e] = c5_1;
  }
if (o + ty + 40u < s.outChannels && q + tx + 16u < s.rows) {
    let e = group.z * s.weights + (o + ty + 40u) * s.rows + q + tx + 16u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c5_2 += dw[e]; }
    dw[e] = c5_2;
  }
if (o + ty + 40u < s.outChannels && q + tx + 24u < s.rows) {
    let e = group.z * s.weights + (o + ty + 40u) * s.rows + q + tx + 24u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c5_3 += dw[e]; }
    dw[e] = c5_3;
  }
if (o + ty + 40u < s.outChannels && q + tx + 32u < s.rows) {
    let e = group.z * s.weights + (o + ty + 40u) * s.rows + q + tx + 32u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c5_4 += dw[e]; }
    dw[e] = c5_4;
  }
if (o + ty + 40u < s.outChannels && q + tx + 40u < s.rows) {
    let e = group.z * s.weights + (o + ty + 40u) * s.rows + q + tx + 40u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c5_5 += dw[e]; }
    dw[e] = c5_5;
  }
if (o + ty + 40u < s.outChannels && q + tx + 48u < s.rows) {
    let e = group.z * s.weights + (o + ty + 40u) * s.rows + q + tx + 48u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c5_6 += dw[e]; }
    dw[e] = c5_6;
  }
if (o + ty + 40u < s.outChannels && q + tx + 56u < s.rows) {
    let e = group.z * s.weights + (o + ty + 40u) * s.rows + q + tx + 56u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c5_7 += dw[e]; }
    dw[e] = c5_7;
  }
if (o + ty + 48u < s.outChannels && q + tx + 0u < s.rows) {
    let e = group.z * s.weights + (o + ty + 48u) * s.rows + q + tx + 0u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c6_0 += dw[e]; }
    dw[e] = c6_0;
  }
if (o + ty + 48u < s.outChannels && q + tx + 8u < s.rows) {
    let e = group.z * s.weights + (o + ty + 48u) * s.rows + q + tx + 8u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c6_1 += dw[e]; }
    dw[e] = c6_1;
  }
if (o + ty + 48u < s.outChannels && q + tx + 16u < s.rows) {
    let e = group.z * s.weights + (o + ty + 48u) * s.rows + q + tx + 16u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c6_2 += dw[e]; }
    dw[e] = c6_2;
  }
if (o + ty + 48u < s.outChannels && q + tx + 24u < s.rows) {
    let e = group.z * s.weights + (o + ty + 48u) * s.rows + q + tx + 24u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c6_3 += dw[e]; }
    dw[e] = c6_3;
  }
if (o + ty + 48u < s.outChannels && q + tx + 32u < s.rows) {
    let e = group.z * s.weights + (o + ty + 48u) * s.rows + q + tx + 32u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c6_4 += dw[e]; }
    dw[e] = c6_4;
  }
if (o + ty + 48u < s.outChannels && q + tx + 40u < s.rows) {
    let e = group.z * s.weights + (o + ty + 48u) * s.rows + q + tx + 40u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c6_5 += dw[e]; }
    dw[e] = c6_5;
  }
if (o + ty + 48u < s.outChannels && q + tx + 48u < s.rows) {
    let e = group.z * s.weights + (o + ty + 48u) * s.rows + q + tx + 48u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c6_6 += dw[e]; }
    dw[e] = c6_6;
  }
if (o + ty + 48u < s.outChannels && q + tx + 56u < s.rows) {
    let e = group.z * s.weights + (o + ty + 48u) * s.rows + q + tx + 56u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c6_7 += dw[e]; }
    dw[e] = c6_7;
  }
if (o + ty + 56u < s.outChannels && q + tx + 0u < s.rows) {
    let e = group.z * s.weights + (o + ty + 56u) * s.rows + q + tx + 0u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c7_0 += dw[e]; }
    dw[e] = c7_0;
  }
if (o + ty + 56u < s.outChannels && q + tx + 8u < s.rows) {
    let e = group.z * s.weights + (o + ty + 56u) * s.rows + q + tx + 8u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c7_1 += dw[e]; }
    dw[e] = c7_1;
  }
if (o + ty + 56u < s.outChannels && q + tx + 16u < s.rows) {
    let e = group.z * s.weights + (o + ty + 56u) * s.rows + q + tx + 16u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c7_2 += dw[e]; }
    dw[e] = c7_2;
  }
if (o + ty + 56u < s.outChannels && q + tx + 24u < s.rows) {
    let e = group.z * s.weights + (o + ty + 56u) * s.rows + q + tx + 24u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c7_3 += dw[e]; }
    dw[e] = c7_3;
  }
if (o + ty + 56u < s.outChannels && q + tx + 32u < s.rows) {
    let e = group.z * s.weights + (o + ty + 56u) * s.rows + q + tx + 32u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c7_4 += dw[e]; }
    dw[e] = c7_4;
  }
if (o + ty + 56u < s.outChannels && q + tx + 40u < s.rows) {
    let e = group.z * s.weights + (o + ty + 56u) * s.rows + q + tx + 40u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c7_5 += dw[e]; }
    dw[e] = c7_5;
  }
if (o + ty + 56u < s.outChannels && q + tx + 48u < s.rows) {
    let e = group.z * s.weights + (o + ty + 56u) * s.rows + q + tx + 48u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c7_6 += dw[e]; }
    dw[e] = c7_6;
  }
if (o + ty + 56u < s.outChannels && q + tx + 56u < s.rows) {
    let e = group.z * s.weights + (o + ty + 56u) * s.rows + q + tx + 56u;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { c7_7 += dw[e]; }
    dw[e] = c7_7;
  }
}
