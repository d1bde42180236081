// Weights of the whole network as lines: those of the list that list_edges.wgsl wrote.
struct Edge { layer: u32, weight: u32, value: f32, spare: u32 }
@group(1) @binding(2) var<storage, read> edges: array<Edge>;

@vertex
fn vertex(@builtin(vertex_index) corner: u32, @builtin(instance_index) instance: u32) -> LineVertex {
  let edge = edges[instance];
  if (edge.spare == 0u) { return no_line(); } // fewer weights than there is room for
  let p = planes[edge.layer];
  let kernel = edge.weight / ((p.kernel >> 16u) * (p.kernel & 0xffffu));
  let value = edge.value / max(planeLimits[edge.layer].z, 1e-20) * select(sign(edge.value), 1.0, view.options.x > 0.5);
  return edge_vertex(edge.layer, kernel / p.inputs, kernel % p.inputs, value, 0.06 + 0.5 * value * value, corner);
}

@fragment
fn fragment(in: LineVertex) -> @location(0) vec4f {
  return line_colour(in);
}
