// The part of its image that each column shows: drawn as torchvision's RandomResizedCrop draws it, or the same for all.
// Square roots of areas and ratios come from tables, in 65536ths, so that a box is the same integers on every adapter
// (src/data/augment.ts).
@group(0) @binding(0) var<storage, read> roots: array<u32>;  // of areas, of ratios, of ratios' inverses
@group(0) @binding(1) var<storage, read_write> moves: array<vec4i>;  // behind the moves: (top, left, height, width)
struct S {
  capacity: u32,
  first: u32,
  height: u32,
  width: u32,
  tries: u32,      // none where all columns have the fallback
  top: u32,        // from here the fallback
  left: u32,
  boxHeight: u32,
  boxWidth: u32,
  seedLow: u32,
  seedHigh: u32,
  stream: u32,
}
@group(0) @binding(2) var<uniform> s: S;

const ENTRIES = 4096u;

// The product of two roots as whole pixels, half a pixel rounded up.
fn pixels_of(area: u32, ratio: u32) -> u32 {
  let product = philoxMultiply(area, ratio);
  return product.x + (product.y >> 31u);
}

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let n = flat_index(lane, group, groups);
  if (n >= s.capacity) { return; }
  let position = step.start + s.first + n;
  var box = vec4u(s.top, s.left, s.boxHeight, s.boxWidth);
  for (var i = 1u; i <= min(s.tries, arrayLength(&roots)); i++) {
    let draw = philox4x32(vec4u(position, step.epoch, i, s.stream), vec2u(s.seedLow, s.seedHigh));
    let area = roots[draw.x >> 20u];
    let ratio = ENTRIES + (draw.y >> 20u);
    let width = pixels_of(area, roots[ratio]);
    let height = pixels_of(area, roots[ratio + ENTRIES]);
    if (width > 0u && width <= s.width && height > 0u && height <= s.height) {
      box = vec4u(draw.z % (s.height - height + 1u), draw.w % (s.width - width + 1u), height, width);
      break;
    }
  }
  moves[s.capacity + n] = vec4i(box);
}
