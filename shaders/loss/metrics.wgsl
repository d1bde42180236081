// Adds the batch's results in the order of its columns and puts (Σ loss, top-1, top-5, images) into the metrics ring.
// The results are those of the columns from `first` on; those before it are in the slot already.
@group(0) @binding(0) var<storage, read> results: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> ring: array<vec4f>;
struct S { slots: u32, first: u32, capacity: u32 }
@group(0) @binding(2) var<uniform> s: S;

@compute @workgroup_size(1)
fn main() {
  let slot = step.slot % s.slots;
  var sum = select(ring[slot], vec4f(0), s.first == 0u);
  let images = min(min(max(step.count, s.first) - s.first, s.capacity), arrayLength(&results));
  for (var n = 0u; n < images; n++) { sum += results[n]; }
  ring[slot] = sum;
}
