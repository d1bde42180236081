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
  for (var at0 = begin; at0 < end; at0 += 4u) {
    let column = at0 + step;
    let valid = column < end;
    let n = column % s.n4;
    let place = column / s.n4;
    let left = (place % s.outWidth) * 2u;
    let top = (place / s.outWidth) * 2u;
    {
      let row = fetch + 0u;
      let inside = valid && o + row < s.outChannels;
      dy_tile[row * 5u + step] = select(vec4f(0), dy[select(0u, (o + row) * s.columns + column, inside)], inside);
    }
    {
      let row = fetch + 0u;
      let weight = q + row;
      let iy = top + (weight % 9u) / 3u - s.pad;
      let ix = left + weight % 3u - s.pad;
      let inside = valid && weight < s.rows && iy < s.inHeight && ix < s.inWidth;
      let at = (((weight / 9u) * s.inHeight + iy) * s.inWidth + ix) * s.n4 + n;
      x_tile[row * 5u + step] = select(vec4f(0), x[select(0u, at, inside)], inside);
    }
{
      let row = fetch + 16u;
      let inside = valid && o + row < s.outChannels;
      dy_tile[row * 5u + step] = select(vec4f(0), dy[select(0u, (o + row) * s.columns + column, inside)], inside);
    }
    {
      let row = fetch + 16u;
      let weight = q + row;
      let iy = top + (weight % 9u) / 3u - s.pad;
      let ix = left + weight % 3u - s.pad;
      let inside = valid && weight < s.rows && iy < s.inHeight && ix < s.inWidth;
      let at = (((weight / 9u) * s.inHeight + iy) * s.inWidth + ix) * s.n4 + n;
      x_tile[row * 5u + step] = select(vec4f(0), x[select(0u, at, inside)], inside);
    }
{
      let row = fetch + 32u;
      let inside = valid && o + row < s.outChannels;
      dy_tile[row * 5u + step] = select(vec4f(0), dy[select(0u, (o + row) * s.columns + column, inside)], inside);
    }
    {
      let row = fetch + 32u;
      let weight = q + row;
      let iy = top + (weight % 9u) / 3u - s.pad;
      let ix = left + weight % 3u - s.pad;
      let inside = valid && weight < s.rows && iy < s.inHeight && ix < s.inWidth;
      let at = (((weight / 9u) * s.inHeight + iy) * s.inWidth + ix) * s.n4 + n;
      x_tile[row * 5u + step] = select(vec4f(0), x[select(0u, at, inside)], inside);
    }
{
      let row = fetch + 48u;
      let inside = valid && o + row < s.outChannels;
      dy_tile[row * 5u + step] = select(vec4f(0), dy[select(0u, (o + row) * s.columns + column, inside)], inside);
    }
    {
      let row = fetch + 48u;
      let weight = q + row;
      let iy = top + (weight % 9u) / 3u - s.pad;
      let ix = left + weight % 3u - s.pad;
      let inside = valid && weight < s.rows && iy < s.inHeight && ix < s.inWidth;
      let at = (((weight / 9u) * s.inHeight + iy) * s.inWidth + ix) * s.n4 + n;
      x_tile[row * 5u + step] = select(vec4f(0), x[select(0u, at, inside)], inside);
    }
    workgroupBarrier();
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
c0_0 += dot(a0, b0);
c0_1 += dot(a0, b1);
c0_2 += dot(a0, b2);
c0_3 += dot(a0, b3);
c0_4 += dot(a0, b4);
c0_5 += dot(a0, b5);
c0_6 += dot(a0, b6);
c0_7 += dot(a0, b7);
let a1 = dy_tile[(ty + 8u) * 5u + k];
c1_0 += dot(a1, b0);
c1_1 += dot(a1, b1);
c1_2 += dot(a1, b2);
c1_3 += dot(a1, b3);
c1_4 += dot(a1, b4);
c1_5 += dot(a1, b5);
c1_6 += dot(a1, b6);
c1_7 += dot(a1, b7);
let a2 = dy_tile[(ty + 16u) * 5u + k];
c2_0 += dot(a2, b0);
c2_1 += dot(a2, b1);
c2_2 += dot(a2, b2);
c2_3 += dot(a2, b3);
c2_4 += dot(a2, b4);
c2_5 += dot(a2, b5);
c2_6 += dot(a2, b6);
c2_7 += dot(a2, b7);
let a3 = dy_tile[(ty + 24u) * 5u + k];
c3_0 += dot(a3, b0);
c3_1 += dot(a3, b1);
c3_2 += dot(a3, b2);
c3_3 += dot(a3, b3);
c3_4 += dot(a3, b4);
c3_5 += dot(a3, b5);
c3_6 += dot(a3, b6);
c3_7 += dot(a3, b7);
let a4 = dy_tile[(ty + 32u) * 5u + k];
c4_0 += dot(a4, b0);
c4_1 += dot(a4, b1);
c4_2 += dot(a4, b2);
c4_3 += dot(a4, b3);
c4_4 += dot(a4, b4);
c4_5 += dot(a4, b5);
c4_6 += dot(a4, b6);
c4_7 += dot(a4, b7);
let a5 = dy_tile[(ty + 40u) * 5u + k];
c5_0 += dot(a5, b0);
c5_1 += dot(a5, b1);
c5_2 += dot(a5, b2);
c5_3 += dot(a5, b3);
c5_4 += dot(a5, b4);
c5_5 += dot(a5, b5);
c5_6 += dot(a5, b6);
c5_7 += dot(a5, b7);
let a6 = dy_tile[(ty + 48u) * 5u + k];
c6_0 += dot(a6, b0);
c6_1 += dot(a6, b1);
c6_2 += dot(a6, b2);
c6_3 += dot(a6, b3);
c6_4 += dot(a6, b4);
c6_5 += dot(a6, b5);
c6_6 += dot(a6, b6);
c6_7 += dot(a6, b7);
let a7 = dy_tile[(ty + 56u) * 5u + k];
c7_0 += dot(a7, b0);
c7_1 += dot(a7, b1);
c7_2 += dot(a7, b2);
c7_3 += dot(a7, b3);
c7_4 += dot(a7, b4);
c7_5 += dot(a7, b5);
c7_6 += dot(a7, b6);
c7_7 += dot(a7, b7);
    }
    workgroupBarrier();
  }
  if (o + ty + 0u < s.outChannels && q + tx + 0u < s.rows) {
    let e = group.z * s.weights + (o + ty + 0u) * s.rows + q + tx + 0u;
    if (s.accumulate != 0u) { c0_0 += dw[e]; }
    dw[e] = c0_0;
  }
