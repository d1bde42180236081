/** Sentences about measured steps: nothing is said that the interval does not say. */
import type { StepBench, StepCell } from "../../../src/bench/step.ts";
import { fixedSignificant, formatDensity } from "../../../src/experiment/results_numbers.ts";
import type { BenchOrigin } from "../../../src/worker/bench.ts";

/** "0.41× (0.40–0.43)": of the dense step, with its middle half. */
export function ratioWords(
  { ratioToDense, ratioSpread: { low, high } }: Pick<StepCell, "ratioToDense" | "ratioSpread">,
): string {
  const two = (ratio: number) => ratio < 10 ? ratio.toFixed(2) : fixedSignificant(ratio, 3);
  return `${two(ratioToDense)}× (${two(low)}–${two(high)})`;
}

/** When it was measured. */
export function dateWords({ date }: Pick<BenchOrigin, "date">): string {
  return date.slice(0, 16).replace("T", " ") + " UTC";
}

/** Whether sparse steps pay, in a sentence. */
export function verdict({ cells }: Pick<StepBench, "cells">): string {
  const sparse = cells.filter((cell) => cell.rule !== "dense");
  if (sparse.length === 0) return "Only the dense step was measured.";
  const faster = sparse.filter(({ ratioSpread }) => ratioSpread.high < 1);
  const slower = sparse.filter(({ ratioSpread }) => ratioSpread.low > 1);
  const best = sparse.reduce((a, b) => a.ratioToDense <= b.ratioToDense ? a : b);
  if (faster.length === 0) {
    return slower.length === sparse.length
      ? `No density pays here: every sparse step takes longer than the dense one, the nearest ${ratioWords(best)}.`
      : "No measurable speed-up at this size.";
  }
  const from = Math.max(...faster.map(({ realisedDensity }) => realisedDensity));
  const most =
    `At density ${formatDensity(best.realisedDensity)} a step takes ${ratioWords(best)} of the dense time; its ` +
    `multiply-adds are ${formatDensity(best.computeDensity)} of the dense ones.`;
  return faster.length === sparse.length
    ? `Every measured density pays. ${most}`
    : `Measured densities pay from ${formatDensity(from)} down${
      faster.length < sparse.filter((c) => c.realisedDensity <= from).length ? ", not all of them" : ""
    }. ${most}`;
}
