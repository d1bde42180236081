// The samples' bytes, four a word, where they fit one binding. For more shards src/data/batch_kernel.ts writes the same.
@group(0) @binding(4) var<storage, read> pixels0: array<u32>;
fn pixel_word(shard: u32, at: u32) -> u32 { return pixels0[min(at, arrayLength(&pixels0) - 1u)]; }
