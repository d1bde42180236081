@group(0) @binding(0) var<storage, read> dy: array<vec4f>;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<vec4f>;
struct S { inChannels: u32, inHeight: u32, inWidth: u32, outChannels: u32, outHeight: u32, outWidth: u32, pad: u32, n4: u32, depth: u32, depthPerSplit: u32, columns: u32, values: u32, accumulate: u32 }
@group(0) @binding(3) var<uniform> s: S;

var<workgroup> weight_tile: array<vec4f, 128>;
var<workgroup> input_tile: array<vec4f, 256>;
@compute @workgroup_size(128)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let c = group.y * 64u;
  let first = group.x * 32u;
  // what this invocation fetches
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
  var fw0 = 0.0;
var fw1 = 0.0;
var fw2 = 0.0;
var fw3 = 0.0;
  var fi0 = vec4f(0);
var fi1 = vec4f(0);
  let begin = group.z * s.depthPerSplit;
  let end = min(min(begin + s.depthPerSplit, s.depth), arrayLength(&w));
  { let at = begin + weightRow + 0u; let k = min(at, s.depth - 1u); fw0 = select(0.0, w[((k / 9u) * s.inChannels + min(c + m, s.inChannels - 1u)) * 9u + k % 9u], at < end); }
{ let at = begin + weightRow + 1u; let k = min(at, s.depth - 1u); fw1 = select(0.0, w[((k / 9u) * s.inChannels + min(c + m, s.inChannels - 1u)) * 9u + k % 9u], at < end); }
{ let at = begin + weightRow + 2u; let k = min(at, s.depth - 1u); fw2 = select(0.0, w[((k / 9u) * s.inChannels + min(c + m, s.inChannels - 1u)) * 9u + k % 9u], at < end); }
{ let at = begin + weightRow + 3u; let k = min(at, s.depth - 1u); fw3 = select(0.0, w[((k / 9u) * s.inChannels + min(c + m, s.inChannels - 1u)) * 9u + k % 9u], at < end); }
    {
      let k = begin + inputRow + 0u;
      let tap = k % 9u;
      let iy = py + s.pad - tap / 3u;
      let ix = px + s.pad - tap % 3u;
      let inside = k < end && iy < s.outHeight && ix < s.outWidth;
      let at = (((k / 9u) * s.outHeight + iy) * s.outWidth + ix) * s.n4 + n;
      fi0 = select(vec4f(0), dy[select(0u, at, inside)], inside);
    }
{
      let k = begin + inputRow + 4u;
      let tap = k % 9u;
      let iy = py + s.pad - tap / 3u;
      let ix = px + s.pad - tap % 3u;
      let inside = k < end && iy < s.outHeight && ix < s.outWidth;
      let at = (((k / 9u) * s.outHeight + iy) * s.outWidth + ix) * s.n4 + n;
      fi1 = select(vec4f(0), dy[select(0u, at, inside)], inside);
    }
  for (var k0 = begin; k0 < end; k0 += 8u) {
    weight_tile[(weightRow + 0u) * 16u + m / 4u][m % 4u] = fw0;
weight_tile[(weightRow + 1u) * 16u + m / 4u][m % 4u] = fw1;
weight_tile[(weightRow + 2u) * 16u + m / 4u][m % 4u] = fw2;
weight_tile[(weightRow + 3u) * 16u + m / 4u][m % 4u] = fw3;
    input_tile[(inputRow + 0u) * 32u + column] = fi0;
input_tile[(inputRow + 4u) * 32u + column] = fi1;
    workgroupBarrier();
    // the next step's values are under way while this one's are multiplied
    { let at = (k0 + 8u) + weightRow + 0u; let k = min(at, s.depth - 1u); fw0 = select(0.0, w[((k / 9u) * s.inChannels + min(c + m, s.inChannels - 1u)) * 9u + k % 9u], at < end); }
{ let at = (k0 + 8u) + weightRow + 1u; let k = min(at, s.depth - 1u); fw1 = select(0.0, w[((k / 9u) * s.inChannels + min(c + m, s.inChannels - 1u)) * 9u + k % 9u], at < end); }
{ let at = (k0 + 8u) + weightRow + 2u; let k = min(at, s.depth - 1u); fw2 = select(0.0, w[((k / 9u) * s.inChannels + min(c + m, s.inChannels - 1u)) * 9u + k % 9u], at < end); }
{ let at = (k0 + 8u) + weightRow + 3u; let k = min(at, s.depth - 1u); fw3 = select(0.0, w[((k / 9u) * s.inChannels + min(c + m, s.inChannels - 1u)) * 9u + k % 9u], at < end); }
    {
      let k = (k0 + 8u) + inputRow + 0u;
      let tap = k % 9u;
      let iy = py + s.pad - tap / 3u;
      let ix = px + s.pad - tap % 3u;
      let inside = k < end && iy < s.outHeight && ix < s.outWidth;
      let at = (((k / 9u) * s.outHeight + iy) * s.outWidth + ix) * s.n4 + n;
      fi0 = select(vec4f(0), dy[select(0u, at, inside)], inside);
    }
{
      let k = (k0 + 8u) + inputRow + 4u;
      let tap = k % 9u;
      let iy = py + s.pad - tap / 3u;
      let ix = px + s.pad - tap % 3u;
      let inside = k < end && iy < s.outHeight && ix < s.outWidth;
      let at = (((k / 9u) * s.outHeight + iy) * s.outWidth + ix) * s.n4 + n;
      fi1 = select(vec4f(0), dy[select(0u, at, inside)], inside);
    }
    {
      let b0 = input_tile[0u + tx];
let b1 = input_tile[16u + tx];
      let a0 = weight_tile[0u + ty * 2u];
c0_0 = fma(vec4f(a0.x), b0, c0_0);
c0_1 = fma(vec4f(a0.x), b1, c0_1);
c1_0 = fma(vec4f(a0.y), b0, c1_0);
c1_1 = fma(vec4f(a0.y), b1, c1_1);
c2_0 = fma(vec4f(a0.z), b0, c2_0);
c2_1 = fma(vec4f(a0.z), b1, c2_1);
c3_0 = fma(vec4f(a0.w), b0, c3_0);
c3_1 = fma(vec4f(a0.w), b1, c3_1);
let a1 = weight_tile[1u + ty * 2u];
c4_0 = fma(vec4f(a1.x), b0, c4_0);
c4_1 = fma(vec4f(a1.x), b1, c4_1);
c5_0 = fma(vec4f(a1.y), b0, c5_0);
c5_1 = fma(vec4f(a1.y), b1, c5_1);
c6_0 = fma(vec4f(a1.z), b0, c6_0);
c6_1 = fma(vec4f(a1.z), b1, c6_1);
c7_0 = fma(vec4f(a1.w), b0, c7_0);
c7_1 = fma(vec4f(a1.w), b1, c7_1);
    }
{
      let b0 = input_tile[32u + tx];
let b1 = input_tile[48u + tx];
      let a0 = weight_tile[16u + ty * 2u];
c0_0 = fma(vec4f(a0.x), b0, c0_0);
c0_1 = fma(vec4f(a0.x), b1, c0_1);
c1_0 = fma(vec4f(a0.y), b0, c1_0);
c1_1 = fma(vec4f(a0.y), b1, c1_1);
c2_0 = fma(vec4f(a0.z), b0, c2_0);
c2_1 = fma(vec4f(a0.z), b1, c2_1);
c3_0 = fma(vec4f(a0.w), b0, c3_0);
c3_1 = fma(vec4f(a0.w), b1, c3_1);
let a1 = weight_tile[17u + ty * 2u];
c4_0 = fma(vec4f(a1.x), b0, c4_0);
c4_1 = fma(vec4f(a1.x), b1, c4_1);
c5_0 = fma(vec4f(a1.y), b0, c5_0);
c5_1 = fma(vec4f(a1.y), b1, c5_1);
c6_0 = fma(vec4f(a1.z), b0, c6_0);
c6_1 = fma(vec4f(a1.z), b1, c6_1);
c7_0 = fma(vec4f(a1.w), b0, c7_0);
c7_1 = fma(vec4f(a1.w), b1, c7_1);
    }
{
      let b0 = input_tile[64u + tx];
let b1 = input_tile[80u + tx];
      let a0 = weight_tile[32u + ty * 2u];
c0_0 = fma(vec4f(a0.x), b0, c0_0);
c0_1 = fma(vec4f(a0.x), b1, c0_1);
c1_0 = fma(vec4f(a0.y), b0, c1_0);
c1_1 = fma(vec4f(a0.y), b1, c1_1);
c2_0 = fma(vec4f(a0.z), b0, c2_0);
c2_1 = fma(vec4f(a0.z), b1, c2_1);
c3_0 = fma(vec4f(a0.w), b0, c3_0);
c3_1 = fma(vec4f(a0.w), b1, c3_1);
let a1 = weight_tile[33u + ty * 2u];
c4_0 = fma(vec4f(a1.x), b0, c4_0);
c4_1 = fma(vec4f(a1.x), b1, c4_1);
c5_0 = fma(vec4f(a1.y), b0, c5_0);
c5_1 = fma(vec4f(a1.y), b1, c5_1);
c6_0 = fma(vec4f(a1.z), b0, c6_0);
c6_1 = fma(vec4f(a1.z), b1, c6_1);
c7_0 = fma(vec4f(a1.w), b0, c7_0);
c7_1 = fma(vec4f(a1.w), b1, c7_1);
    }
{
      let b0 = input_tile[96u + tx];
let b1 = input_tile[112u + tx];
      let a0 = weight_tile[48u + ty * 2u];
c0_0 = fma(vec4f(a0.x), b0, c0_0);
c0_1 = fma(vec4f(a0.x), b1, c0_1);
c1_0 = fma(vec4f(a0.y), b0, c1_0);
c1_1 = fma(vec4f(a0.y), b1, c1_1);
c2_0 = fma(vec4f(a0.z), b0, c2_0);
c2_1 = fma(vec4f(a0.z), b1, c2_1);
c3_0 = fma(vec4f(a0.w), b0, c3_0);
c3_1 = fma(vec4f(a0.w), b1, c3_1);
let a1 = weight_tile[49u + ty * 2u];
c4_0 = fma(vec4f(a1.x), b0, c4_0);
c4_1 = fma(vec4f(a1.x), b1, c4_1);
c5_0 = fma(vec4f(a1.y), b0, c5_0);
c5_1 = fma(vec4f(a1.y), b1, c5_1);
c6_0 = fma(vec4f(a1.z), b0, c6_0);
c6_1 = fma(vec4f(a1.z), b1, c6_1);
c7_0 = fma(vec4f(a1.w), b0, c7_0);
c7_1 = fma(vec4f(a1.w), b1, c7_1);
    }
{
      let b0 = input_tile[128u + tx];
let b1 = input_tile[144u + tx];
      let a0 = weight_tile[64u + ty * 2u];
c0_0 = fma(vec4f(a0.x), b0, c0_0);
c0_1 = fma(vec4f(a0.x), b1, c0_1);
c1_0 = fma(vec4f(a0.y), b0, c1_0);
c1_1 = fma(vec4f(a0.y), b1, c1_1);
c2_0 = fma(vec4f(a0.z), b0, c2_0);
c2_1 = fma(vec4f(a0.z), b1, c2_1);
c3_0 = fma(vec4f(a0.w), b0, c3_0);
c3_1 = fma(vec4f(a0.w), b1, c3_1);
let a1 = weight_tile[65u + ty * 2u];
c4_0 = fma(vec4f(a1.x), b0, c4_0);
c4_1 = fma(vec4f(a1.x), b1, c4_1);
c5_0 = fma(vec4f(a1.y), b0, c5_0);
c5_1 = fma(vec4f(a1.y), b1, c5_1);
c6_0 = fma(vec4f(a1.z), b0, c6_0);
c6_1 = fma(vec4f(a1.z), b1, c6_1);
c7_0 = fma(vec4f(a1.w), b0, c7_0);
c7_1 = fma(vec4f(a1.w), b1, c7_1);
    }
{
      let b0 = input_tile[160u + tx];
let b1 = input_tile[176u + tx];
      let a0 = weight_tile[80u + ty * 2u];
c0_0 = fma(vec4f(a0.x), b0, c0_0);
c0_1 = fma(vec4f(a0.x), b1, c0_1);
c1_0 = fma(vec4f(a0.y), b0, c1_0);
c1_1 = fma(vec4f(a0.y), b1, c1_1);
c2_0 = fma(vec4f(a0.z), b0, c2_0);
c2_1 = fma(vec4f(a0.z), b1, c2_1);
c3_0 = fma(vec4f(a0.w), b0, c3_0);
c3_1 = fma(vec4f(a0.w), b1, c3_1);
let a1 = weight_tile[81u + ty * 2u];
c4_0 = fma(vec4f(a1.x), b0, c4_0);
c4_1 = fma(vec4f(a1.x), b1, c4_1);
c5_0 = fma(vec4f(a1.y), b0, c5_0);
c5_1 = fma(vec4f(a1.y), b1, c5_1);
c6_0 = fma(vec4f(a1.z), b0, c6_0);
c6_1 = fma(vec4f(a1.z), b1, c6_1);
c7_0 = fma(vec4f(a1.w), b0, c7_0);
c7_1 = fma(vec4f(a1.w), b1, c7_1);
    }
{
      let b0 = input_tile[192u + tx];
let b1 = input_tile[208u + tx];
      let a0 = weight_tile[96u + ty * 2u];
c0_0 = fma(vec4f(a0.x), b0, c0_0);
c0_1 = fma(vec4f(a0.x), b1, c0_1);
c1_0 = fma(vec4f(a0.y), b0, c1_0);
c1_1 = fma(vec4f(a0.y), b1, c1_1);
c2_0 = fma(vec4f(a0.z), b0, c2_0);
c2_1 = fma(vec4f(a0.z), b1, c2_1);
c3_0 = fma(vec4f(a0.w), b0, c3_0);
c3_1 = fma(vec4f(a0.w), b1, c3_1);
let a1 = weight_tile[97u + ty * 2u];
c4_0 = fma(vec4f(a1.x), b0, c4_0);
c4_1 = fma(vec4f(a1.x), b1, c4_1);
c5_0 = fma(vec4f(a1.y), b0, c5_0);
c5_1 = fma(vec4f(a1.y), b1, c5_1);
c6_0 = fma(vec4f(a1.z), b0, c6_0);
c6_1 = fma(vec4f(a1.z), b1, c6_1);
c7_0 = fma(vec4f(a1.w), b0, c7_0);
c7_1 = fma(vec4f(a1.w), b1, c7_1);
    }
{
      let b0 = input_tile[224u + tx];
let b1 = input_tile[240u + tx];
      let a0 = weight_tile[112u + ty * 2u];
c0_0 = fma(vec4f(a0.x), b0, c0_0);
c0_1 = fma(vec4f(a0.x), b1, c0_1);
c1_0 = fma(vec4f(a0.y), b0, c1_0);
c1_1 = fma(vec4f(a0.y), b1, c1_1);
c2_0 = fma(vec4f(a0.z), b0, c2_0);
c2_1 = fma(vec4f(a0.z), b1, c2_1);
c3_0 = fma(vec4f(a0.w), b0, c3_0);
c3_1 = fma(vec4f(a0.w), b1, c3_1);
let a1 = weight_tile[113u + ty * 2u];
c4_0 = fma(vec4f(a1.x), b0, c4_0);
c4_1 = fma(vec4f(a1.x), b1, c4_1);
c5_0 = fma(vec4f(a1.y), b0, c5_0);
c5_1 = fma(vec4f(a1.y), b1, c5_1);
c6_0 = fma(vec4f(a1.z), b0, c6_0);
c6_1 = fma(vec4f(a1.z), b1, c6_1);
c7_0 = fma(vec4f(a1.w), b0, c7_0);
c7_1 = fma(vec4f(a1.w), b1, c7_1);
    }
    workgroupBarrier();
  }
  {
    let channel = c + ty * 8u + 0u;
    let at = first + tx + 0u;
    if (channel < s.inChannels && at < s.columns) {
      let e = group.z * s.values + channel * s.columns + at;
      
      if (s.accumulate != 0u && e < arrayLength(&dx)) { c0_0 += dx[e]; }
      dx[e] = c0_0;
    }
  }
{
    let channel = c + ty * 8u + 0u;
    let at = first + tx + 16u;
    if (channel < s.inChannels && at < s.columns) {
      let e = group.z * s.values + channel * s.columns + at;
      
      if (s.accumulate != 0u && e < arrayLength(&dx)) { c0_1 += dx[e]; }
      dx[e] = c0_1;
    }
  }
{
    let channel = c + ty * 8u + 1u;
    let at = first + tx + 0u;
    if (channel < s.inChannels && at < s.columns) {
      let e = group.z * s.values + channel * s.columns + at;
      
      if (s.accumulate != 0u && e < arrayLength(&dx)) { c1_0 += dx[e]; }
      dx[e] = c1_0;
    }
  }
{
    let channel = c + ty * 8u + 1u;
    let at = first + tx + 16u;
    if (channel < s.inChannels && at < s.columns) {
      let e = group.z * s.values + channel * s.columns + at;
      
      if (s.accumulate != 0u && e < arrayLength(&dx)) { c1_1 += dx[e]; }
      dx[e] = c1_1;
    }
  }
{
    let channel = c + ty * 8u + 2u;
    let at = first + tx + 0u;
    if (channel < s.inChannels && at < s.columns) {
      let e = group.z * s.values + channel * s.columns + at;
      
      if (s.accumulate != 0u && e < arrayLength(&dx)) { c2_0 += dx[e]; }
      dx[e] = c2_0;
    }
  }
{
    let channel = c + ty * 8u + 2u;
    let at = first + tx + 16u;
    if (channel < s.inChannels && at < s.columns) {
      let e = group.z * s.values + channel * s.columns + at;
      
      if (s.accumulate != 0u && e < arrayLength(&dx)) { c2_1 += dx[e]; }
      dx[e] = c2_1;
    }
  }
{
    let channel = c + ty * 8u + 3u;
    let at = first + tx + 0u;
    if (channel < s.inChannels && at < s.columns) {
      let e = group.z * s.values + channel * s.columns + at;
      
      if (s.accumulate != 0u && e < arrayLength(&dx)) { c3_0 += dx[e]; }
      dx[e] = c3_0;
    }
  }
{
    let channel = c + ty * 8u + 3u;
    let at = first + tx + 16u;
    if (channel < s.inChannels && at < s.columns) {
      let e = group.z * s.values + channel * s.columns + at;
      
      if (s.accumulate != 0u && e < arrayLength(&dx)) { c3_1 += dx[e]; }
      dx[e] = c3_1;
    }
  }
{
    let channel = c + ty * 8u + 4u;
    let at = first + tx + 0u;
    if (channel < s.inChannels && at < s.columns) {
      let e = group.z * s.values + channel * s.columns + at;
      
      if (s.accumulate != 0u && e < arrayLength(&dx)) { c4_0 += dx[e]; }
      dx[e] = c4_0;
    }
  }
{
    let channel = c + ty * 8u + 4u;
    let at = first + tx + 16u;
    if (channel < s.inChannels && at < s.columns) {
      let e = group.z * s.values + channel * s.columns + at;
      
      if (s.accumulate != 0u && e < arrayLength(&dx)) { c4_1 += dx[e]; }
      dx[e] = c4_1;
    }
  }
{
    let channel = c + ty * 8u + 5u;
    let at = first + tx + 0u;
    if (channel < s.inChannels && at < s.columns) {
      let e = group.z * s.values + channel * s.columns + at;
      
      if (s.accumulate != 0u && e < arrayLength(&dx)) { c5_0 += dx[e]; }
      dx[e] = c5_0;
    }
  }
{
    let channel = c + ty * 8u + 5u;
    let at = first + tx + 16u;
    if (channel < s.inChannels && at < s.columns) {
      let e = group.z * s.values + channel * s.columns + at;
      
      if (s.accumulate != 0u && e < arrayLength(&dx)) { c5_1 += dx[e]; }
      dx[e] = c5_1;
    }
  }
{
    let channel = c + ty * 8u + 6u;
    let at = first + tx + 0u;
    if (channel < s.inChannels && at < s.columns) {
      let e = group.z * s.values + channel * s.columns + at;
      
      if (s.accumulate != 0u && e < arrayLength(&dx)) { c6_0 += dx[e]; }
      dx[e] = c6_0;
    }
  }
{
    let channel = c + ty * 8u + 6u;
    let at = first + tx + 16u;
    if (channel < s.inChannels && at < s.columns) {
      let e = group.z * s.values + channel * s.columns + at;
      
      if (s.accumulate != 0u && e < arrayLength(&dx)) { c6_1 += dx[e]; }
      dx[e] = c6_1;
    }
  }
{
    let channel = c + ty * 8u + 7u;
    let at = first + tx + 0u;
    if (channel < s.inChannels && at < s.columns) {
      let e = group.z * s.values + channel * s.columns + at;
      
      if (s.accumulate != 0u && e < arrayLength(&dx)) { c7_0 += dx[e]; }
      dx[e] = c7_0;
    }
  }
{
    let channel = c + ty * 8u + 7u;
    let at = first + tx + 16u;
    if (channel < s.inChannels && at < s.columns) {
      let e = group.z * s.values + channel * s.columns + at;
      
      if (s.accumulate != 0u && e < arrayLength(&dx)) { c7_1 += dx[e]; }
      dx[e] = c7_1;
    }
  }
}
