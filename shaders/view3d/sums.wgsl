// Sum of squares and number of a layer's kept values, over what is stored: parts[64 · index + workgroup].
@group(0) @binding(0) var<storage, read> planeValues: array<f32>;
@group(0) @binding(1) var<storage, read> planeKept: array<u32>;
@group(0) @binding(2) var<uniform> plane: PlaneTable;
@group(0) @binding(3) var<storage, read_write> parts: array<vec2f>;
var<workgroup> sums: array<vec2f, 64>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let end = min(plane.stored, arrayLength(&planeValues));
  var own = vec2f();
  for (var slot = group.x * 64u + lane; slot < end; slot += 4096u) {
    let bit = plane.first + slot;
    let value = planeValues[slot];
    if (((planeKept[bit / 32u] >> (bit & 31u)) & 1u) != 0u) { own += vec2f(value * value, 1.0); }
  }
  sums[lane] = own;
  workgroupBarrier();
  for (var half = 32u; half > 0u; half /= 2u) {
    if (lane < half) { sums[lane] += sums[lane + half]; }
    workgroupBarrier();
  }
  if (lane == 0u) { parts[64u * plane.index + group.x] = sums[0]; }
}
