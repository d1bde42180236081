// What a method changes between steps (SoftMask in src/ops/soft_mask.ts); in memory, since a uniform of a recorded dispatch
// is fixed.
struct SoftMask { temperature: f32, scale: f32, penalty: f32, hard: f32, initial: f32 }
