// A layer's plane: its kernels on sunken ground. What is pruned is not drawn; a kept zero has an outline.
struct PlaneVertex {
  @builtin(position) position: vec4f,
  @location(0) at: vec2f, // in texels
  @location(1) @interpolate(flat) index: u32,
}

// A corner of the quad, a little outside the rectangle, so that its edge can be smooth.
fn plane_vertex(corner: u32, index: u32) -> PlaneVertex {
  let p = planes[index];
  let size = vec2f(length(p.right), length(p.down));
  let middle = p.origin + (p.right + p.down) / 2.0;
  let margin = 0.004 * distance(view.eye.xyz, middle) / size;
  let uv = vec2f(f32(corner & 1u), f32(corner >> 1u)) * (1.0 + 2.0 * margin) - margin;
  let point = p.origin + uv.x * p.right + uv.y * p.down;
  return PlaneVertex(view.viewProjection * vec4f(point, 1.0), uv * vec2f(p.columns, p.rows), index);
}

// (mean of kept · kept share, kept share) at a level, between texels smoothly over one pixel.
fn smooth_texel(p: Plane, level: u32, at: vec2f, pixel: vec2f) -> vec2f {
  let scale = f32(1u << level);
  let q = at / scale - 0.5;
  let low = floor(q);
  let sharp = clamp((q - low - 0.5) / clamp(pixel / scale, vec2f(1e-3), vec2f(1.0)) + 0.5, vec2f(), vec2f(1.0));
  let most = vec2i(ceil(vec2f(p.columns, p.rows) / scale)) - 1;
  let corner = vec2i(vec2u(p.x, p.y) >> vec2u(level));
  var found: array<vec2f, 4>;
  for (var i = 0; i < 4; i++) {
    let texel = textureLoad(texels, corner + clamp(vec2i(low) + vec2i(i & 1, i >> 1), vec2i(), most), level);
    found[i] = vec2f(texel.x * texel.y, texel.y);
  }
  return mix(mix(found[0], found[1], sharp.x), mix(found[2], found[3], sharp.x), sharp.y);
}

// How much of a pixel lies in cells that are `gap` pixels apart, where cells are `size` pixels wide.
fn inside_cell(at: vec2f, pixel: vec2f, gap: f32) -> f32 {
  let away = (0.5 - abs(fract(at) - 0.5)) / pixel - gap / 2.0 + 0.5;
  return clamp(min(away.x, away.y), 0.0, 1.0);
}

// Colour over the plane's ground: `kept` of it, with an outline where what is kept is as good as zero.
fn kept_colour(value: f32, kept: f32, edge: f32) -> vec3f {
  let colour = mix(view.sunken.rgb, colour_of(value), kept);
  let zero = (1.0 - smoothstep(0.02, 0.05, abs(value))) * view.options.x;
  return mix(colour, view.line.rgb, select(0.0, 0.9 * edge * zero, kept > 0.001));
}

// The plane's kernels at a point, by the texture.
fn kernels_at(p: Plane, limit: f32, at: vec2f, pixel: vec2f) -> vec3f {
  let lod = clamp(log2(max(max(pixel.x, pixel.y), 1.0)), 0.0, 2.0);
  let level = min(u32(lod), 1u);
  let fine = smooth_texel(p, level, at, pixel);
  let coarse = smooth_texel(p, level + 1u, at, pixel);
  let texel = select(fine, mix(fine, coarse, lod - f32(level)), lod > 0.0);
  let size = 1.0 / max(pixel.x, pixel.y);
  // small gaps between kernels that are large enough for them
  let gap = 1.2 * smoothstep(5.0, 9.0, size);
  let cell = inside_cell(at, pixel, gap);
  let rim = (cell - inside_cell(at, pixel, gap + 2.0)) * smoothstep(5.0, 9.0, size);
  // one tap of nine is shown at 0.4 of full strength, not at a ninth: it would vanish
  let kept = pow(clamp(texel.y, 0.0, 1.0), 0.4);
  return mix(view.sunken.rgb, kept_colour(texel.x / max(texel.y, 1e-5) / limit, kept, rim), cell);
}

// Lines over the plane: bands of folded inputs, the chosen unit's row, the chosen and the hovered kernel, the border.
fn with_marks(p: Plane, index: u32, at: vec2f, pixel: vec2f, below: vec3f) -> vec4f {
  var colour = below;
  let outputs = p.outputs;
  if (p.rows > outputs) {
    let seam = abs(at.y - round(at.y / outputs) * outputs) / pixel.y;
    let inner = at.y > 0.5 * outputs && at.y < p.rows - 0.5 * outputs;
    colour = mix(colour, view.ink.rgb, select(0.0, clamp(1.5 - seam, 0.0, 1.0), inner));
  }
  let band = floor(at.y / outputs) * outputs;
  let wide = view.size.z;
  if (i32(index) == view.selected.x) {
    let row = abs(at.y - band - f32(view.selected.y) - 0.5) - 0.5;
    colour = mix(colour, view.ink.rgb, 0.55 * clamp(wide - abs(row / pixel.y + 0.5 * wide), 0.0, 1.0));
    colour = mix(colour, view.ink.rgb, frame_of(p, view.selected, at, pixel, 2.0 * wide));
  }
  if (i32(index) == view.hovered.x) {
    colour = mix(colour, view.ink.rgb, frame_of(p, view.hovered, at, pixel, 1.25 * wide));
  }
  let edge = min(at, vec2f(p.columns, p.rows) - at) / pixel;
  let inside = min(edge.x, edge.y);
  let chosen = i32(index) == view.selected.x;
  let border = mix(view.line.rgb, view.ink.rgb, select(0.0, 1.0, chosen));
  let thick = select(1.0, 1.5, chosen) * wide;
  colour = mix(border, colour, clamp(inside - thick + 0.5, 0.0, 1.0));
  return vec4f(colour, clamp(inside + 0.5, 0.0, 1.0));
}

// A frame just around a kernel.
fn frame_of(p: Plane, kernel: vec4i, at: vec2f, pixel: vec2f, wide: f32) -> f32 {
  let columns = i32(p.columns);
  let corner = vec2f(f32(kernel.z % columns), f32(kernel.z / columns) * p.outputs + f32(kernel.y));
  let away = (abs(at - corner - 0.5) - 0.5) / pixel;
  let outside = max(away.x, away.y);
  return clamp(0.5 * wide + 0.5 - abs(outside - 0.5 * wide), 0.0, 1.0);
}

fn finished(marked: vec4f) -> vec4f {
  if (marked.a < 0.01) { discard; }
  let alpha = marked.a * view.options.y;
  return vec4f(marked.rgb * alpha, alpha);
}
