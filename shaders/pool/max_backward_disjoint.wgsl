// Max pool, backward, for windows that do not overlap and no padding: an invocation owns the stride × stride cell that a
// window begins in, finds the window's first maximum (row by row, a NaN wins, as in max.wgsl), and writes the whole cell.
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> dx: array<vec4f>;
struct S {
  count: u32, n4: u32, inHeight: u32, inWidth: u32, outHeight: u32, outWidth: u32, kernel: u32, stride: u32,
  cellsY: u32, cellsX: u32, accumulate: u32,
}
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
  let cell = i / s.n4;
  let ox = cell % s.cellsX;
  let row = cell / s.cellsX;
  let oy = row % s.cellsY;
  let c = row / s.cellsY;
  let corner = ((c * s.inHeight + oy * s.stride) * s.inWidth + ox * s.stride) * s.n4 + n;
  let kernel = min(s.kernel, arrayLength(&x));
  let rows = min(min(s.stride, s.inHeight - oy * s.stride), arrayLength(&x));
  let columns = min(min(s.stride, s.inWidth - ox * s.stride), arrayLength(&x));
  var best = vec4f(-3.4028234e38);
  var chosen = vec4u(0xffffffffu);
  var gradient = vec4f(0);
  if (oy < s.outHeight && ox < s.outWidth) {
    gradient = dy[((c * s.outHeight + oy) * s.outWidth + ox) * s.n4 + n];
    for (var ky = 0u; ky < kernel; ky++) {
      for (var kx = 0u; kx < kernel; kx++) {
        let v = x[corner + (ky * s.inWidth + kx) * s.n4];
        let nan = (bitcast<vec4u>(v) & vec4u(0x7fffffffu)) > vec4u(0x7f800000u);
        let larger = (v > best) | nan | (chosen == vec4u(0xffffffffu));
        best = select(best, v, larger);
        chosen = select(chosen, vec4u(ky * columns + kx), larger);
      }
    }
  }
  for (var ky = 0u; ky < rows; ky++) {
    for (var kx = 0u; kx < columns; kx++) {
      let at = corner + (ky * s.inWidth + kx) * s.n4;
      var d = select(vec4f(0), gradient, chosen == vec4u(ky * columns + kx));
      if (s.accumulate != 0u && at < arrayLength(&dx)) { d += dx[at]; }
      dx[at] = d;
    }
  }
}
