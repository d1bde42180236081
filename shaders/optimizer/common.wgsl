// What every optimizer shares: it runs over the whole store at once. Every 64 values belong to one parameter group; a
// mask bit tells whether a value is kept (packed values and unmasked parameters have all bits set).
struct Group { learningRate: f32, weightDecay: f32 }

fn kept(word: u32, i: u32) -> vec4<bool> {
  return ((vec4u(word) >> (vec4u(4u * (i & 7u)) + vec4u(0u, 1u, 2u, 3u))) & vec4u(1u)) != vec4u(0u);
}
