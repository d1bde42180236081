// Tangent of the gradient of cross-entropy: with p = softmax(z·scale) and the logits' tangents t,
// tgradient = scale²·p·(t − Σ p·t)/count. Smoothing does not enter. Columns beyond the batch get 0.
@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> tangents: array<f32>;
@group(0) @binding(2) var<storage, read_write> tgradient: array<f32>;
struct S { classes: u32, capacity: u32, scale: f32, first: u32 }
@group(0) @binding(3) var<uniform> s: S;

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
    for (var c = 0u; c < classes; c++) { tgradient[c * s.capacity + n] = 0.0; }
    return;
  }
  var highest = logits[n];
  for (var c = 0u; c < classes; c++) { highest = max(highest, logits[c * s.capacity + n]); }
  var sum = 0.0;
  var mean = 0.0;
  for (var c = 0u; c < classes; c++) {
    let e = exp((logits[c * s.capacity + n] - highest) * s.scale);
    sum += e;
    mean = fma(e, tangents[c * s.capacity + n], mean);
  }
  mean /= sum;
  for (var c = 0u; c < classes; c++) {
    let p = exp((logits[c * s.capacity + n] - highest) * s.scale) / sum;
    tgradient[c * s.capacity + n] = s.scale * s.scale * p * (tangents[c * s.capacity + n] - mean) / f32(step.count);
  }
}
