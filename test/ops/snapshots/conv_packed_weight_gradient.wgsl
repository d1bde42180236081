@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>;
@group(0) @binding(2) var<storage, read> entries: array<u32>;
@group(0) @binding(3) var<storage, read> chunks: array<u32>;
@group(0) @binding(4) var<storage, read_write> dw: array<f32>;
struct S { inChannels: u32, inHeight: u32, inWidth: u32, outChannels: u32, outHeight: u32, outWidth: u32, pad: u32, stride: u32, lanes: u32, n4: u32, chunkCount: u32, rowsPerSplit: u32, stored: u32, accumulate: u32 }
@group(0) @binding(5) var<uniform> s: S;

var<workgroup> lane_sums: array<f32, 32>;
@compute @workgroup_size(4)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let chunk = group.z * groups.x + group.x;
  if (chunk >= s.chunkCount) { return; }
  let row = chunks[3u * chunk];
  let first = chunks[3u * chunk + 1u];
  let count = chunks[3u * chunk + 2u] - first;
  let firstRow = group.y * s.rowsPerSplit;
  let end = min(min(firstRow + s.rowsPerSplit, s.outHeight), arrayLength(&dy));
  let grad0 = row * s.outHeight * s.outWidth;
  let entry0 = entries[first + min(0u, count - 1u)];
  let plane0_0 = (entry0 >> 8u) * s.inHeight * s.inWidth;
  let ky0 = ((entry0 >> 4u) & 15u) - s.pad;
  let kx0 = (entry0 & 15u) - s.pad;
let entry1 = entries[first + min(1u, count - 1u)];
  let plane1_0 = (entry1 >> 8u) * s.inHeight * s.inWidth;
  let ky1 = ((entry1 >> 4u) & 15u) - s.pad;
  let kx1 = (entry1 & 15u) - s.pad;
let entry2 = entries[first + min(2u, count - 1u)];
  let plane2_0 = (entry2 >> 8u) * s.inHeight * s.inWidth;
  let ky2 = ((entry2 >> 4u) & 15u) - s.pad;
  let kx2 = (entry2 & 15u) - s.pad;
let entry3 = entries[first + min(3u, count - 1u)];
  let plane3_0 = (entry3 >> 8u) * s.inHeight * s.inWidth;
  let ky3 = ((entry3 >> 4u) & 15u) - s.pad;
  let kx3 = (entry3 & 15u) - s.pad;
let entry4 = entries[first + min(4u, count - 1u)];
  let plane4_0 = (entry4 >> 8u) * s.inHeight * s.inWidth;
  let ky4 = ((entry4 >> 4u) & 15u) - s.pad;
  let kx4 = (entry4 & 15u) - s.pad;
let entry5 = entries[first + min(5u, count - 1u)];
  let plane5_0 = (entry5 >> 8u) * s.inHeight * s.inWidth;
  let ky5 = ((entry5 >> 4u) & 15u) - s.pad;
  let kx5 = (entry5 & 15u) - s.pad;
let entry6 = entries[first + min(6u, count - 1u)];
  let plane6_0 = (entry6 >> 8u) * s.inHeight * s.inWidth;
  let ky6 = ((entry6 >> 4u) & 15u) - s.pad;
  let kx6 = (entry6 & 15u) - s.pad;
let entry7 = entries[first + min(7u, count - 1u)];
  let plane7_0 = (entry7 >> 8u) * s.inHeight * s.inWidth;
  let ky7 = ((entry7 >> 4u) & 15u) - s.pad;
  let kx7 = (entry7 & 15u) - s.pad;
  var a0 = 0.0;
