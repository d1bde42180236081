// A workgroup a layer: (root mean square of what is kept, kept values, 3 · rms, 3 · rms of the kernels' means), from the parts of sums.wgsl.
@group(0) @binding(0) var<storage, read> squares: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> limits: array<vec4f>;
var<workgroup> sums: array<vec4f, 64>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  sums[lane] = squares[64u * group.x + lane];
  workgroupBarrier();
  for (var half = 32u; half > 0u; half /= 2u) {
    if (lane < half) { sums[lane] += sums[lane + half]; }
    workgroupBarrier();
  }
  if (lane == 0u) {
    let rms = sqrt(sums[0].x / max(sums[0].y, 1.0));
    let ofMeans = sqrt(sums[0].z / max(sums[0].w, 1.0));
    limits[group.x] = vec4f(rms, sums[0].y, 3.0 * rms, 3.0 * ofMeans);
  }
}
