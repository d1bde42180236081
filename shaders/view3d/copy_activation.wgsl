// An activation of one image: column 0 of (C, H, W, N), into its place among the pictures, and its least and largest value.
@group(0) @binding(0) var<storage, read> activation: array<f32>;
@group(0) @binding(1) var<storage, read_write> pictures: array<f32>;
@group(0) @binding(2) var<storage, read_write> ranges: array<vec2f>;
struct S { count: u32, columns: u32, first: u32, index: u32 }
@group(0) @binding(3) var<uniform> s: S;
var<workgroup> extremes: array<vec2f, 256>;

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) lane: u32) {
  let end = min(s.count, arrayLength(&activation) / s.columns);
  var own = vec2f(3.4e38, -3.4e38);
  for (var i = lane; i < end; i += 256u) {
    let value = activation[i * s.columns];
    pictures[s.first + i] = value;
    own = vec2f(min(own.x, value), max(own.y, value));
  }
  extremes[lane] = own;
  workgroupBarrier();
  for (var half = 128u; half > 0u; half /= 2u) {
    if (lane < half) {
      let other = extremes[lane + half];
      extremes[lane] = vec2f(min(extremes[lane].x, other.x), max(extremes[lane].y, other.y));
    }
    workgroupBarrier();
  }
  if (lane == 0u) { ranges[s.index] = extremes[0]; }
}
