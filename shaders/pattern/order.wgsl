// The order of rows or columns of balancedOrder (src/masks/pattern.ts): each finds its turn by counting those that are
// longer, and those as long before it; then it is dealt to a hand.
@group(0) @binding(0) var<storage, read> start: array<u32>;
@group(0) @binding(1) var<storage, read_write> order: array<u32>;
struct S { count: u32, hands: u32 }
@group(0) @binding(2) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let own = flat_index(lane, group, groups);
  if (own >= s.count) { return; }
  let length = start[own + 1u] - start[own];
  let count = min(s.count, arrayLength(&start) - 1u);
  var turn = 0u;
  var before = start[0];
  for (var other = 0u; other < count; other++) {
    let end = start[other + 1u];
    let its = end - before;
    before = end;
    turn += u32(its > length || (its == length && other < own));
  }
  // Two turns a round are dealt to each hand: on the way there and on the way back.
  let round = 2u * s.hands;
  let at = turn % round;
  let back = at >= s.hands;
  let hand = select(at, round - 1u - at, back);
  let rest = count % round;
  var place = 2u * (turn / round) + u32(back);
  for (var h = 0u; h < min(hand, 16u); h++) {
    place += 2u * (count / round) + u32(rest > h) + u32(rest > round - 1u - h);
  }
  order[place] = own;
}
