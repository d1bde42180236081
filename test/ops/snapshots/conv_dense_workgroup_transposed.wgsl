@group(0) @binding(0) var<storage, read> dy: array<vec4f>;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<vec4f>;
struct S { inChannels: u32, inHeight: u32, inWidth: u32, outChannels: u32, outHeight: u32, outWidth: u32, pad: u32, n4: u32, depth: u32, columns: u32, accumulate: u32 }
@group(0) @binding(3) var<uniform> s: S;

var<workgroup> weight_tile: array<f32, 512>;
var<workgroup> input_tile: array<vec4f, 256>;
@compute @workgroup_size(128)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let c = group.y * 64u;
  let first = group.x * 32u;
  // what this invocation fetches: 4 weights of one channel, and 2 rows' vec4 of one column
  let m = lane / 2u;
  let weightRow = (lane % 2u) * 4u;
  let column = lane % 32u;
  let inputRow = lane / 32u;
  let fetched = min(first + column, s.columns - 1u);
  let n = fetched % s.n4;
  let place = fetched / s.n4;
  let py = place / s.inWidth;
  let px = place % s.inWidth;
  // what it computes
  let tx = lane % 16u;
  let ty = lane / 16u;
  var c0_0 = vec4f(0);
var c0_1 = vec4f(0);
var c1_0 = vec4f(0);
var c1_1 = vec4f(0);
var c2_0 = vec4f(0);
var c2_1 = vec4f(0);
var c3_0 = vec4f(0);
var c3_1 = vec4f(0);
var c4_0 = vec4f(0);
var c4_1 = vec4f(0);
var c5_0 = vec4f(0);
var c5_1 = vec4f(0);
var c6_0 = vec4f(0);
var c6_1 = vec4f(0);
var c7_0 = vec4f(0);
var c7_1 = vec4f(0);
  let depth = min(s.depth, arrayLength(&w));
  for (var k0 = 0u; k0 < depth; k0 += 8u) {
    { let at = k0 + weightRow + 0u; let k = min(at, s.depth - 1u); weight_tile[(weightRow + 0u) * 64u + m] = select(0.0, w[((k / 9u) * s.inChannels + min(c + m, s.inChannels - 1u)) * 9u + k % 9u], at < s.depth); }
{ let at = k0 + weightRow + 1u; let k = min(at, s.depth - 1u); weight_tile[(weightRow + 1u) * 64u + m] = select(0.0, w[((k / 9u) * s.inChannels + min(c + m, s.inChannels - 1u)) * 9u + k % 9u], at < s.depth); }
{ let at = k0 + weightRow + 2u; let k = min(at, s.depth - 1u); weight_tile[(weightRow + 2u) * 64u + m] = select(0.0, w[((k / 9u) * s.inChannels + min(c + m, s.inChannels - 1u)) * 9u + k % 9u], at < s.depth); }
{ let at = k0 + weightRow + 3u; let k = min(at, s.depth - 1u); weight_tile[(weightRow + 3u) * 64u + m] = select(0.0, w[((k / 9u) * s.inChannels + min(c + m, s.inChannels - 1u)) * 9u + k % 9u], at < s.depth); }
    {
      let row = inputRow + 0u;
      let k = k0 + row;
      let tap = k % 9u;
      let iy = py + s.pad - tap / 3u;
      let ix = px + s.pad - tap % 3u;
      let inside = k < s.depth && iy < s.outHeight && ix < s.outWidth;
      let at = (((k / 9u) * s.outHeight + iy) * s.outWidth + ix) * s.n4 + n;
      input_tile[row * 32u + column] = select(vec4f(0), dy[select(0u, at, inside)], inside);
    }
{
      let row = inputRow + 4u;
      let k = k0 + row;
      let tap = k % 9u;
      let iy = py + s.pad - tap / 3u;
      let ix = px + s.pad - tap % 3u;
      let inside = k < s.depth && iy < s.outHeight && ix < s.outWidth;
      let at = (((k / 9u) * s.outHeight + iy) * s.outWidth + ix) * s.n4 + n;
      input_tile[row * 32u + column] = select(vec4f(0), dy[select(0u, at, inside)], inside);
    }
    workgroupBarrier();
    {
      let b0 = input_tile[0u + tx];
let b1 = input_tile[16u + tx];
      let a0 = vec4f(weight_tile[0u + ty * 8u]);
c0_0 = fma(a0, b0, c0_0);
c0_1 = fma(a0, b1, c0_1);
let a1 = vec4f(weight_tile[1u + ty * 8u]);
c1_0 = fma(a1, b0, c1_0);
c1_1 = fma(a1, b1, c1_1);
let a2 = vec4f(weight_tile[2u + ty * 8u]);
c2_0 = fma(a2, b0, c2_0);
c2_1 = fma(a2, b1, c2_1);
let a3 = vec4f(weight_tile[3u + ty * 8u]);
c3_0 = fma(a3, b0, c3_0);
c3_1 = fma(a3, b1, c3_1);
let a4 = vec4f(weight_tile[4u + ty * 8u]);
c4_0 = fma(a4, b0, c4_0);
c4_1 = fma(a4, b1, c4_1);
let a5 = vec4f(weight_tile[5u + ty * 8u]);
c5_0 = fma(a5, b0, c5_0);
c5_1 = fma(a5, b1, c5_1);
let a6 = vec4f(weight_tile[6u + ty * 8u]);
c6_0 = fma(a6, b0, c6_0);
c6_1 = fma(a6, b1, c6_1);
let a7 = vec4f(weight_tile[7u + ty * 8u]);
c7_0 = fma(a7, b0, c7_0);
c7_1 = fma(a7, b1, c7_1);
    }
{
      let b0 = input_tile[32u + tx];
let b1 = input_tile[48u + tx];
      let a0 = vec4f(weight_tile[64u + ty * 8u]);
c0_0 = fma(a0, b0, c0_0);
c0_1 = fma(a0, b1, c0_1);
let a1 = vec4f(weight_tile[65u + ty * 8u]);
c1_0 = fma(a1, b0, c1_0);
c1_1 = fma(a1, b1, c1_1);
let a2 = vec4f(weight_tile[66u + ty * 8u]);
c2_0 = fma(a2, b0, c2_0);
c2_1 = fma(a2, b1, c2_1);
let a3 = vec4f(weight_tile[67u + ty * 8u]);
c3_0 = fma(a3, b0, c3_0);
c3_1 = fma(a3, b1, c3_1);
let a4 = vec4f(weight_tile[68u + ty * 8u]);
c4_0 = fma(a4, b0, c4_0);
c4_1 = fma(a4, b1, c4_1);
let a5 = vec4f(weight_tile[69u + ty * 8u]);
c5_0 = fma(a5, b0, c5_0);
c5_1 = fma(a5, b1, c5_1);
let a6 = vec4f(weight_tile[70u + ty * 8u]);
c6_0 = fma(a6, b0, c6_0);
c6_1 = fma(a6, b1, c6_1);
let a7 = vec4f(weight_tile[71u + ty * 8u]);
c7_0 = fma(a7, b0, c7_0);
c7_1 = fma(a7, b1, c7_1);
    }
{
      let b0 = input_tile[64u + tx];
let b1 = input_tile[80u + tx];
      let a0 = vec4f(weight_tile[128u + ty * 8u]);
c0_0 = fma(a0, b0, c0_0);
c0_1 = fma(a0, b1, c0_1);
let a1 = vec4f(weight_tile[129u + ty * 8u]);
c1_0 = fma(a1, b0, c1_0);
c1_1 = fma(a1, b1, c1_1);
let a2 = vec4f(weight_tile[130u + ty * 8u]);
c2_0 = fma(a2, b0, c2_0);
c2_1 = fma(a2, b1, c2_1);
let a3 = vec4f(weight_tile[131u + ty * 8u]);
c3_0 = fma(a3, b0, c3_0);
c3_1 = fma(a3, b1, c3_1);
let a4 = vec4f(weight_tile[132u + ty * 8u]);
c4_0 = fma(a4, b0, c4_0);
c4_1 = fma(a4, b1, c4_1);
let a5 = vec4f(weight_tile[133u + ty * 8u]);
c5_0 = fma(a5, b0, c5_0);
c5_1 = fma(a5, b1, c5_1);
let a6 = vec4f(weight_tile[134u + ty * 8u]);
c6_0 = fma(a6, b0, c6_0);
c6_1 = fma(a6, b1, c6_1);
let a7 = vec4f(weight_tile[135u + ty * 8u]);
c7_0 = fma(a7, b0, c7_0);
c7_1 = fma(a7, b1, c7_1);
    }
{
      let b0 = input_tile[96u + tx];
let b1 = input_tile[112u + tx];
      let a0 = vec4f(weight_tile[192u + ty * 8u]);
c0_0 = fma(a0, b0, c0_0);
c0_1 = fma(a0, b1, c0_1);
let a1 = vec4f(weight_tile[193u + ty * 8u]);
c1_0 = fma(a1, b0, c1_0);
c1_1 = fma(a1, b1, c1_1);
let a2 = vec4f(weight_tile[194u + ty * 8u]);
c2_0 = fma(a2, b0, c2_0);
c2_1 = fma(a2, b1, c2_1);
let a3 = vec4f(weight_tile[195u + ty * 8u]);
c3_0 = fma(a3, b0, c3_0);
c3_1 = fma(a3, b1, c3_1);
let a4 = vec4f(weight_tile[196u + ty * 8u]);
c4_0 = fma(a4, b0, c4_0);
c4_1 = fma(a4, b1, c4_1);
let a5 = vec4f(weight_tile[197u + ty * 8u]);
c5_0 = fma(a5, b0, c5_0);
c5_1 = fma(a5, b1, c5_1);
let a6 = vec4f(weight_tile[198u + ty * 8u]);
c6_0 = fma(a6, b0, c6_0);
c6_1 = fma(a6, b1, c6_1);
let a7 = vec4f(weight_tile[199u + ty * 8u]);
c7_0 = fma(a7, b0, c7_0);
c7_1 = fma(a7, b1, c7_1);
    }
{
      let b0 = input_tile[128u + tx];
let b1 = input_tile[144u + tx];
      let a0 = vec4f(weight_tile[256u + ty * 8u]);
c0_0 = fma(a0, b0, c0_0);
c0_1 = fma(a0, b1, c0_1);
let a1 = vec4f(weight_tile[257u + ty * 8u]);
c1_0 = fma(a1, b0, c1_0);
c1_1 = fma(a1, b1, c1_1);
let a2 = vec4f(weight_tile[258u + ty * 8u]);
c2_0 = fma(a2, b0, c2_0);
c2_1 = fma(a2, b1, c2_1);
let a3 = vec4f(weight_tile[259u + ty * 8u]);
c3_0 = fma(a3, b0, c3_0);
c3_1 = fma(a3, b1, c3_1);
let a4 = vec4f(weight_tile[260u + ty * 8u]);
c4_0 = fma(a4, b0, c4_0);
c4_1 = fma(a4, b1, c4_1);
let a5 = vec4f(weight_tile[261u + ty * 8u]);
c5_0 = fma(a5, b0, c5_0);
c5_1 = fma(a5, b1, c5_1);
let a6 = vec4f(weight_tile[262u + ty * 8u]);
c6_0 = fma(a6, b0, c6_0);
c6_1 = fma(a6, b1, c6_1);
let a7 = vec4f(weight_tile[263u + ty * 8u]);
c7_0 = fma(a7, b0, c7_0);
c7_1 = fma(a7, b1, c7_1);
    }
{
      let b0 = input_tile[160u + tx];
let b1 = input_tile[176u + tx];
      let a0 = vec4f(weight_tile[320u + ty * 8u]);
c0_0 = fma(a0, b0, c0_0);
c0_1 = fma(a0, b1, c0_1);
let a1 = vec4f(weight_tile[321u + ty * 8u]);
c1_0 = fma(a1, b0, c1_0);
c1_1 = fma(a1, b1, c1_1);
let a2 = vec4f(weight_tile[322u + ty * 8u]);
c2_0 = fma(a2, b0, c2_0);
c2_1 = fma(a2, b1, c2_1);
let a3 = vec4f(weight_tile[323u + ty * 8u]);
c3_0 = fma(a3, b0, c3_0);
c3_1 = fma(a3, b1, c3_1);
let a4 = vec4f(weight_tile[324u + ty * 8u]);
c4_0 = fma(a4, b0, c4_0);
c4_1 = fma(a4, b1, c4_1);
let a5 = vec4f(weight_tile[325u + ty * 8u]);
c5_0 = fma(a5, b0, c5_0);
c5_1 = fma(a5, b1, c5_1);
let a6 = vec4f(weight_tile[326u + ty * 8u]);
c6_0 = fma(a6, b0, c6_0);
c6_1 = fma(a6, b1, c6_1);
let a7 = vec4f(weight_tile[327u + ty * 8u]);
c7_0 = fma(a7, b0, c7_0);
c7_1 = fma(a7, b1, c7_1);
    }
{
      let b0 = input_tile[192u + tx];
let b1 = input_tile[208u + tx];
      let a0 = vec4f(weight_tile[384u + ty * 8u]);
c0_0 = fma(a0, b0, c0_0);
c0_1 = fma(a0, b1, c0_1);
let a1 = vec4f(weight_tile[385u + ty * 8u]);
c1_0 = fma(a1, b0, c1_0);
c1_1 = fma(a1, b1, c1_1);
let a2 = vec4f(weight_tile[386u + ty * 8u]);
c2_0 = fma(a2, b0, c2_0);
c2_1 = fma(a2, b1, c2_1);
let a3 = vec4f(weight_tile[387u + ty * 8u]);
c3_0 = fma(a3, b0, c3_0);
c3_1 = fma(a3, b1, c3_1);
let a4 = vec4f(weight_tile[388u + ty * 8u]);
c4_0 = fma(a4, b0, c4_0);
c4_1 = fma(a4, b1, c4_1);
let a5 = vec4f(weight_tile[389u + ty * 8u]);
c5_0 = fma(a5, b0, c5_0);
c5_1 = fma(a5, b1, c5_1);
let a6 = vec4f(weight_tile[390u + ty * 8u]);
c6_0 = fma(a6, b0, c6_0);
c6_1 = fma(a6, b1, c6_1);
let a7 = vec4f(weight_tile[391u + ty * 8u]);
c7_0 = fma(a7, b0, c7_0);
c7_1 = fma(a7, b1, c7_1);
    }
{
      let b0 = input_tile[224u + tx];
let b1 = input_tile[240u + tx];
      let a0 = vec4f(weight_tile[448u + ty * 8u]);
c0_0 = fma(a0, b0, c0_0);
c0_1 = fma(a0, b1, c0_1);
let a1 = vec4f(weight_tile[449u + ty * 8u]);
c1_0 = fma(a1, b0, c1_0);
c1_1 = fma(a1, b1, c1_1);
let a2 = vec4f(weight_tile[450u + ty * 8u]);
c2_0 = fma(a2, b0, c2_0);
c2_1 = fma(a2, b1, c2_1);
let a3 = vec4f(weight_tile[451u + ty * 8u]);
c3_0 = fma(a3, b0, c3_0);
c3_1 = fma(a3, b1, c3_1);
let a4 = vec4f(weight_tile[452u + ty * 8u]);
c4_0 = fma(a4, b0, c4_0);
c4_1 = fma(a4, b1, c4_1);
let a5 = vec4f(weight_tile[453u + ty * 8u]);
c5_0 = fma(a5, b0, c5_0);
c5_1 = fma(a5, b1, c5_1);
let a6 = vec4f(weight_tile[454u + ty * 8u]);
c6_0 = fma(a6, b0, c6_0);
c6_1 = fma(a6, b1, c6_1);
let a7 = vec4f(weight_tile[455u + ty * 8u]);
c7_0 = fma(a7, b0, c7_0);
c7_1 = fma(a7, b1, c7_1);
    }
    workgroupBarrier();
  }
  {
    let channel = c + ty * 8u + 0u;
    let at = first + tx + 0u;
    if (channel < s.inChannels && at < s.columns) {
      let e = channel * s.columns + at;
      
      if (s.accumulate != 0u && e < arrayLength(&dx)) { c0_0 += dx[e]; }
      dx[e] = c0_0;
    }
  }
{
    let channel = c + ty * 8u + 0u;
    let at = first + tx + 16u;
    if (channel < s.inChannels && at < s.columns) {
      let e = channel * s.columns + at;
      
      if (s.accumulate != 0u && e < arrayLength(&dx)) { c0_1 += dx[e]; }
      dx[e] = c0_1;
    }
  }
{
    let channel = c + ty * 8u + 1u;
    let at = first + tx + 0u;
    if (channel < s.inChannels && at < s.columns) {
      let e = channel * s.columns + at;
      
      if (s.accumulate != 0u && e < arrayLength(&dx)) { c1_0 += dx[e]; }
      dx[e] = c1_0;
    }
  }
{
    let channel = c + ty * 8u + 1u;
    let at = first + tx + 16u;
    if (channel < s.inChannels && at < s.columns) {
      let e = channel * s.columns + at;
      
      if (s.accumulate != 0u && e < arrayLength(&dx)) { c1_1 += dx[e]; }
      dx[e] = c1_1;
    }
  }
{
    let channel = c + ty * 8u + 2u;
    let at = first + tx + 0u;
    if (channel < s.inChannels && at < s.columns) {
      let e = channel * s.columns + at;
      
      if (s.accumulate != 0u && e < arrayLength(&dx)) { c2_0 += dx[e]; }
      dx[e] = c2_0;
    }
  }
{
    let channel = c + ty * 8u + 2u;
    let at = first + tx + 16u;
    if (channel < s.inChannels && at < s.columns) {
      let e = channel * s.columns + at;
      
      if (s.accumulate != 0u && e < arrayLength(&dx)) { c2_1 += dx[e]; }
      dx[e] = c2_1;
    }
  }
{
    let channel = c + ty * 8u + 3u;
    let at = first + tx + 0u;
    if (channel < s.inChannels && at < s.columns) {
      let e = channel * s.columns + at;
      
      if (s.accumulate != 0u && e < arrayLength(&dx)) { c3_0 += dx[e]; }
      dx[e] = c3_0;
    }
  }
{
    let channel = c + ty * 8u + 3u;
    let at = first + tx + 16u;
    if (channel < s.inChannels && at < s.columns) {
      let e = channel * s.columns + at;
      
      if (s.accumulate != 0u && e < arrayLength(&dx)) { c3_1 += dx[e]; }
      dx[e] = c3_1;
    }
  }
{
    let channel = c + ty * 8u + 4u;
    let at = first + tx + 0u;
    if (channel < s.inChannels && at < s.columns) {
      let e = channel * s.columns + at;
      
      if (s.accumulate != 0u && e < arrayLength(&dx)) { c4_0 += dx[e]; }
      dx[e] = c4_0;
    }
  }
{
    let channel = c + ty * 8u + 4u;
    let at = first + tx + 16u;
    if (channel < s.inChannels && at < s.columns) {
      let e = channel * s.columns + at;
      
      if (s.accumulate != 0u && e < arrayLength(&dx)) { c4_1 += dx[e]; }
      dx[e] = c4_1;
    }
  }
{
    let channel = c + ty * 8u + 5u;
    let at = first + tx + 0u;
    if (channel < s.inChannels && at < s.columns) {
      let e = channel * s.columns + at;
      
      if (s.accumulate != 0u && e < arrayLength(&dx)) { c5_0 += dx[e]; }
      dx[e] = c5_0;
    }
  }
{
    let channel = c + ty * 8u + 5u;
    let at = first + tx + 16u;
    if (channel < s.inChannels && at < s.columns) {
      let e = channel * s.columns + at;
      
      if (s.accumulate != 0u && e < arrayLength(&dx)) { c5_1 += dx[e]; }
      dx[e] = c5_1;
    }
  }
{
    let channel = c + ty * 8u + 6u;
    let at = first + tx + 0u;
    if (channel < s.inChannels && at < s.columns) {
      let e = channel * s.columns + at;
      
      if (s.accumulate != 0u && e < arrayLength(&dx)) { c6_0 += dx[e]; }
      dx[e] = c6_0;
    }
  }
{
    let channel = c + ty * 8u + 6u;
    let at = first + tx + 16u;
    if (channel < s.inChannels && at < s.columns) {
      let e = channel * s.columns + at;
      
      if (s.accumulate != 0u && e < arrayLength(&dx)) { c6_1 += dx[e]; }
      dx[e] = c6_1;
    }
  }
{
    let channel = c + ty * 8u + 7u;
    let at = first + tx + 0u;
    if (channel < s.inChannels && at < s.columns) {
      let e = channel * s.columns + at;
      
      if (s.accumulate != 0u && e < arrayLength(&dx)) { c7_0 += dx[e]; }
      dx[e] = c7_0;
    }
  }
{
    let channel = c + ty * 8u + 7u;
    let at = first + tx + 16u;
    if (channel < s.inChannels && at < s.columns) {
      let e = channel * s.columns + at;
      
      if (s.accumulate != 0u && e < arrayLength(&dx)) { c7_1 += dx[e]; }
      dx[e] = c7_1;
    }
  }
}
