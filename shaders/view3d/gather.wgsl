// One texel a kernel: the mean of its kept values, the share of its taps that are kept, and 1 for being a texel of a plane.
@group(0) @binding(0) var target0: texture_storage_2d<rgba16float, write>;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= plane.columns || id.y >= plane.rows) { return; }
  let band = id.y / plane.outputs;
  let input = band * plane.columns + id.x;
  let at = vec2u(plane.x + id.x, plane.y + id.y);
  if (input >= plane.inputs) { // the last band may be shorter
    textureStore(target0, at, vec4f());
    return;
  }
  let sum = kernel_sum(id.y - band * plane.outputs, input);
  let taps = f32(plane.kernelHeight * plane.kernelWidth);
  textureStore(target0, at, vec4f(sum.x / max(sum.y, 1.0), sum.y / taps, 1.0, 0.0));
}
