// Every kept kernel of the chosen unit as a line between its channels: one instance a kernel, read from the texture.
// A fan is a row of a plane (what the unit reads) or a column of one (who reads it).
struct Fan { layer: u32, row: u32, fixed: u32, count: u32 }
@group(1) @binding(2) var<storage, read> fans: array<Fan>;

// Where planes hide them, the same lines are drawn faintly.
override strength = 1.0;

@vertex
fn vertex(@builtin(vertex_index) corner: u32, @builtin(instance_index) instance: u32) -> LineVertex {
  var fan = 0u;
  var i = instance;
  while (fan + 1u < arrayLength(&fans) && i >= fans[fan].count) {
    i -= fans[fan].count;
    fan += 1u;
  }
  let f = fans[fan];
  if (i >= f.count) { return no_line(); }
  let p = planes[f.layer];
  let output = select(i, f.fixed, f.row == 1u);
  let input = select(f.fixed, i, f.row == 1u);
  let columns = u32(p.columns);
  let at = vec2u(p.x + input % columns, p.y + (input / columns) * u32(p.outputs) + output);
  let texel = textureLoad(texels, at, 0);
  if (texel.y <= 0.0) { return no_line(); }
  return edge_vertex(f.layer, output, input, texel.x / end_of_kernels(f.layer), strength, corner);
}

@fragment
fn fragment(in: LineVertex) -> @location(0) vec4f {
  return line_colour(in);
}
