// Channels as dots in their grids; those of dead units as hollow rings, the chosen one large.
struct Dot { centre: vec3f, radius: f32, kind: u32, spare0: u32, spare1: u32, spare2: u32 }
@group(1) @binding(0) var<storage, read> dots: array<Dot>;

struct DotVertex {
  @builtin(position) position: vec4f,
  @location(0) at: vec2f, // pixels from the centre
  @location(1) @interpolate(flat) radius: f32,
  @location(2) @interpolate(flat) kind: u32,
}

@vertex
fn vertex(@builtin(vertex_index) corner: u32, @builtin(instance_index) index: u32) -> DotVertex {
  let d = dots[index];
  let centre = view.viewProjection * vec4f(d.centre, 1.0);
  // the radius in pixels at this depth, within what can still be seen and does not cover its neighbours
  let scale = length(vec3f(view.viewProjection[0].y, view.viewProjection[1].y, view.viewProjection[2].y));
  let natural = d.radius * scale / max(centre.w, 1e-3) * view.size.y / 2.0;
  let wide = view.size.z;
  let least = select(0.6, 1.5, d.kind == 1u) * wide;
  let radius = clamp(natural, least, select(2.0, 3.5, d.kind > 0u) * wide);
  let reach = radius + 1.5 * wide;
  let at = (vec2f(f32(corner & 1u), f32(corner >> 1u)) * 2.0 - 1.0) * reach;
  return DotVertex(vec4f(centre.xy + at / (view.size.xy / 2.0) * centre.w, centre.zw), at, radius, d.kind);
}

@fragment
fn fragment(in: DotVertex) -> @location(0) vec4f {
  let away = length(in.at);
  let wide = view.size.z;
  var alpha = clamp(in.radius + 0.5 - away, 0.0, 1.0);
  var colour = mix(view.faint.rgb, view.line.rgb, 0.3);
  if (in.kind == 1u) { // hollow
    alpha *= clamp(away - in.radius + 1.0 * wide + 0.5, 0.0, 1.0);
    colour = view.ink.rgb;
  }
  if (in.kind == 2u) { colour = view.ink.rgb; }
  if (alpha < 0.004) { discard; }
  return vec4f(colour * alpha, alpha);
}
