/** Sums over the batches of an epoch or an evaluation, read from the ring that a program writes its results to. */
import type { Runner } from "../gpu/runner.ts";
import type { Program } from "../nn/program.ts";
import { METRIC_BYTES, METRIC_SLOTS } from "../ops/cross_entropy.ts";

/** Sums of one step or of many. */
export interface Sums {
  readonly loss: number;
  readonly correct: number;
  readonly correct5: number;
  readonly images: number;
}

/** Nothing yet. */
export const NO_SUMS: Sums = { loss: 0, correct: 0, correct5: 0, images: 0 };

/** Both together. */
export function addSums(a: Sums, b: Sums): Sums {
  return {
    loss: a.loss + b.loss,
    correct: a.correct + b.correct,
    correct5: a.correct5 + b.correct5,
    images: a.images + b.images,
  };
}

/** Means over the images: loss, top-1 and top-5 accuracy. */
export function means(sums: Sums): { loss: number; accuracy: number; top5: number; images: number } {
  const { loss, correct, correct5, images } = sums;
  const n = Math.max(1, images);
  return { loss: loss / n, accuracy: correct / n, top5: correct5 / n, images };
}

/** Reads the results of `count` steps that began at slot `first`; waits for the GPU. */
export async function readRing(runner: Runner, program: Program, first: number, count: number): Promise<Sums[]> {
  if (count > METRIC_SLOTS) throw new RangeError(`the ring has ${METRIC_SLOTS} slots`);
  const values = await runner.readFloats({ ...program.ring, size: METRIC_SLOTS * METRIC_BYTES });
  return Array.from({ length: count }, (_, i) => {
    const [loss, correct, correct5, images] = values.subarray(4 * ((first + i) % METRIC_SLOTS));
    return { loss, correct, correct5, images };
  });
}
