// Weights of a densely stored layer: all of them in row-major order, with a bit each for what is kept.
@group(1) @binding(0) var<storage, read> planeValues: array<f32>;
@group(1) @binding(1) var<storage, read> planeKept: array<u32>;
@group(1) @binding(2) var<uniform> plane: PlaneTable;

fn stored_kept(slot: u32) -> bool {
  let bit = plane.first + slot;
  return ((planeKept[bit / 32u] >> (bit & 31u)) & 1u) != 0u;
}

// The value of a weight, and 1 where it is kept.
fn weight_at(output: u32, input: u32, ky: u32, kx: u32) -> vec2f {
  let slot = ((output * plane.inputs + input) * plane.kernelHeight + ky) * plane.kernelWidth + kx;
  return select(vec2f(), vec2f(planeValues[slot], 1.0), stored_kept(slot));
}

// The sum of a kernel's kept values, and how many are kept.
fn kernel_sum(output: u32, input: u32) -> vec2f {
  let taps = min(plane.kernelHeight * plane.kernelWidth, arrayLength(&planeValues));
  let first = (output * plane.inputs + input) * taps;
  var sum = vec2f();
  for (var t = 0u; t < taps; t++) {
    if (stored_kept(first + t)) {
      let value = planeValues[first + t];
      sum += vec2f(select(value, abs(value), plane.absolute != 0u), 1.0);
    }
  }
  return sum;
}
