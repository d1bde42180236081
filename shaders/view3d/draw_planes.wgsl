// Planes whose kernels are drawn from the texture.
@vertex
fn vertex(@builtin(vertex_index) corner: u32, @builtin(instance_index) index: u32) -> PlaneVertex {
  return plane_vertex(corner, index);
}

@fragment
fn fragment(in: PlaneVertex) -> @location(0) vec4f {
  let pixel = max(fwidth(in.at), vec2f(1e-6));
  let p = planes[in.index];
  return finished(with_marks(p, in.index, in.at, pixel, kernels_at(p, end_of_kernels(in.index), in.at, pixel)));
}
