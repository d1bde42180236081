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

/** A part of the batch: its logits (classes, columns), pairs (image, label), and where the gradient goes. */
export interface LossPart {
  readonly logits: Operand;
  readonly samples: Operand;
  readonly gradient: Operand;
}

/**
 * Records the loss of logits against labels, the gradient of the mean loss over the batch, and the batch's sums into the
 * slot that the step block names.
 * @param shape `capacity` is the number of columns of a part
 * @param parts of equal size, in the order of the batch's columns
 */
export function recordCrossEntropy(
  recorder: Recorder,
  shape: { classes: number; capacity: number; smoothing: number },
  parts: readonly LossPart[],
  ring: Operand,
): void {
  parts.forEach(({ logits, samples, gradient }, i) => {
    const first = i * shape.capacity;
    const results = recorder.tensor("loss of each image", 16 * shape.capacity);
    const operands = { logits, samples, results, gradient };
    recorder.dispatch("crossEntropy", loss, operands, { ...shape, first }, flatGrid(shape.capacity, FLAT));
    recorder.dispatch("metrics", metrics, { results, ring }, { slots: METRIC_SLOTS, first, capacity: shape.capacity }, [
      1,
      1,
      1,
    ]);
  });
}
