// A layer as kernels look its weights up: 16 words, written by src/view3d/gather.ts.
struct PlaneTable {
  outputs: u32, inputs: u32, kernelHeight: u32, kernelWidth: u32,
  // The layer's first value among the store's, for the bits of what is kept; stored values; blocks of packed storage.
  first: u32, stored: u32, blockRows: u32, blockOuts: u32,
  blockIns: u32, columns: u32, rows: u32, absolute: u32,
  // Its place in the texture; its number; whether bits say what is kept (a weight transform's masks are its own).
  x: u32, y: u32, index: u32, spare: u32,
}
