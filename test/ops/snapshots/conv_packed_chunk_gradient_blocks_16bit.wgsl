@group(0) @binding(0) var<storage, read> x: array<vec4u>;
@group(0) @binding(1) var<storage, read> dy: array<vec4u>;
@group(0) @binding(2) var<storage, read> entries: array<u32>;
@group(0) @binding(3) var<storage, read> chunks: array<u32>;
@group(0) @binding(4) var<storage, read_write> dw: array<f32>;
struct S { inChannels: u32, inHeight: u32, inWidth: u32, outChannels: u32, outHeight: u32, outWidth: u32, pad: u32, stride: u32, lanes: u32, n4: u32, chunkCount: u32, rowsPerSplit: u32, stored: u32, accumulate: u32 }
@group(0) @binding(5) var<uniform> s: S;

@compute @workgroup_size(8)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let chunk = (group.z * groups.x + group.x) * 8u + lane;
  if (chunk >= s.chunkCount) { return; }
  let row = chunks[3u * chunk];
  let first = chunks[3u * chunk + 1u];
  let count = chunks[3u * chunk + 2u] - first;
  let firstRow = group.y * s.rowsPerSplit;
  let end = min(min(firstRow + s.rowsPerSplit, s.outHeight), arrayLength(&dy));
  let grad0 = min(row * 2u + 0u, s.outChannels - 1u) * s.outHeight * s.outWidth;
let grad1 = min(row * 2u + 1u, s.outChannels - 1u) * s.outHeight * s.outWidth;
  let entry0 = entries[first + min(0u, count - 1u)];
  let plane0_0 = min((entry0 >> 8u) * 4u + 0u, s.inChannels - 1u) * s.inHeight * s.inWidth;
let plane0_1 = min((entry0 >> 8u) * 4u + 1u, s.inChannels - 1u) * s.inHeight * s.inWidth;
let plane0_2 = min((entry0 >> 8u) * 4u + 2u, s.inChannels - 1u) * s.inHeight * s.inWidth;
let plane0_3 = min((entry0 >> 8u) * 4u + 3u, s.inChannels - 1u) * s.inHeight * s.inWidth;
  let ky0 = ((entry0 >> 4u) & 15u) - s.pad;
  let kx0 = (entry0 & 15u) - s.pad;
let entry1 = entries[first + min(1u, count - 1u)];
  let plane1_0 = min((entry1 >> 8u) * 4u + 0u, s.inChannels - 1u) * s.inHeight * s.inWidth;
let plane1_1 = min((entry1 >> 8u) * 4u + 1u, s.inChannels - 1u) * s.inHeight * s.inWidth;
let plane1_2 = min((entry1 >> 8u) * 4u + 2u, s.inChannels - 1u) * s.inHeight * s.inWidth;
let plane1_3 = min((entry1 >> 8u) * 4u + 3u, s.inChannels - 1u) * s.inHeight * s.inWidth;
  let ky1 = ((entry1 >> 4u) & 15u) - s.pad;
  let kx1 = (entry1 & 15u) - s.pad;
  var a0 = vec4f(0);
