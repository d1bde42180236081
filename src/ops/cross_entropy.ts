/** Cross-entropy from logits with label smoothing, its gradient, top-1 and top-5 counts, and the metrics ring. */
import { flatGrid, type Operand, type Recorder } from "../gpu/recorder.ts";
import { FLAT, flatKernel, stepKernel } from "../gpu/flat.ts";
import lossText from "../../shaders/loss/cross_entropy.wgsl" with { type: "text" };
import tangentText from "../../shaders/loss/cross_entropy_tangent.wgsl" with { type: "text" };
import metricsText from "../../shaders/loss/metrics.wgsl" with { type: "text" };

const loss = flatKernel(lossText, { step: true });
const lossTangent = flatKernel(tangentText, { step: true });
const metrics = stepKernel(metricsText);

/** Slots of the metrics ring: steps that may run between two readbacks. */
export const METRIC_SLOTS = 1024;
/** Bytes of a slot: Σ loss, top-1 count, top-5 count, images, as float32. */
export const METRIC_BYTES = 16;

/** Sizes and constants of a loss. */
export interface LossShape {
  readonly classes: number;
  /** Columns of a part. */
  readonly capacity: number;
  readonly smoothing: number;
  /** What logits are divided by first; 1 where it is left out. */
  readonly temperature?: number;
}

/** A part of the batch: its logits (classes, columns), pairs (image, label), and where the gradient goes. */
export interface LossPart {
  readonly logits: Operand;
  readonly samples: Operand;
  readonly gradient: Operand;
}

/**
 * Records the loss of logits against labels, the gradient of the mean loss over the batch, and the batch's sums into the
 * slot that the step block names.
 * @param parts of equal size, in the order of the batch's columns
 */
export function recordCrossEntropy(
  recorder: Recorder,
  { classes, capacity, smoothing, temperature = 1 }: LossShape,
  parts: readonly LossPart[],
  ring: Operand,
): void {
  parts.forEach(({ logits, samples, gradient }, i) => {
    const first = i * capacity;
    const results = recorder.tensor("loss of each image", 16 * capacity);
    const operands = { logits, samples, results, gradient };
    const constants = { classes, capacity, smoothing, first, scale: 1 / temperature };
    recorder.dispatch("crossEntropy", loss, operands, constants, flatGrid(capacity, FLAT));
    recorder.dispatch("metrics", metrics, { results, ring }, { slots: METRIC_SLOTS, first, capacity }, [1, 1, 1]);
  });
}

/**
 * Records the tangent of {@link recordCrossEntropy}'s gradient: the logits' Hessian of the mean loss times `tangents`.
 * @param parts of equal size, in the order of the batch's columns
 */
export function recordCrossEntropyTangent(
  recorder: Recorder,
  { classes, capacity, temperature = 1 }: Omit<LossShape, "smoothing">,
  parts: readonly { readonly logits: Operand; readonly tangents: Operand; readonly tgradient: Operand }[],
): void {
  parts.forEach((operands, i) => {
    const constants = { classes, capacity, scale: 1 / temperature, first: i * capacity };
    recorder.dispatch("crossEntropyTangent", lossTangent, operands, constants, flatGrid(capacity, FLAT));
  });
}
