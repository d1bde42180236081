// Bit sets: bit i of a set is bit i % 32 of word i / 32. Bits behind the last element count as 0, whatever they are.

// A word without the bits behind element `size`.
fn valid_bits(word: u32, w: u32, size: u32) -> u32 {
  let left = size - min(32u * w, size);
  return select(word & ((1u << left) - 1u), word, left >= 32u);
}

// Ones of a word before bit i % 32.
fn ones_before(word: u32, i: u32) -> u32 {
  return countOneBits(word & ((1u << (i & 31u)) - 1u));
}

fn has_bit(word: u32, i: u32) -> bool {
  return ((word >> (i & 31u)) & 1u) != 0u;
}