var a1 = vec4f(0);
var a2 = vec4f(0);
var a3 = vec4f(0);
var a4 = vec4f(0);
var a5 = vec4f(0);
var a6 = vec4f(0);
var a7 = vec4f(0);
var a8 = vec4f(0);
var a9 = vec4f(0);
var a10 = vec4f(0);
var a11 = vec4f(0);
var a12 = vec4f(0);
var a13 = vec4f(0);
var a14 = vec4f(0);
var a15 = vec4f(0);
  let loads = min(s.lanes, arrayLength(&dy));
  let width = min(s.outWidth, arrayLength(&dy));
  for (var oy = firstRow; oy < end; oy++) {
    let iy0 = oy * s.stride + ky0; let inY0 = iy0 < s.inHeight; let at0 = iy0 * s.inWidth;
let iy1 = oy * s.stride + ky1; let inY1 = iy1 < s.inHeight; let at1 = iy1 * s.inWidth;
    for (var ox = 0u; ox < width; ox++) {
      let place = oy * s.outWidth + ox;
      let left = ox * s.stride;
      let from0 = (grad0 + place) * s.lanes;
let from1 = (grad1 + place) * s.lanes;
      let ix0 = left + kx0; let inside0 = inY0 && ix0 < s.inWidth;
      let x0_0 = select(0u, (plane0_0 + at0 + ix0) * s.lanes, inside0);
let x0_1 = select(0u, (plane0_1 + at0 + ix0) * s.lanes, inside0);
let x0_2 = select(0u, (plane0_2 + at0 + ix0) * s.lanes, inside0);
let x0_3 = select(0u, (plane0_3 + at0 + ix0) * s.lanes, inside0);
let ix1 = left + kx1; let inside1 = inY1 && ix1 < s.inWidth;
      let x1_0 = select(0u, (plane1_0 + at1 + ix1) * s.lanes, inside1);
let x1_1 = select(0u, (plane1_1 + at1 + ix1) * s.lanes, inside1);
let x1_2 = select(0u, (plane1_2 + at1 + ix1) * s.lanes, inside1);
let x1_3 = select(0u, (plane1_3 + at1 + ix1) * s.lanes, inside1);
      for (var n = 0u; n < loads; n++) {
        let h0 = dy[from0 + n];
let g0_0 = bitcast<vec4f>(vec4u(h0.x << 16u, h0.x & 0xffff0000u, h0.y << 16u, h0.y & 0xffff0000u));
let g0_1 = bitcast<vec4f>(vec4u(h0.z << 16u, h0.z & 0xffff0000u, h0.w << 16u, h0.w & 0xffff0000u));
let h1 = dy[from1 + n];
let g1_0 = bitcast<vec4f>(vec4u(h1.x << 16u, h1.x & 0xffff0000u, h1.y << 16u, h1.y & 0xffff0000u));
let g1_1 = bitcast<vec4f>(vec4u(h1.z << 16u, h1.z & 0xffff0000u, h1.w << 16u, h1.w & 0xffff0000u));
        {
          let z = select(vec4u(0), x[x0_0 + n], inside0);
          let z_0 = vec4f(unpack2x16float(z.x), unpack2x16float(z.y));
a0 = fma(g0_0, z_0, a0);
a1 = fma(g1_0, z_0, a1);
let z_1 = vec4f(unpack2x16float(z.z), unpack2x16float(z.w));
a0 = fma(g0_1, z_1, a0);
a1 = fma(g1_1, z_1, a1);
        }
{
          let z = select(vec4u(0), x[x0_1 + n], inside0);
          let z_0 = vec4f(unpack2x16float(z.x), unpack2x16float(z.y));
a2 = fma(g0_0, z_0, a2);
a3 = fma(g1_0, z_0, a3);
let z_1 = vec4f(unpack2x16float(z.z), unpack2x16float(z.w));
a2 = fma(g0_1, z_1, a2);
a3 = fma(g1_1, z_1, a3);
        }
{
          let z = select(vec4u(0), x[x0_2 + n], inside0);
          let z_0 = vec4f(unpack2x16float(z.x), unpack2x16float(z.y));
a4 = fma(g0_0, z_0, a4);
a5 = fma(g1_0, z_0, a5);
let z_1 = vec4f(unpack2x16float(z.z), unpack2x16float(z.w));
a4 = fma(g0_1, z_1, a4);
a5 = fma(g1_1, z_1, a5);
        }
{
          let z = select(vec4u(0), x[x0_3 + n], inside0);
          let z_0 = vec4f(unpack2x16float(z.x), unpack2x16float(z.y));
a6 = fma(g0_0, z_0, a6);
a7 = fma(g1_0, z_0, a7);
let z_1 = vec4f(unpack2x16float(z.z), unpack2x16float(z.w));
a6 = fma(g0_1, z_1, a6);
a7 = fma(g1_1, z_1, a7);
        }
{
          let z = select(vec4u(0), x[x1_0 + n], inside1);
          let z_0 = vec4f(unpack2x16float(z.x), unpack2x16float(z.y));
a8 = fma(g0_0, z_0, a8);
a9 = fma(g1_0, z_0, a9);
let z_1 = vec4f(unpack2x16float(z.z), unpack2x16float(z.w));
a8 = fma(g0_1, z_1, a8);
a9 = fma(g1_1, z_1, a9);
        }
{
          let z = select(vec4u(0), x[x1_1 + n], inside1);
          let z_0 = vec4f(unpack2x16float(z.x), unpack2x16float(z.y));
a10 = fma(g0_0, z_0, a10);
a11 = fma(g1_0, z_0, a11);
let z_1 = vec4f(unpack2x16float(z.z), unpack2x16float(z.w));
a10 = fma(g0_1, z_1, a10);
a11 = fma(g1_1, z_1, a11);
        }
{
          let z = select(vec4u(0), x[x1_2 + n], inside1);
          let z_0 = vec4f(unpack2x16float(z.x), unpack2x16float(z.y));
a12 = fma(g0_0, z_0, a12);
a13 = fma(g1_0, z_0, a13);
let z_1 = vec4f(unpack2x16float(z.z), unpack2x16float(z.w));
a12 = fma(g0_1, z_1, a12);
a13 = fma(g1_1, z_1, a13);
        }
{
          let z = select(vec4u(0), x[x1_3 + n], inside1);
          let z_0 = vec4f(unpack2x16float(z.x), unpack2x16float(z.y));
a14 = fma(g0_0, z_0, a14);
a15 = fma(g1_0, z_0, a15);
let z_1 = vec4f(unpack2x16float(z.z), unpack2x16float(z.w));
a14 = fma(g0_1, z_1, a14);
a15 = fma(g1_1, z_1, a15);
        }
      }
    }
  }
  let begin = group.y * s.stored + first * 8u;
  if (0u < count) {
    var sum = dot(a0, vec4f(1));
    let at = begin + 0u;
    if (s.accumulate != 0u && at < arrayLength(&dw)) { sum += dw[at]; }
    dw[at] = sum;
  }
