// The next mip level. The mean of what is kept and the share that is kept are averaged apart, so that a sparse layer fades
// from afar instead of turning towards zero. z is the share of the texel that lies on a plane.
@group(0) @binding(0) var finer: texture_2d<f32>;
@group(0) @binding(1) var coarser: texture_storage_2d<rgba16float, write>;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let size = textureDimensions(coarser);
  if (id.x >= size.x || id.y >= size.y) { return; }
  var value = 0.0;
  var kept = 0.0;
  var there = 0.0;
  for (var i = 0u; i < 4u; i++) {
    let texel = textureLoad(finer, 2u * id.xy + vec2u(i & 1u, i >> 1u), 0);
    value += texel.x * texel.y * texel.z;
    kept += texel.y * texel.z;
    there += texel.z;
  }
  let share = kept / max(there, 1e-6);
  textureStore(coarser, id.xy, vec4f(value / max(kept, 1e-6), share, there / 4.0, 0.0));
}
