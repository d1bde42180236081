// Max pool, tangent: y's tangent is that of each window's first maximum (row by row, a NaN wins, as in max.wgsl).
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> tx: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> ty: array<vec4f>;
struct S { count: u32, n4: u32, inHeight: u32, inWidth: u32, outHeight: u32, outWidth: u32, kernel: u32, stride: u32, pad: u32 }
@group(0) @binding(3) var<uniform> s: S;

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
  var best = vec4f(-3.4028234e38);
  var tangent = vec4f(0);
  var found = false;
  let rows = min(s.kernel, arrayLength(&x));
  let columns = min(s.kernel, arrayLength(&x));
  for (var ky = 0u; ky < rows; ky++) {
    let iy = oy * s.stride + ky - s.pad;
    if (iy >= s.inHeight) { continue; }
    for (var kx = 0u; kx < columns; kx++) {
      let ix = ox * s.stride + kx - s.pad;
      if (ix >= s.inWidth) { continue; }
      let at = ((c * s.inHeight + iy) * s.inWidth + ix) * s.n4 + n;
      let v = x[at];
      let nan = (bitcast<vec4u>(v) & vec4u(0x7fffffffu)) > vec4u(0x7f800000u);
      let larger = (v > best) | nan | vec4<bool>(!found);
      best = select(best, v, larger);
      tangent = select(tangent, tx[at], larger);
      found = true;
    }
  }
  ty[i] = tangent;
}
