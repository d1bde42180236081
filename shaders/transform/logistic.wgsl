// The logistic function and its slope, from e^−|x|, which cannot overflow: far below 0 both become 0.
fn logistic(x: f32) -> vec2f {
  let e = exp(-abs(x));
  return vec2f(select(e, 1.0, x >= 0.0) / (1.0 + e), e / ((1.0 + e) * (1.0 + e)));
}