if (o + ty + 0u < s.outChannels && q + tx + 8u < s.rows) {
    let e = group.z * s.weights + (o + ty + 0u) * s.rows + q + tx + 8u;
    if (s.accumulate != 0u) { c0_1 += dw[e]; }
    dw[e] = c0_1;
  }
if (o + ty + 0u < s.outChannels && q + tx + 16u < s.rows) {
    let e = group.z * s.weights + (o + ty + 0u) * s.rows + q + tx + 16u;
    if (s.accumulate != 0u) { c0_2 += dw[e]; }
    dw[e] = c0_2;
  }
if (o + ty + 0u < s.outChannels && q + tx + 24u < s.rows) {
    let e = group.z * s.weights + (o + ty + 0u) * s.rows + q + tx + 24u;
    if (s.accumulate != 0u) { c0_3 += dw[e]; }
    dw[e] = c0_3;
  }
if (o + ty + 0u < s.outChannels && q + tx + 32u < s.rows) {
    let e = group.z * s.weights + (o + ty + 0u) * s.rows + q + tx + 32u;
    if (s.accumulate != 0u) { c0_4 += dw[e]; }
    dw[e] = c0_4;
  }
if (o + ty + 0u < s.outChannels && q + tx + 40u < s.rows) {
    let e = group.z * s.weights + (o + ty + 0u) * s.rows + q + tx + 40u;
    if (s.accumulate != 0u) { c0_5 += dw[e]; }
    dw[e] = c0_5;
  }
if (o + ty + 0u < s.outChannels && q + tx + 48u < s.rows) {
    let e = group.z * s.weights + (o + ty + 0u) * s.rows + q + tx + 48u;
    if (s.accumulate != 0u) { c0_6 += dw[e]; }
    dw[e] = c0_6;
  }