var a1 = 0.0;
var a2 = 0.0;
var a3 = 0.0;
var a4 = 0.0;
var a5 = 0.0;
var a6 = 0.0;
var a7 = 0.0;
  let loads = min(s.lanes, arrayLength(&dy));
  let width = min(s.outWidth, arrayLength(&dy));
  let start = select(width, lane / s.lanes, lane / s.lanes < 1u);
  for (var oy = firstRow; oy < end; oy++) {
    let iy0 = oy * s.stride + ky0; let inY0 = iy0 < s.inHeight; let at0 = iy0 * s.inWidth;
let iy1 = oy * s.stride + ky1; let inY1 = iy1 < s.inHeight; let at1 = iy1 * s.inWidth;
let iy2 = oy * s.stride + ky2; let inY2 = iy2 < s.inHeight; let at2 = iy2 * s.inWidth;
let iy3 = oy * s.stride + ky3; let inY3 = iy3 < s.inHeight; let at3 = iy3 * s.inWidth;
let iy4 = oy * s.stride + ky4; let inY4 = iy4 < s.inHeight; let at4 = iy4 * s.inWidth;
let iy5 = oy * s.stride + ky5; let inY5 = iy5 < s.inHeight; let at5 = iy5 * s.inWidth;
let iy6 = oy * s.stride + ky6; let inY6 = iy6 < s.inHeight; let at6 = iy6 * s.inWidth;
let iy7 = oy * s.stride + ky7; let inY7 = iy7 < s.inHeight; let at7 = iy7 * s.inWidth;
    for (var n = lane % s.lanes; n < loads; n += 4u) {
      for (var ox = start; ox < width; ox += 1u) {
        let place = oy * s.outWidth + ox;
        let h0 = dy[(grad0 + place) * s.lanes + n];
let g0_0 = h0;
        let left = ox * s.stride;
        {
          let ix = left + kx0;
          let inside = inY0 && ix < s.inWidth;
          let at = at0 + ix;
          let z0 = select(vec4f(0), x[select(0u, (plane0_0 + at) * s.lanes + n, inside)], inside);
let z0_0 = z0;
a0 = fma(g0_0.x, z0_0.x, fma(g0_0.y, z0_0.y, fma(g0_0.z, z0_0.z, fma(g0_0.w, z0_0.w, a0))));
        }
{
          let ix = left + kx1;
          let inside = inY1 && ix < s.inWidth;
          let at = at1 + ix;
          let z0 = select(vec4f(0), x[select(0u, (plane1_0 + at) * s.lanes + n, inside)], inside);
let z0_0 = z0;
a1 = fma(g0_0.x, z0_0.x, fma(g0_0.y, z0_0.y, fma(g0_0.z, z0_0.z, fma(g0_0.w, z0_0.w, a1))));
        }
{
          let ix = left + kx2;
          let inside = inY2 && ix < s.inWidth;
          let at = at2 + ix;
          let z0 = select(vec4f(0), x[select(0u, (plane2_0 + at) * s.lanes + n, inside)], inside);
let z0_0 = z0;
a2 = fma(g0_0.x, z0_0.x, fma(g0_0.y, z0_0.y, fma(g0_0.z, z0_0.z, fma(g0_0.w, z0_0.w, a2))));
        }
{
          let ix = left + kx3;
          let inside = inY3 && ix < s.inWidth;
          let at = at3 + ix;
          let z0 = select(vec4f(0), x[select(0u, (plane3_0 + at) * s.lanes + n, inside)], inside);
let z0_0 = z0;
a3 = fma(g0_0.x, z0_0.x, fma(g0_0.y, z0_0.y, fma(g0_0.z, z0_0.z, fma(g0_0.w, z0_0.w, a3))));
        }
{
          let ix = left + kx4;
          let inside = inY4 && ix < s.inWidth;
          let at = at4 + ix;
          let z0 = select(vec4f(0), x[select(0u, (plane4_0 + at) * s.lanes + n, inside)], inside);
let z0_0 = z0;
a4 = fma(g0_0.x, z0_0.x, fma(g0_0.y, z0_0.y, fma(g0_0.z, z0_0.z, fma(g0_0.w, z0_0.w, a4))));
        }
{
          let ix = left + kx5;
          let inside = inY5 && ix < s.inWidth;
          let at = at5 + ix;
          let z0 = select(vec4f(0), x[select(0u, (plane5_0 + at) * s.lanes + n, inside)], inside);
let z0_0 = z0;
a5 = fma(g0_0.x, z0_0.x, fma(g0_0.y, z0_0.y, fma(g0_0.z, z0_0.z, fma(g0_0.w, z0_0.w, a5))));
        }
{
          let ix = left + kx6;
          let inside = inY6 && ix < s.inWidth;
          let at = at6 + ix;
          let z0 = select(vec4f(0), x[select(0u, (plane6_0 + at) * s.lanes + n, inside)], inside);
let z0_0 = z0;
a6 = fma(g0_0.x, z0_0.x, fma(g0_0.y, z0_0.y, fma(g0_0.z, z0_0.z, fma(g0_0.w, z0_0.w, a6))));
        }
{
          let ix = left + kx7;
          let inside = inY7 && ix < s.inWidth;
          let at = at7 + ix;
          let z0 = select(vec4f(0), x[select(0u, (plane7_0 + at) * s.lanes + n, inside)], inside);
let z0_0 = z0;
a7 = fma(g0_0.x, z0_0.x, fma(g0_0.y, z0_0.y, fma(g0_0.z, z0_0.z, fma(g0_0.w, z0_0.w, a7))));
        }
      }
    }
  }
  let found = min(count * 1u, 8u);
  let stored = group.y * s.stored + first * 1u;
  lane_sums[0u + lane] = a0;
lane_sums[4u + lane] = a1;
lane_sums[8u + lane] = a2;
lane_sums[12u + lane] = a3;
lane_sums[16u + lane] = a4;
lane_sums[20u + lane] = a5;
lane_sums[24u + lane] = a6;
lane_sums[28u + lane] = a7;
  workgroupBarrier();
  for (var k = lane; k < found; k += 4u) {
    var sum = 0.0;
    for (var l = 0u; l < 4u; l++) { sum += lane_sums[k * 4u + l]; }
    let e = stored + k;
    if (s.accumulate != 0u && e < arrayLength(&dw)) { sum += dw[e]; }
    dw[e] = sum;
  }
}
