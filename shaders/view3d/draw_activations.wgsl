// What channels hold for one image: in each cell of a grid its picture, from the grid's least value (ground) to its largest
// (ink).
@group(1) @binding(0) var<storage, read> grids: array<Grid>;
@group(1) @binding(1) var<storage, read> pictures: array<f32>;
@group(1) @binding(2) var<storage, read> ranges: array<vec2f>;
// Grid, first value, width and height of each.
@group(1) @binding(3) var<storage, read> shown: array<vec4u>;

struct PictureVertex {
  @builtin(position) position: vec4f,
  @location(0) at: vec2f, // in cells
  @location(1) @interpolate(flat) index: u32,
}

@vertex
fn vertex(@builtin(vertex_index) corner: u32, @builtin(instance_index) index: u32) -> PictureVertex {
  let g = grids[shown[index].x];
  let uv = vec2f(f32(corner & 1u), f32(corner >> 1u));
  var position = view.viewProjection * vec4f(g.origin + uv.x * g.right + uv.y * g.down, 1.0);
  position.z *= 0.9995; // a little behind the channels' dots
  return PictureVertex(position, uv * vec2f(g.columns, g.rows), index);
}

@fragment
fn fragment(in: PictureVertex) -> @location(0) vec4f {
  let s = shown[in.index];
  let g = grids[s.x];
  let cell = vec2u(clamp(in.at, vec2f(), vec2f(g.columns, g.rows) - 0.001));
  let channel = cell.y * u32(g.columns) + cell.x;
  let inner = (fract(in.at) - 0.5) / 0.92 + 0.5;
  if (f32(channel) >= g.channels || any(inner < vec2f()) || any(inner >= vec2f(1.0))) { discard; }
  let pixel = vec2u(inner * vec2f(s.zw));
  let range = ranges[in.index];
  let value = pictures[min(s.y + (channel * s.w + pixel.y) * s.z + pixel.x, arrayLength(&pictures) - 1u)];
  let share = clamp((value - range.x) / max(range.y - range.x, 1e-20), 0.0, 1.0);
  return vec4f(mix(view.sunken.rgb, view.ink.rgb, share), 1.0);
}
