// Weights of a layer as the store holds them. Dense: all of them in row-major order. Packed: the kept blocks only, found
// through the pattern (src/masks/pattern.ts); within a row of blocks entries ascend, so that a place is found by halving.
override PACKED = false;

@group(1) @binding(0) var<storage, read> planeValues: array<f32>;
@group(1) @binding(1) var<storage, read> planeKept: array<u32>;
@group(1) @binding(2) var<uniform> planeTable: PlaneTable;
// Dense storage has none, and does not look at what is bound.
@group(1) @binding(3) var<storage, read> planeRowStart: array<u32>;
@group(1) @binding(4) var<storage, read> planeEntries: array<u32>;

fn stored_kept(slot: u32) -> bool {
  let bit = planeTable.first + slot;
  return ((planeKept[bit / 32u] >> (bit & 31u)) & 1u) != 0u;
}

// The value of a slot, and 1 where it is kept.
fn stored_value(slot: u32) -> vec2f {
  let value = planeValues[slot];
  return select(vec2f(), vec2f(select(value, abs(value), planeTable.absolute != 0u), 1.0), stored_kept(slot));
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
  let column = block * planeTable.blockIns + input % planeTable.blockIns;
  return column * planeTable.blockOuts + output % planeTable.blockOuts;
}

// The value of a weight, or its size where sizes are asked for, and 1 where it is kept.
fn weight_at(output: u32, input: u32, ky: u32, kx: u32) -> vec2f {
  if (!PACKED) {
    let kernel = output * planeTable.inputs + input;
    return stored_value((kernel * planeTable.kernelHeight + ky) * planeTable.kernelWidth + kx);
  }
  let entry = ((input / planeTable.blockIns) << 8u) | (ky << 4u) | kx;
  let at = first_block(output / planeTable.blockOuts, entry);
  if (at.x >= at.y || planeEntries[at.x] != entry) { return vec2f(); }
  return stored_value(slot_of(at.x, output, input));
}

// The sum of a kernel's kept values, and how many are kept.
fn kernel_sum(output: u32, input: u32) -> vec2f {
  var sum = vec2f();
  if (!PACKED) {
    let taps = min(planeTable.kernelHeight * planeTable.kernelWidth, arrayLength(&planeValues));
    let first = (output * planeTable.inputs + input) * taps;
    for (var t = 0u; t < taps; t++) { sum += stored_value(first + t); }
    return sum;
  }
  let column = input / planeTable.blockIns;
  let at = first_block(output / planeTable.blockOuts, column << 8u);
  for (var block = at.x; block < at.y && (planeEntries[block] >> 8u) == column; block++) {
    sum += stored_value(slot_of(block, output, input));
  }
  return sum;
}
