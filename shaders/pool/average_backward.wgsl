// Average pool, backward: a position collects its share of dy of every window it lies in.
@group(0) @binding(0) var<storage, read> dy: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> dx: array<vec4f>;
struct S {
  count: u32, n4: u32, inHeight: u32, inWidth: u32, outHeight: u32, outWidth: u32,
  kernelHeight: u32, kernelWidth: u32, stride: u32, pad: u32, accumulate: u32,
}
@group(0) @binding(2) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = flat_index(lane, group, groups);
  if (i >= s.count) { return; }
  let n = i % s.n4;
  let w = (i / s.n4) % s.inWidth;
  let h = (i / (s.n4 * s.inWidth)) % s.inHeight;
  let c = i / (s.n4 * s.inWidth * s.inHeight);
  var sum = vec4f(0);
  let rows = min(s.kernelHeight, arrayLength(&dy));
  let columns = min(s.kernelWidth, arrayLength(&dy));
  for (var ky = 0u; ky < rows; ky++) {
    let ty = h + s.pad - ky;
    let oy = ty / s.stride;
    if (ty >= 0x80000000u || ty % s.stride != 0u || oy >= s.outHeight) { continue; }
    for (var kx = 0u; kx < columns; kx++) {
      let tx = w + s.pad - kx;
      let ox = tx / s.stride;
      if (tx >= 0x80000000u || tx % s.stride != 0u || ox >= s.outWidth) { continue; }
      sum += dy[((c * s.outHeight + oy) * s.outWidth + ox) * s.n4 + n];
    }
  }
  sum /= f32(s.kernelHeight * s.kernelWidth);
  if (s.accumulate != 0u && i < arrayLength(&dx)) { sum += dx[i]; }
  dx[i] = sum;
}
