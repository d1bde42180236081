// Lines that were placed beforehand: notches of dead units at the planes' edges.
struct Segment { start: vec3f, width: f32, end: vec3f, shade: f32 }
@group(1) @binding(0) var<storage, read> segments: array<Segment>;

@vertex
fn vertex(@builtin(vertex_index) corner: u32, @builtin(instance_index) index: u32) -> LineVertex {
  let s = segments[index];
  let colour = vec4f(mix(view.line.rgb, view.ink.rgb, s.shade), 1.0);
  return line_vertex(s.start, s.end, corner, s.width, colour);
}

@fragment
fn fragment(in: LineVertex) -> @location(0) vec4f {
  return line_colour(in);
}
