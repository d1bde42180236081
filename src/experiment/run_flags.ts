/** What the end of a run shows about it that its accuracy hides. */
import type { Dataset } from "../data/dataset.ts";
import type { RunImages } from "./run_data.ts";
import type { RunResult } from "./run_result.ts";

/**
 * Warnings, a sentence each: a method that has changed no mask, and an accuracy that is the share of one class among the
 * test images, as a network's that has collapsed and always answers the same.
 */
export function endWarnings(
  { last, method }: Pick<RunResult, "last" | "method">,
  { classes, train, test }: Pick<Dataset, "classes" | "train" | "test">,
  images: Pick<RunImages, "test">,
): string[] {
  const warnings: string[] = [];
  if (method && method.name !== "fixed" && method.changes === 0) {
    const asked = method.target === null ? "" : ` (density ${method.target} asked for)`;
    const kept = method.realisedDensity.toPrecision(3);
    warnings.push(`${method.name} has changed no mask${asked}: the network that was trained keeps ${kept}`);
  }
  if (last && images.test.length > 0) {
    const counts = new Array<number>(classes.length).fill(0);
    for (const index of images.test) counts[test.labels[index - train.count]]++;
    const right = Math.round(last.testAccuracy * images.test.length), always = counts.indexOf(right);
    if (right > 0 && always >= 0) {
      warnings.push(
        `the test accuracy is that of always answering "${classes[always]}": the network may have collapsed`,
      );
    }
  }
  return warnings;
}
