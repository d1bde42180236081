@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>;
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
  let grad0 = row * s.outHeight * s.outWidth;
  let entry0 = entries[first + min(0u, count - 1u)];
  let plane0_0 = (entry0 >> 8u) * s.inHeight * s.inWidth;
  let ky0 = ((entry0 >> 4u) & 15u) - s.pad;
  let kx0 = (entry0 & 15u) - s.pad;
let entry1 = entries[first + min(1u, count - 1u)];
  let plane1_0 = (entry1 >> 8u) * s.inHeight * s.inWidth;
  let ky1 = ((entry1 >> 4u) & 15u) - s.pad;
  let kx1 = (entry1 & 15u) - s.pad;
  var a0 = vec4f(0);
var a1 = vec4f(0);
  let loads = min(s.lanes, arrayLength(&dy));
  let width = min(s.outWidth, arrayLength(&dy));
  for (var oy = firstRow; oy < end; oy++) {
    let iy0 = oy * s.stride + ky0; let inY0 = iy0 < s.inHeight; let at0 = iy0 * s.inWidth;
let iy1 = oy * s.stride + ky1; let inY1 = iy1 < s.inHeight; let at1 = iy1 * s.inWidth;
    for (var ox = 0u; ox < width; ox++) {
      let place = oy * s.outWidth + ox;
      let left = ox * s.stride;
      let from0 = (grad0 + place) * s.lanes;
      let ix0 = left + kx0; let inside0 = inY0 && ix0 < s.inWidth;
      let x0_0 = select(0u, (plane0_0 + at0 + ix0) * s.lanes, inside0);
let ix1 = left + kx1; let inside1 = inY1 && ix1 < s.inWidth;
      let x1_0 = select(0u, (plane1_0 + at1 + ix1) * s.lanes, inside1);
      for (var n = 0u; n < loads; n++) {
        let h0 = dy[from0 + n];
let g0_0 = h0;
        {
          let z = select(vec4f(0), x[x0_0 + n], inside0);
          let z_0 = z;
a0 = fma(g0_0, z_0, a0);
        }
{
          let z = select(vec4f(0), x[x1_0 + n], inside1);
          let z_0 = z;
a1 = fma(g0_0, z_0, a1);
        }
      }
    }
  }
  let begin = group.y * s.stored + first * 1u;
  if (0u < count) {
    var sum = dot(a0, vec4f(1));
    let at = begin + 0u;
    if (s.accumulate != 0u && at < arrayLength(&dw)) { sum += dw[at]; }
    dw[at] = sum;
  }
if (1u < count) {
    var sum = dot(a1, vec4f(1));
    let at = begin + 1u;
    if (s.accumulate != 0u && at < arrayLength(&dw)) { sum += dw[at]; }
    dw[at] = sum;
  }
}
