// The generator's blocks for given counters and keys: the self-test compares them with published answers.
@group(0) @binding(0) var<storage, read> counters: array<vec4u>;
@group(0) @binding(1) var<storage, read> keys: array<vec2u>;
@group(0) @binding(2) var<storage, read_write> blocks: array<vec4u>;
struct S { count: u32 }
@group(0) @binding(3) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) i: u32) {
  if (i < s.count) { blocks[i] = philox4x32(counters[i], keys[i]); }
}
