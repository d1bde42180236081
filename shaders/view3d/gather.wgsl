// One texel a kernel: the mean of its kept values, the share of its taps that are kept, and 1 for being a texel of a planeTable.
@group(0) @binding(0) var target0: texture_storage_2d<rgba16float, write>;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= planeTable.columns || id.y >= planeTable.rows) { return; }
  let band = id.y / planeTable.outputs;
  let input = band * planeTable.columns + id.x;
  let at = vec2u(planeTable.x + id.x, planeTable.y + id.y);
  if (input >= planeTable.inputs) { // the last band may be shorter
    textureStore(target0, at, vec4f());
    return;
  }
  let sum = kernel_sum(id.y - band * planeTable.outputs, input);
  let taps = f32(planeTable.kernelHeight * planeTable.kernelWidth);
  textureStore(target0, at, vec4f(sum.x / max(sum.y, 1.0), sum.y / taps, 1.0, 0.0));
}
