// A 16-bit copy of an activation (rows, N): eight values an invocation, float16 or bfloat16.
// Rows are padded with zeros to a multiple of eight values.
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> copy: array<vec4u>;
struct S { count: u32, n4: u32, lanes: u32, bfloat: u32 }
@group(0) @binding(2) var<uniform> s: S;

// The upper halves of two values, rounded to the nearest, ties to even. Not-a-number stays what it is.
fn brains(pair: vec2f) -> u32 {
  let bits = bitcast<vec2u>(pair);
  let rounded = bits + 0x7fffu + ((bits >> vec2u(16u)) & vec2u(1u));
  let kept = select(rounded, bits | vec2u(0x10000u), (bits & vec2u(0x7fffffffu)) > vec2u(0x7f800000u));
  return (kept.x >> 16u) | (kept.y & 0xffff0000u);
}

// float16 ends at 65504; what is beyond would become infinite and poison every sum it meets. Not-a-number passes.
fn bounded(v: vec4f) -> vec4f {
  return select(v, sign(v) * 65504.0, abs(v) > vec4f(65504.0));
}

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = flat_index(lane, group, groups);
  if (i >= s.count) { return; }
  let row = i / s.lanes;
  let first = 2u * (i % s.lanes);
  let low = x[row * s.n4 + first];
  let inside = first + 1u < s.n4;
  let high = select(vec4f(0), x[select(0u, row * s.n4 + first + 1u, inside)], inside);
  if (s.bfloat != 0u && i < arrayLength(&copy)) {
    copy[i] = vec4u(brains(low.xy), brains(low.zw), brains(high.xy), brains(high.zw));
  } else {
    let a = bounded(low);
    let b = bounded(high);
    copy[i] = vec4u(pack2x16float(a.xy), pack2x16float(a.zw), pack2x16float(b.xy), pack2x16float(b.zw));
  }
}