if (o + ty + 0u < s.outChannels && q + tx + 56u < s.rows) {
    let e = group.z * s.weights + (o + ty + 0u) * s.rows + q + tx + 56u;
    if (s.accumulate != 0u) { c0_7 += dw[e]; }
    dw[e] = c0_7;
  }
if (o + ty + 8u < s.outChannels && q + tx + 0u < s.rows) {
    let e = group.z * s.weights + (o + ty + 8u) * s.rows + q + tx + 0u;
    if (s.accumulate != 0u) { c1_0 += dw[e]; }
    dw[e] = c1_0;
  }
if (o + ty + 8u < s.outChannels && q + tx + 8u < s.rows) {
    let e = group.z * s.weights + (o + ty + 8u) * s.rows + q + tx + 8u;
    if (s.accumulate != 0u) { c1_1 += dw[e]; }
    dw[e] = c1_1;
  }
if (o + ty + 8u < s.outChannels && q + tx + 16u < s.rows) {
    let e = group.z * s.weights + (o + ty + 8u) * s.rows + q + tx + 16u;
    if (s.accumulate != 0u) { c1_2 += dw[e]; }
    dw[e] = c1_2;
  }
if (o + ty + 8u < s.outChannels && q + tx + 24u < s.rows) {
    let e = group.z * s.weights + (o + ty + 8u) * s.rows + q + tx + 24u;
    if (s.accumulate != 0u) { c1_3 += dw[e]; }
    dw[e] = c1_3;
  }
if (o + ty + 8u < s.outChannels && q + tx + 32u < s.rows) {
    let e = group.z * s.weights + (o + ty + 8u) * s.rows + q + tx + 32u;
    if (s.accumulate != 0u) { c1_4 += dw[e]; }
    dw[e] = c1_4;
  }
if (o + ty + 8u < s.outChannels && q + tx + 40u < s.rows) {
    let e = group.z * s.weights + (o + ty + 8u) * s.rows + q + tx + 40u;
    if (s.accumulate != 0u) { c1_5 += dw[e]; }
    dw[e] = c1_5;
  }
if (o + ty + 8u < s.outChannels && q + tx + 48u < s.rows) {
    let e = group.z * s.weights + (o + ty + 8u) * s.rows + q + tx + 48u;
    if (s.accumulate != 0u) { c1_6 += dw[e]; }
    dw[e] = c1_6;
  }
if (o + ty + 8u < s.outChannels && q + tx + 56u < s.rows) {
    let e = group.z * s.weights + (o + ty + 8u) * s.rows + q + tx + 56u;
    if (s.accumulate != 0u) { c1_7 += dw[e]; }
    dw[e] = c1_7;
  }
if (o + ty + 16u < s.outChannels && q + tx + 0u < s.rows) {
    let e = group.z * s.weights + (o + ty + 16u) * s.rows + q + tx + 0u;
    if (s.accumulate != 0u) { c2_0 += dw[e]; }
    dw[e] = c2_0;
  }
if (o + ty + 16u < s.outChannels && q + tx + 8u < s.rows) {
    let e = group.z * s.weights + (o + ty + 16u) * s.rows + q + tx + 8u;
    if (s.accumulate != 0u) { c2_1 += dw[e]; }
    dw[e] = c2_1;
  }
if (o + ty + 16u < s.outChannels && q + tx + 16u < s.rows) {
    let e = group.z * s.weights + (o + ty + 16u) * s.rows + q + tx + 16u;
    if (s.accumulate != 0u) { c2_2 += dw[e]; }
    dw[e] = c2_2;
  }
if (o + ty + 16u < s.outChannels && q + tx + 24u < s.rows) {
    let e = group.z * s.weights + (o + ty + 16u) * s.rows + q + tx + 24u;
    if (s.accumulate != 0u) { c2_3 += dw[e]; }
    dw[e] = c2_3;
  }
if (o + ty + 16u < s.outChannels && q + tx + 32u < s.rows) {
    let e = group.z * s.weights + (o + ty + 16u) * s.rows + q + tx + 32u;
    if (s.accumulate != 0u) { c2_4 += dw[e]; }
    dw[e] = c2_4;
  }