if (0u < count) {
    var sum = dot(a1, vec4f(1));
    let at = begin + 1u;
    if (s.accumulate != 0u && at < arrayLength(&dw)) { sum += dw[at]; }
    dw[at] = sum;
  }
if (0u < count) {
    var sum = dot(a2, vec4f(1));
    let at = begin + 2u;
    if (s.accumulate != 0u && at < arrayLength(&dw)) { sum += dw[at]; }
    dw[at] = sum;
  }
if (0u < count) {
    var sum = dot(a3, vec4f(1));
    let at = begin + 3u;
    if (s.accumulate != 0u && at < arrayLength(&dw)) { sum += dw[at]; }
    dw[at] = sum;
  }
if (0u < count) {
    var sum = dot(a4, vec4f(1));
    let at = begin + 4u;
    if (s.accumulate != 0u && at < arrayLength(&dw)) { sum += dw[at]; }
    dw[at] = sum;
  }
if (0u < count) {
    var sum = dot(a5, vec4f(1));
    let at = begin + 5u;
    if (s.accumulate != 0u && at < arrayLength(&dw)) { sum += dw[at]; }
    dw[at] = sum;
  }
if (0u < count) {
    var sum = dot(a6, vec4f(1));
    let at = begin + 6u;
    if (s.accumulate != 0u && at < arrayLength(&dw)) { sum += dw[at]; }
    dw[at] = sum;
  }
if (0u < count) {
    var sum = dot(a7, vec4f(1));
    let at = begin + 7u;
    if (s.accumulate != 0u && at < arrayLength(&dw)) { sum += dw[at]; }
    dw[at] = sum;
  }
if (1u < count) {
    var sum = dot(a8, vec4f(1));
    let at = begin + 8u;
    if (s.accumulate != 0u && at < arrayLength(&dw)) { sum += dw[at]; }
    dw[at] = sum;
  }
if (1u < count) {
    var sum = dot(a9, vec4f(1));
    let at = begin + 9u;
    if (s.accumulate != 0u && at < arrayLength(&dw)) { sum += dw[at]; }
    dw[at] = sum;
  }
if (1u < count) {
    var sum = dot(a10, vec4f(1));
    let at = begin + 10u;
    if (s.accumulate != 0u && at < arrayLength(&dw)) { sum += dw[at]; }
    dw[at] = sum;
  }
if (1u < count) {
    var sum = dot(a11, vec4f(1));
    let at = begin + 11u;
    if (s.accumulate != 0u && at < arrayLength(&dw)) { sum += dw[at]; }
    dw[at] = sum;
  }
if (1u < count) {
    var sum = dot(a12, vec4f(1));
    let at = begin + 12u;
    if (s.accumulate != 0u && at < arrayLength(&dw)) { sum += dw[at]; }
    dw[at] = sum;
  }
if (1u < count) {
    var sum = dot(a13, vec4f(1));
    let at = begin + 13u;
    if (s.accumulate != 0u && at < arrayLength(&dw)) { sum += dw[at]; }
    dw[at] = sum;
  }
if (1u < count) {
    var sum = dot(a14, vec4f(1));
    let at = begin + 14u;
    if (s.accumulate != 0u && at < arrayLength(&dw)) { sum += dw[at]; }
    dw[at] = sum;
  }
if (1u < count) {
    var sum = dot(a15, vec4f(1));
    let at = begin + 15u;
    if (s.accumulate != 0u && at < arrayLength(&dw)) { sum += dw[at]; }
    dw[at] = sum;
  }
}
