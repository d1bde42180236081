// Weights of a packed layer: the kept blocks only, found through the pattern (src/masks/pattern.ts). Within a row of
// blocks entries ascend, so that a place is found by halving.
@group(1) @binding(0) var<storage, read> planeValues: array<f32>;
@group(1) @binding(1) var<storage, read> planeKept: array<u32>;
@group(1) @binding(2) var<uniform> plane: PlaneTable;
@group(1) @binding(3) var<storage, read> planeRowStart: array<u32>;
@group(1) @binding(4) var<storage, read> planeEntries: array<u32>;

fn stored_kept(slot: u32) -> bool {
  let bit = plane.first + slot;
  return ((planeKept[bit / 32u] >> (bit & 31u)) & 1u) != 0u;
}

// The first block of a row whose entry is not below `entry`, and the row's end.
fn first_block(row: u32, entry: u32) -> vec2u {
  let end = min(planeRowStart[row + 1u], arrayLength(&planeEntries));
  var low = planeRowStart[row];
  var high = end;
  while (low < high) {
    let middle = (low + high) / 2u;
    if (planeEntries[middle] < entry) { low = middle + 1u; } else { high = middle; }
  }
  return vec2u(low, end);
}

// Where a block has the weight of these channels.
fn slot_of(block: u32, output: u32, input: u32) -> u32 {
  return (block * plane.blockIns + input % plane.blockIns) * plane.blockOuts + output % plane.blockOuts;
}

fn weight_at(output: u32, input: u32, ky: u32, kx: u32) -> vec2f {
  let entry = ((input / plane.blockIns) << 8u) | (ky << 4u) | kx;
  let at = first_block(output / plane.blockOuts, entry);
  if (at.x >= at.y || planeEntries[at.x] != entry) { return vec2f(); }
  let slot = slot_of(at.x, output, input);
  return select(vec2f(), vec2f(planeValues[slot], 1.0), stored_kept(slot));
}

fn kernel_sum(output: u32, input: u32) -> vec2f {
  let column = input / plane.blockIns;
  let at = first_block(output / plane.blockOuts, column << 8u);
  var sum = vec2f();
  for (var block = at.x; block < at.y && (planeEntries[block] >> 8u) == column; block++) {
    let slot = slot_of(block, output, input);
    if (stored_kept(slot)) {
      let value = planeValues[slot];
      sum += vec2f(select(value, abs(value), plane.absolute != 0u), 1.0);
    }
  }
  return sum;
}
