// What every draw reads: the camera, the theme's colours, what is chosen; and the layers and grids in space.
struct View {
  viewProjection: mat4x4f,
  eye: vec4f,
  // Width and height in pixels, pixels of the device in one of the page's, and where colours end for all layers alike;
  // 0 where each layer has its own limits.
  size: vec4f,
  // Layer, output, input, tap; −1 where there is none.
  selected: vec4i,
  hovered: vec4i,
  // Whether values are signed, the planes' opacity, pixels from which on a kernel shows its taps, stops in use.
  options: vec4f,
  ground: vec4f, sunken: vec4f, line: vec4f, ink: vec4f, faint: vec4f,
  stops: array<vec4f, 9>,
}

// A layer's rectangle: upper left corner and columns, way along the columns and rows, way down the rows and outputs; then
// its place in the texture, its kernels' sides, and its inputs.
struct Plane {
  origin: vec3f, columns: f32,
  right: vec3f, rows: f32,
  down: vec3f, outputs: f32,
  x: u32, y: u32, kernel: u32, inputs: u32,
}

// A grid of channels: upper left corner and columns, ways, rows and channels.
struct Grid {
  origin: vec3f, columns: f32,
  right: vec3f, rows: f32,
  down: vec3f, channels: f32,
}

@group(0) @binding(0) var<uniform> view: View;
@group(0) @binding(1) var<storage, read> planes: array<Plane>;
@group(0) @binding(2) var<storage, read> planeLimits: array<vec4f>;
@group(0) @binding(3) var texels: texture_2d<f32>;

// Where a layer's colours end: those of single weights, and those of kernels' means.
fn end_of_weights(layer: u32) -> f32 {
  return max(1e-20, select(planeLimits[layer].z, view.size.w, view.size.w > 0.0));
}
fn end_of_kernels(layer: u32) -> f32 {
  return max(1e-20, select(planeLimits[layer].w, view.size.w, view.size.w > 0.0));
}

// The colour of a value between −1 (or 0) and 1.
fn colour_of(value: f32) -> vec3f {
  let last = view.options.w - 1.0;
  let share = clamp(select(value, (value + 1.0) / 2.0, view.options.x > 0.5), 0.0, 1.0) * last;
  let low = min(u32(share), u32(last) - 1u);
  return mix(view.stops[low].rgb, view.stops[low + 1u].rgb, share - f32(low));
}
