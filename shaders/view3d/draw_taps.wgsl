// A plane that is near enough to show single taps, read from the layer's stored values.
@vertex
fn vertex(@builtin(vertex_index) corner: u32, @builtin(instance_index) index: u32) -> PlaneVertex {
  return plane_vertex(corner, index);
}

@fragment
fn fragment(in: PlaneVertex) -> @location(0) vec4f {
  let pixel = max(fwidth(in.at), vec2f(1e-6));
  let p = planes[in.index];
  let limit = end_of_weights(in.index);
  var colour = kernels_at(p, end_of_kernels(in.index), in.at, pixel);
  let kernel = vec2f(f32(planeTable.kernelWidth), f32(planeTable.kernelHeight));
  let near = 1.0 / max(pixel.x, pixel.y) >= view.options.z;
  let inside = in.at.x >= 0.0 && in.at.y >= 0.0 && in.at.x < p.columns && in.at.y < p.rows;
  let cell = vec2u(max(in.at, vec2f()));
  let band = cell.y / planeTable.outputs;
  let input = band * planeTable.columns + cell.x;
  if (near && inside && input < planeTable.inputs) {
    let tap = fract(in.at) * kernel;
    let found = weight_at(cell.y - band * planeTable.outputs, input, min(u32(tap.y), planeTable.kernelHeight - 1u), min(u32(tap.x), planeTable.kernelWidth - 1u));
    let split = inside_cell(tap, pixel * kernel, 0.75);
    let rim = split - inside_cell(tap, pixel * kernel, 2.75);
    let tapped = mix(view.sunken.rgb, kept_colour(found.x / limit, found.y, rim), split);
    let gap = inside_cell(in.at, pixel, 2.0);
    colour = mix(mix(view.faint.rgb, view.sunken.rgb, 0.35), tapped, gap);
  }
  return finished(with_marks(p, in.index, in.at, pixel, colour));
}
