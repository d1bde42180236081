// Sums of squares and numbers of a layer's kept values, over what is stored, and of its kernels' means, over the texels:
// squares[64 · index + workgroup].
@group(0) @binding(0) var<storage, read_write> squares: array<vec4f>;
@group(0) @binding(1) var kernelMeans: texture_2d<f32>;
var<workgroup> sums: array<vec4f, 64>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let end = min(planeTable.stored, arrayLength(&planeValues));
  var own = vec4f();
  for (var slot = group.x * 64u + lane; slot < end; slot += 4096u) {
    let found = stored_value(slot);
    own += vec4f(found.x * found.x, found.y, 0.0, 0.0);
  }
  let kernels = min(planeTable.columns * planeTable.rows, arrayLength(&squares) * 1048576u);
  for (var k = group.x * 64u + lane; k < kernels; k += 4096u) {
    let at = vec2u(planeTable.x + k % planeTable.columns, planeTable.y + k / planeTable.columns);
    let texel = textureLoad(kernelMeans, at, 0);
    if (texel.y > 0.0) { own += vec4f(0.0, 0.0, texel.x * texel.x, 1.0); }
  }
  sums[lane] = own;
  workgroupBarrier();
  for (var half = 32u; half > 0u; half /= 2u) {
    if (lane < half) { sums[lane] += sums[lane + half]; }
    workgroupBarrier();
  }
  if (lane == 0u) { squares[64u * planeTable.index + group.x] = sums[0]; }
}
