// Batch norm, first pass: for each channel, sums of (x − shift) and (x − shift)² over a part of its values.
//
// A lane stays at one group of four batch columns and walks every `lanesY`-th position, so that the columns beyond the
// batch are found once. The shift is the channel's first value: it keeps the sum of squares from cancelling.
// x holds the batch's columns from `first` on; `origin` is what holds its first ones.
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> origin: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> partial: array<vec2f>;
struct S { channels: u32, positions: u32, n4: u32, lanesY: u32, first: u32, total: u32, begin: u32 }
@group(0) @binding(3) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let id = flat_index(lane, group, groups);
  let parts = s.n4 * s.lanesY;
  let c = id / parts;
  if (c >= s.channels) { return; }
  let n = (id % parts) % s.n4;
  let plane = c * s.positions * s.n4;
  let shift = origin[plane].x;
  let valid = vec4u(s.first + 4u * n) + vec4u(0u, 1u, 2u, 3u) < vec4u(step.count);
  var sum = vec4f(0);
  var squares = vec4f(0);
  let positions = min(s.positions, arrayLength(&x));
  let share = (s.positions + s.lanesY - 1u) / s.lanesY;
  let begin = (id % parts) / s.n4 * share;
  let end = min(begin + share, positions);
  for (var p = begin; p < end; p++) {
    let v = x[plane + p * s.n4 + n] - shift;
    sum += v;
    squares = fma(v, v, squares);
  }
  partial[c * s.total + s.begin + id % parts] = vec2f(dot(select(vec4f(0), sum, valid), vec4f(1)), dot(select(vec4f(0), squares, valid), vec4f(1)));
}