if (o + ty + 16u < s.outChannels && q + tx + 40u < s.rows) {
    let e = group.z * s.weights + (o + ty + 16u) * s.rows + q + tx + 40u;
    if (s.accumulate != 0u) { c2_5 += dw[e]; }
    dw[e] = c2_5;
  }
if (o + ty + 16u < s.outChannels && q + tx + 48u < s.rows) {
    let e = group.z * s.weights + (o + ty + 16u) * s.rows + q + tx + 48u;
    if (s.accumulate != 0u) { c2_6 += dw[e]; }
    dw[e] = c2_6;
  }
if (o + ty + 16u < s.outChannels && q + tx + 56u < s.rows) {
    let e = group.z * s.weights + (o + ty + 16u) * s.rows + q + tx + 56u;
    if (s.accumulate != 0u) { c2_7 += dw[e]; }
    dw[e] = c2_7;
  }
if (o + ty + 24u < s.outChannels && q + tx + 0u < s.rows) {
    let e = group.z * s.weights + (o + ty + 24u) * s.rows + q + tx + 0u;
    if (s.accumulate != 0u) { c3_0 += dw[e]; }
    dw[e] = c3_0;
  }
if (o + ty + 24u < s.outChannels && q + tx + 8u < s.rows) {
    let e = group.z * s.weights + (o + ty + 24u) * s.rows + q + tx + 8u;
    if (s.accumulate != 0u) { c3_1 += dw[e]; }
    dw[e] = c3_1;
  }
if (o + ty + 24u < s.outChannels && q + tx + 16u < s.rows) {
    let e = group.z * s.weights + (o + ty + 24u) * s.rows + q + tx + 16u;
    if (s.accumulate != 0u) { c3_2 += dw[e]; }
    dw[e] = c3_2;
  }
if (o + ty + 24u < s.outChannels && q + tx + 24u < s.rows) {
    let e = group.z * s.weights + (o + ty + 24u) * s.rows + q + tx + 24u;
    if (s.accumulate != 0u) { c3_3 += dw[e]; }
    dw[e] = c3_3;
  }
if (o + ty + 24u < s.outChannels && q + tx + 32u < s.rows) {
    let e = group.z * s.weights + (o + ty + 24u) * s.rows + q + tx + 32u;
    if (s.accumulate != 0u) { c3_4 += dw[e]; }
    dw[e] = c3_4;
  }
if (o + ty + 24u < s.outChannels && q + tx + 40u < s.rows) {
    let e = group.z * s.weights + (o + ty + 24u) * s.rows + q + tx + 40u;
    if (s.accumulate != 0u) { c3_5 += dw[e]; }
    dw[e] = c3_5;
  }
if (o + ty + 24u < s.outChannels && q + tx + 48u < s.rows) {
    let e = group.z * s.weights + (o + ty + 24u) * s.rows + q + tx + 48u;
    if (s.accumulate != 0u) { c3_6 += dw[e]; }
    dw[e] = c3_6;
  }
if (o + ty + 24u < s.outChannels && q + tx + 56u < s.rows) {
    let e = group.z * s.weights + (o + ty + 24u) * s.rows + q + tx + 56u;
    if (s.accumulate != 0u) { c3_7 += dw[e]; }
    dw[e] = c3_7;
  }
if (o + ty + 32u < s.outChannels && q + tx + 0u < s.rows) {
    let e = group.z * s.weights + (o + ty + 32u) * s.rows + q + tx + 0u;
    if (s.accumulate != 0u) { c4_0 += dw[e]; }
    dw[e] = c4_0;
  }
if (o + ty + 32u < s.outChannels && q + tx + 8u < s.rows) {
    let e = group.z * s.weights + (o + ty + 32u) * s.rows + q + tx + 8u;
    if (s.accumulate != 0u) { c4_1 += dw[e]; }
    dw[e] = c4_1;
  }
if (o + ty + 32u < s.outChannels && q + tx + 16u < s.rows) {
    let e = group.z * s.weights + (o + ty + 32u) * s.rows + q + tx + 16u;
    if (s.accumulate != 0u) { c4_2 += dw[e]; }
    dw[e] = c4_2;
  }
if (o + ty + 32u < s.outChannels && q + tx + 24u < s.rows) {
    let e = group.z * s.weights + (o + ty + 32u) * s.rows + q + tx + 24u;
    if (s.accumulate != 0u) { c4_3 += dw[e]; }
    dw[e] = c4_3;
  }
