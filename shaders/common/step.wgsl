// What changes from step to step (StepBlock in src/gpu/runner.ts): one block for each step of a submission, bound at a
// dynamic offset. A kernel that needs it is this text followed by its own.
struct Step {
  count: u32,        // images in this batch; columns from `count` on are padding
  start: u32,        // where the batch starts in the order buffer
  index: u32,        // steps taken before this one
  epoch: u32,
  slot: u32,         // slot of the metrics ring
  learningRate: f32,
}
@group(1) @binding(0) var<uniform> step: Step;
