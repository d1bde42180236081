@group(0) @binding(0) var<storage, read> dy: array<vec4f>;
@group(0) @binding(1) var<storage, read> values: array<f32>;
@group(0) @binding(2) var<storage, read> colStart: array<u32>;
@group(0) @binding(3) var<storage, read> transposed: array<vec2u>;
@group(0) @binding(4) var<storage, read> colOrder: array<u32>;
@group(0) @binding(5) var<storage, read_write> dx: array<vec4f>;
struct S { inChannels: u32, inHeight: u32, inWidth: u32, outChannels: u32, outHeight: u32, outWidth: u32, pad: u32, stride: u32, lanes: u32, n4: u32, tilesX: u32, tilesPerPhase: u32, tiles: u32, accumulate: u32 }
@group(0) @binding(6) var<uniform> s: S;

@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let id = group.y * 8u + lane;
  let number = id / s.lanes;
  if (number >= s.tiles) { return; }
  let n = id % s.lanes;
  let phase = number / s.tilesPerPhase;
  let tile = number % s.tilesPerPhase;
  let h = (tile / s.tilesX) * 1u + phase / 1u;
  let w = (tile % s.tilesX) * 2u + phase % 1u;
  let column = colOrder[group.x];
  let step1 = 1u * s.lanes;
  var c0_0_0_0 = vec4f(0);
var c0_0_1_0 = vec4f(0);
  let end = min(colStart[column + 1u], arrayLength(&transposed));
  for (var k = colStart[column]; k < end; k++) {
    let item = transposed[k];
    let place = item.y;
    let y0 = h + s.pad - ((place >> 4u) & 15u);
    let x0 = w + s.pad - (place & 15u);
    let v0_0 = values[item.x * 1u + 0u];
    let oy0 = y0 + 0u; let inY0 = oy0 < s.outHeight;
    let ox0 = x0 + 0u; let inX0 = ox0 < s.outWidth;
let ox1 = x0 + 1u; let inX1 = ox1 < s.outWidth;
    {
    let plane = (place >> 8u) * s.outHeight * s.outWidth;
    let from0 = (plane + oy0 * s.outWidth + x0) * s.lanes + n;
    {
      let inside = inY0 && inX0;
      let x = select(vec4f(0), dy[select(0u, from0, inside)], inside);
      let z0 = x;
c0_0_0_0 = fma(vec4f(v0_0), z0, c0_0_0_0);
    }
{
      let inside = inY0 && inX1;
      let x = select(vec4f(0), dy[select(0u, from0 + step1, inside)], inside);
      let z0 = x;
c0_0_1_0 = fma(vec4f(v0_0), z0, c0_0_1_0);
    }
    }
  }
  if (h + 0u < s.inHeight && w + 0u < s.inWidth) {
    let e = (((column * 1u + 0u) * s.inHeight + h + 0u) * s.inWidth + w + 0u) * s.n4 + n * 1u + 0u;
    if (s.accumulate != 0u && e < arrayLength(&dx)) { c0_0_0_0 += dx[e]; }
    dx[e] = c0_0_0_0;
  }
if (h + 0u < s.inHeight && w + 1u < s.inWidth) {
    let e = (((column * 1u + 0u) * s.inHeight + h + 0u) * s.inWidth + w + 1u) * s.n4 + n * 1u + 0u;
    if (s.accumulate != 0u && e < arrayLength(&dx)) { c0_0_1_0 += dx[e]; }
    dx[e] = c0_0_1_0;
  }
}
