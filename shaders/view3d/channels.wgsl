// Where channels stand, for the ends of lines.
struct Links { inputGrid: u32, outputGrid: u32, height: u32, width: u32 }
@group(1) @binding(0) var<storage, read> grids: array<Grid>;
@group(1) @binding(1) var<storage, read> links: array<Links>;

// A point in a channel's cell; `part` is where in it, 0 to 1.
fn channel_point(grid: u32, channel: u32, part: vec2f) -> vec3f {
  let g = grids[grid];
  let columns = u32(g.columns);
  let cell = vec2f(f32(channel % columns), f32(channel / columns)) + part;
  return g.origin + cell.x / g.columns * g.right + cell.y / g.rows * g.down;
}

fn input_point(layer: u32, input: u32) -> vec3f {
  let l = links[layer];
  let each = max(1u, l.height * l.width);
  let position = input % each;
  let part = (vec2f(f32(position % l.width), f32(position / l.width)) + 0.5) / vec2f(f32(l.width), f32(l.height));
  return channel_point(l.inputGrid, input / each, part);
}

fn output_point(layer: u32, output: u32) -> vec3f {
  return channel_point(links[layer].outputGrid, output, vec2f(0.5));
}

// The line of a weight or kernel whose value is `value` of its layer's limit.
fn edge_vertex(layer: u32, output: u32, input: u32, value: f32, faint: f32, corner: u32) -> LineVertex {
  let strength = min(1.0, abs(value));
  // in zero's own colour a line would not show on the ground
  let seen = max(strength, 0.3);
  let shown = select(seen, select(-seen, seen, value >= 0.0), view.options.x > 0.5);
  let colour = vec4f(colour_of(shown), (0.3 + 0.6 * strength) * faint);
  return line_vertex(input_point(layer, input), output_point(layer, output), corner, 0.8 + 1.4 * strength, colour);
}

fn no_line() -> LineVertex {
  return LineVertex(vec4f(0.0, 0.0, -2.0, 1.0), vec4f(), 0.0, 0.0);
}
