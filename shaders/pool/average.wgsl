// Average pool over a kernelHeight × kernelWidth window; padding counts as zeros (PyTorch's count_include_pad).
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> y: array<vec4f>;
struct S {
  count: u32, n4: u32, inHeight: u32, inWidth: u32, outHeight: u32, outWidth: u32,
  kernelHeight: u32, kernelWidth: u32, stride: u32, pad: u32,
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
  let ox = (i / s.n4) % s.outWidth;
  let oy = (i / (s.n4 * s.outWidth)) % s.outHeight;
  let c = i / (s.n4 * s.outWidth * s.outHeight);
  var sum = vec4f(0);
  let rows = min(s.kernelHeight, arrayLength(&x));
  let columns = min(s.kernelWidth, arrayLength(&x));
  for (var ky = 0u; ky < rows; ky++) {
    let iy = oy * s.stride + ky - s.pad;
    if (iy >= s.inHeight) { continue; }
    for (var kx = 0u; kx < columns; kx++) {
      let ix = ox * s.stride + kx - s.pad;
      if (ix >= s.inWidth) { continue; }
      sum += x[((c * s.inHeight + iy) * s.inWidth + ix) * s.n4 + n];
    }
  }
  y[i] = sum / f32(s.kernelHeight * s.kernelWidth);
}
