// Scores as whole numbers in the same order, so that selection compares integers alone. Scores are float32, read as words:
// no rounding, no flushing of small numbers. `flip` is 0 where large ones are wanted and all ones where small ones are;
// `absolute` is 1 where the sign does not count. NaN comes after every number either way, −0 is 0.
fn select_keys(words: vec4u, absolute: u32, flip: u32) -> vec4u {
  let magnitude = words & vec4u(0x7fffffffu);
  let negative = (words >> vec4u(31u)) * vec4u(1u - absolute);
  let below = (negative != vec4u(0u)) & (magnitude != vec4u(0u));
  let key = select(magnitude | vec4u(0x80000000u), ~magnitude & vec4u(0x7fffffffu), below) ^ vec4u(flip);
  return select(key, vec4u(0u), magnitude > vec4u(0x7f800000u));
}
