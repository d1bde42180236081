/**
 * E3: a number near a sum of some of n random ones, each of which is kept with chance p. What the existence of strong
 * lottery tickets is built from: a weight is replaced by a subset of random ones. Checked by experiment here; how n grows is
 * only fitted, as n/log(1/min(ε, failures)).
 */
import { draws, type Share } from "./draws.ts";

/** A subset and how far its sum is from the number that was wanted. */
export interface SubsetSum {
  readonly error: number;
  /** Bit i: value i is in it. */
  readonly subset: number;
}

/** Values that a search takes at most: its two halves have 2^15 subsets each. */
export const MOST_SUMMANDS = 30;

/**
 * The nearest of all subset sums: those of one half of the values sorted, and for each of the other half the best partner
 * (Horowitz and Sahni 1974).
 * @param values at most {@link MOST_SUMMANDS}
 */
export function nearestSubsetSum(values: readonly number[], wanted: number): SubsetSum {
  if (values.length > MOST_SUMMANDS) throw new RangeError(`${values.length} summands; at most ${MOST_SUMMANDS}`);
  const half = values.length >> 1, low = sortedSums(values.slice(0, half)), high = sortedSums(values.slice(half));
  let best: SubsetSum = { error: Infinity, subset: 0 };
  for (let a = 0, b = high.sums.length - 1; a < low.sums.length && b >= 0;) {
    const difference = low.sums[a] + high.sums[b] - wanted, error = Math.abs(difference);
    if (error < best.error) best = { error, subset: low.subsets[a] + high.subsets[b] * 2 ** half };
    if (difference > 0) b--;
    else a++;
  }
  return best;
}

/** All subset sums in order, by merging those without a value and those with it. */
function sortedSums(values: readonly number[]): { sums: Float64Array; subsets: Uint32Array } {
  let sums = new Float64Array([0]), subsets = new Uint32Array([0]);
  values.forEach((value, i) => {
    const n = sums.length, nextSums = new Float64Array(2 * n), nextSubsets = new Uint32Array(2 * n);
    for (let a = 0, b = 0, k = 0; k < 2 * n; k++) {
      const without = b === n || a < n && sums[a] <= sums[b] + value;
      nextSums[k] = without ? sums[a] : sums[b] + value;
      nextSubsets[k] = without ? subsets[a++] : subsets[b++] + 2 ** i;
    }
    [sums, subsets] = [nextSums, nextSubsets];
  });
  return { sums, subsets };
}

/** One trial: a number of U(−1, 1), and n others of which each is kept with chance p. @returns the smallest error */
export function subsetSumError(n: number, p: number, { seed, trial }: { seed: number; trial: number }): number {
  const mask = draws("mask", seed, n, trial), numbers = draws("values", seed, n, trial);
  const wanted = 2 * numbers.uniform() - 1;
  // a number is drawn whether it is kept or not, so that a denser source has those of a sparser one
  const values = Array.from({ length: n }, () => ({ value: 2 * numbers.uniform() - 1, kept: mask.kept(p) }));
  return nearestSubsetSum(values.filter(({ kept }) => kept).map(({ value }) => value), wanted).error;
}

/** Shares of trials whose error is at most each of the bounds. */
export function subsetSumShares(
  { n, p, bounds }: { n: number; p: number; bounds: readonly number[] },
  { seed, trials }: { seed: number; trials: number },
): Share[] {
  const counts = bounds.map(() => 0);
  for (let trial = 0; trial < trials; trial++) {
    const error = subsetSumError(n, p, { seed, trial });
    bounds.forEach((bound, i) => counts[i] += error <= bound ? 1 : 0);
  }
  return counts.map((count) => {
    const share = count / trials;
    return { trials, share, deviation: Math.sqrt(share * (1 - share) / trials) };
  });
}

/** n/log(1/min(ε, δ̂)), δ̂ the share of failures; no number where no trial failed and δ̂ is only known to be small. */
export function fittedConstant(n: number, bound: number, share: number): number | null {
  return share < 1 ? n / Math.log(1 / Math.min(bound, 1 - share)) : null;
}
