/** Cross-entropy from logits with label smoothing, its gradient, top-1 and top-5 counts, and the metrics ring. */
import { flatGrid, type Operand, type Recorder } from "../gpu/recorder.ts";
import { FLAT, flatKernel, stepKernel } from "../gpu/flat.ts";
import lossText from "../../shaders/loss/cross_entropy.wgsl" with { type: "text" };
import metricsText from "../../shaders/loss/metrics.wgsl" with { type: "text" };

const loss = flatKernel(lossText, { step: true });
const metrics = stepKernel(metricsText);

/** Slots of the metrics ring: steps that may run between two readbacks. */
export const METRIC_SLOTS = 1024;
/** Bytes of a slot: Σ loss, top-1 count, top-5 count, images, as float32. */
export const METRIC_BYTES = 16;

/**
 * Records the loss of (classes, N) logits against the labels of `samples` (pairs image, label), the gradient of the mean
 * loss over the batch, and the batch's sums into the slot that the step block names.
 */
export function recordCrossEntropy(
  recorder: Recorder,
  shape: { classes: number; capacity: number; smoothing: number },
  operands: { logits: Operand; samples: Operand; gradient: Operand; ring: Operand },
): void {
  const { logits, samples, gradient, ring } = operands;
  const results = recorder.tensor("loss of each image", 16 * shape.capacity);
  recorder.dispatch(
    "crossEntropy",
    loss,
    { logits, samples, results, gradient },
    { ...shape },
    flatGrid(shape.capacity, FLAT),
  );
  recorder.dispatch("metrics", metrics, { results, ring }, { slots: METRIC_SLOTS }, [1, 1, 1]);
}
