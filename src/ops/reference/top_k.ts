/** Counting hits: a sample is right at k if its label is among the k classes with the largest logits. */
import { type Floats, requireLength } from "./floats.ts";

/**
 * Number of the first `count` samples whose label ranks within the best k, for logits (C, columns).
 *
 * Of equal logits the lower class index ranks first, so that a network whose outputs are all equal predicts class 0 and
 * scores the share of that class (not 100 % as counting "no logit is larger" would say). A label whose logit is NaN is
 * never right.
 * @throws {RangeError} if logits does not have the length its sizes say.
 */
export function topKCorrect(
  classes: number,
  logits: Floats,
  labels: ArrayLike<number>,
  k: number,
  columns: number,
  count: number = columns,
): number {
  requireLength("logits", logits, classes * columns);
  let correct = 0;
  for (let n = 0; n < count; n++) {
    const label = labels[n];
    const own = logits[label * columns + n];
    if (Number.isNaN(own)) continue;
    let ahead = 0;
    for (let c = 0; c < classes; c++) {
      const other = logits[c * columns + n];
      if (other > own || (other === own && c < label)) ahead++;
    }
    if (ahead < k) correct++;
  }
  return correct;
}