if (o + ty + 32u < s.outChannels && q + tx + 32u < s.rows) {
    let e = group.z * s.weights + (o + ty + 32u) * s.rows + q + tx + 32u;
    if (s.accumulate != 0u) { c4_4 += dw[e]; }
    dw[e] = c4_4;
  }
if (o + ty + 32u < s.outChannels && q + tx + 40u < s.rows) {
    let e = group.z * s.weights + (o + ty + 32u) * s.rows + q + tx + 40u;
    if (s.accumulate != 0u) { c4_5 += dw[e]; }
    dw[e] = c4_5;
  }
if (o + ty + 32u < s.outChannels && q + tx + 48u < s.rows) {
    let e = group.z * s.weights + (o + ty + 32u) * s.rows + q + tx + 48u;
    if (s.accumulate != 0u) { c4_6 += dw[e]; }
    dw[e] = c4_6;
  }
if (o + ty + 32u < s.outChannels && q + tx + 56u < s.rows) {
    let e = group.z * s.weights + (o + ty + 32u) * s.rows + q + tx + 56u;
    if (s.accumulate != 0u) { c4_7 += dw[e]; }
    dw[e] = c4_7;
  }
if (o + ty + 40u < s.outChannels && q + tx + 0u < s.rows) {
    let e = group.z * s.weights + (o + ty + 40u) * s.rows + q + tx + 0u;
    if (s.accumulate != 0u) { c5_0 += dw[e]; }
    dw[e] = c5_0;
  }
if (o + ty + 40u < s.outChannels && q + tx + 8u < s.rows) {
    let e = group.z * s.weights + (o + ty + 40u) * s.rows + q + tx + 8u;
    if (s.accumulate != 0u) { c5_1 += dw[e]; }
    dw[e] = c5_1;
  }
if (o + ty + 40u < s.outChannels && q + tx + 16u < s.rows) {
    let e = group.z * s.weights + (o + ty + 40u) * s.rows + q + tx + 16u;
    if (s.accumulate != 0u) { c5_2 += dw[e]; }
    dw[e] = c5_2;
  }
if (o + ty + 40u < s.outChannels && q + tx + 24u < s.rows) {
    let e = group.z * s.weights + (o + ty + 40u) * s.rows + q + tx + 24u;
    if (s.accumulate != 0u) { c5_3 += dw[e]; }
    dw[e] = c5_3;
  }
if (o + ty + 40u < s.outChannels && q + tx + 32u < s.rows) {
    let e = group.z * s.weights + (o + ty + 40u) * s.rows + q + tx + 32u;
    if (s.accumulate != 0u) { c5_4 += dw[e]; }
    dw[e] = c5_4;
  }
if (o + ty + 40u < s.outChannels && q + tx + 40u < s.rows) {
    let e = group.z * s.weights + (o + ty + 40u) * s.rows + q + tx + 40u;
    if (s.accumulate != 0u) { c5_5 += dw[e]; }
    dw[e] = c5_5;
  }
if (o + ty + 40u < s.outChannels && q + tx + 48u < s.rows) {
    let e = group.z * s.weights + (o + ty + 40u) * s.rows + q + tx + 48u;
    if (s.accumulate != 0u) { c5_6 += dw[e]; }
    dw[e] = c5_6;
  }
if (o + ty + 40u < s.outChannels && q + tx + 56u < s.rows) {
    let e = group.z * s.weights + (o + ty + 40u) * s.rows + q + tx + 56u;
    if (s.accumulate != 0u) { c5_7 += dw[e]; }
    dw[e] = c5_7;
  }
if (o + ty + 48u < s.outChannels && q + tx + 0u < s.rows) {
    let e = group.z * s.weights + (o + ty + 48u) * s.rows + q + tx + 0u;
    if (s.accumulate != 0u) { c6_0 += dw[e]; }
    dw[e] = c6_0;
  }
if (o + ty + 48u < s.outChannels && q + tx + 8u < s.rows) {
    let e = group.z * s.weights + (o + ty + 48u) * s.rows + q + tx + 8u;
    if (s.accumulate != 0u) { c6_1 += dw[e]; }
    dw[e] = c6_1;
  }
