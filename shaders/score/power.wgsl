// Powers of two, exactly. `balancing_exponent` says by which a number has to be multiplied to lie in [1, 2), from its bits; it
// stays below 2^100, which leaves room for products with it.
fn balancing_exponent(highest: u32) -> i32 {
  let exponent = highest >> 23u;
  return select(clamp(127 - i32(exponent), -126, 100), 0, highest == 0u || exponent == 255u);
}

// 2^exponent: 0 below the smallest normal number, and at most 2^100.
fn power_of_two(exponent: i32) -> f32 {
  let bits = u32(clamp(exponent, -126, 100) + 127) << 23u;
  return select(bitcast<f32>(bits), 0.0, exponent < -126);
}
