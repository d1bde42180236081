// Cross-entropy from logits (classes, N) with label smoothing: for each image its loss, whether the label is among the
// best 1 and the best 5 classes, and the gradient of the batch's mean loss. Columns beyond the batch get a zero
// gradient and do not count; the first one here is the batch's column `first`. Of equal logits the lower class ranks
// higher. Logits are multiplied by `scale`, one over a temperature, first.
@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> samples: array<vec2u>;  // (image, label) of each column
@group(0) @binding(2) var<storage, read_write> results: array<vec4f>;  // (loss, top-1, top-5, 1)
@group(0) @binding(3) var<storage, read_write> gradient: array<f32>;
struct S { classes: u32, capacity: u32, smoothing: f32, first: u32, scale: f32 }
@group(0) @binding(4) var<uniform> s: S;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let n = flat_index(lane, group, groups);
  if (n >= s.capacity) { return; }
  let classes = min(s.classes, arrayLength(&logits));
  if (s.first + n >= step.count) {
    for (var c = 0u; c < classes; c++) { gradient[c * s.capacity + n] = 0.0; }
    results[n] = vec4f(0);
    return;
  }
  let label = samples[n].y;
  let own = logits[label * s.capacity + n];
  var highest = own;
  var better = 0u;
  for (var c = 0u; c < classes; c++) {
    let z = logits[c * s.capacity + n];
    highest = max(highest, z);
    better += u32(z > own || (z == own && c < label));
  }
  // everything is taken relative to the highest logit, so that large logits do not cost digits
  var sum = 0.0;
  var total = 0.0;
  for (var c = 0u; c < classes; c++) {
    let z = (logits[c * s.capacity + n] - highest) * s.scale;
    sum += exp(z);
    total += z;
  }
  let even = s.smoothing / f32(classes);
  let loss = log(sum) - (1.0 - s.smoothing) * (own - highest) * s.scale - even * total;
  // a loss that is not a number must show as one, also where comparisons with NaN came out as false
  results[n] = vec4f(loss, f32(better == 0u && own == own), f32(better < 5u && own == own), 1.0);
  for (var c = 0u; c < classes; c++) {
    let target_share = even + select(0.0, 1.0 - s.smoothing, c == label);
    let share = exp((logits[c * s.capacity + n] - highest) * s.scale) / sum;
    gradient[c * s.capacity + n] = s.scale * (share - target_share) / f32(step.count);
  }
}
