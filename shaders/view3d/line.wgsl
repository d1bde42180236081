// A line between two points of the world as a quad that is a number of pixels wide.
struct LineVertex {
  @builtin(position) position: vec4f,
  @location(0) colour: vec4f,
  @location(1) across: f32, // pixels from the middle
  @location(2) @interpolate(flat) half: f32,
}

const NEAR = 1e-3;

fn line_vertex(from0: vec3f, to0: vec3f, corner: u32, width: f32, colour: vec4f) -> LineVertex {
  var a = view.viewProjection * vec4f(from0, 1.0);
  var b = view.viewProjection * vec4f(to0, 1.0);
  if (a.w < NEAR && b.w < NEAR) { return LineVertex(vec4f(0.0, 0.0, -2.0, 1.0), vec4f(), 0.0, 0.0); }
  // what lies behind the eye is cut off
  if (a.w < NEAR) { a = mix(a, b, (NEAR - a.w) / (b.w - a.w)); }
  if (b.w < NEAR) { b = mix(b, a, (NEAR - b.w) / (a.w - b.w)); }
  let half = view.size.xy / 2.0;
  let way = b.xy / b.w * half - a.xy / a.w * half;
  let along = select(vec2f(1.0, 0.0), normalize(way), dot(way, way) > 1e-12);
  let reach = width * view.size.z / 2.0 + 1.0;
  let side = select(-reach, reach, (corner & 1u) == 1u);
  var end = select(a, b, corner >= 2u);
  end = vec4f(end.xy + vec2f(-along.y, along.x) * side / half * end.w, end.zw);
  return LineVertex(end, colour, side, width * view.size.z / 2.0);
}

fn line_colour(in: LineVertex) -> vec4f {
  let alpha = in.colour.a * clamp(in.half + 0.5 - abs(in.across), 0.0, 1.0);
  if (alpha < 0.004) { discard; }
  return vec4f(in.colour.rgb * alpha, alpha);
}