if (o + ty + 48u < s.outChannels && q + tx + 16u < s.rows) {
    let e = group.z * s.weights + (o + ty + 48u) * s.rows + q + tx + 16u;
    if (s.accumulate != 0u) { c6_2 += dw[e]; }
    dw[e] = c6_2;
  }
if (o + ty + 48u < s.outChannels && q + tx + 24u < s.rows) {
    let e = group.z * s.weights + (o + ty + 48u) * s.rows + q + tx + 24u;
    if (s.accumulate != 0u) { c6_3 += dw[e]; }
    dw[e] = c6_3;
  }
if (o + ty + 48u < s.outChannels && q + tx + 32u < s.rows) {
    let e = group.z * s.weights + (o + ty + 48u) * s.rows + q + tx + 32u;
    if (s.accumulate != 0u) { c6_4 += dw[e]; }
    dw[e] = c6_4;
  }
if (o + ty + 48u < s.outChannels && q + tx + 40u < s.rows) {
    let e = group.z * s.weights + (o + ty + 48u) * s.rows + q + tx + 40u;
    if (s.accumulate != 0u) { c6_5 += dw[e]; }
    dw[e] = c6_5;
  }
if (o + ty + 48u < s.outChannels && q + tx + 48u < s.rows) {
    let e = group.z * s.weights + (o + ty + 48u) * s.rows + q + tx + 48u;
    if (s.accumulate != 0u) { c6_6 += dw[e]; }
    dw[e] = c6_6;
  }
if (o + ty + 48u < s.outChannels && q + tx + 56u < s.rows) {
    let e = group.z * s.weights + (o + ty + 48u) * s.rows + q + tx + 56u;
    if (s.accumulate != 0u) { c6_7 += dw[e]; }
    dw[e] = c6_7;
  }
if (o + ty + 56u < s.outChannels && q + tx + 0u < s.rows) {
    let e = group.z * s.weights + (o + ty + 56u) * s.rows + q + tx + 0u;
    if (s.accumulate != 0u) { c7_0 += dw[e]; }
    dw[e] = c7_0;
  }
if (o + ty + 56u < s.outChannels && q + tx + 8u < s.rows) {
    let e = group.z * s.weights + (o + ty + 56u) * s.rows + q + tx + 8u;
    if (s.accumulate != 0u) { c7_1 += dw[e]; }
    dw[e] = c7_1;
  }
if (o + ty + 56u < s.outChannels && q + tx + 16u < s.rows) {
    let e = group.z * s.weights + (o + ty + 56u) * s.rows + q + tx + 16u;
    if (s.accumulate != 0u) { c7_2 += dw[e]; }
    dw[e] = c7_2;
  }
if (o + ty + 56u < s.outChannels && q + tx + 24u < s.rows) {
    let e = group.z * s.weights + (o + ty + 56u) * s.rows + q + tx + 24u;
    if (s.accumulate != 0u) { c7_3 += dw[e]; }
    dw[e] = c7_3;
  }
if (o + ty + 56u < s.outChannels && q + tx + 32u < s.rows) {
    let e = group.z * s.weights + (o + ty + 56u) * s.rows + q + tx + 32u;
    if (s.accumulate != 0u) { c7_4 += dw[e]; }
    dw[e] = c7_4;
  }
if (o + ty + 56u < s.outChannels && q + tx + 40u < s.rows) {
    let e = group.z * s.weights + (o + ty + 56u) * s.rows + q + tx + 40u;
    if (s.accumulate != 0u) { c7_5 += dw[e]; }
    dw[e] = c7_5;
  }
if (o + ty + 56u < s.outChannels && q + tx + 48u < s.rows) {
    let e = group.z * s.weights + (o + ty + 56u) * s.rows + q + tx + 48u;
    if (s.accumulate != 0u) { c7_6 += dw[e]; }
    dw[e] = c7_6;
  }
if (o + ty + 56u < s.outChannels && q + tx + 56u < s.rows) {
    let e = group.z * s.weights + (o + ty + 56u) * s.rows + q + tx + 56u;
    if (s.accumulate != 0u) { c7_7 += dw[e]; }
    dw[e] = c7_7;
  }
}
