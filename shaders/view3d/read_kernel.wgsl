// One kernel for a reader: (value, 1 where it is kept) of each tap.
struct Kernel { output: u32, input: u32, spare0: u32, spare1: u32 }
@group(0) @binding(0) var<uniform> which: Kernel;
@group(0) @binding(1) var<storage, read_write> taps: array<vec2f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= planeTable.kernelHeight * planeTable.kernelWidth) { return; }
  taps[id.x] = weight_at(which.output, which.input, id.x / planeTable.kernelWidth, id.x % planeTable.kernelWidth);
}
