/** How long a lane's steps take, from its own turns: the median with its 95 % interval. */
import type { TimeEstimate } from "./lab_types.ts";

/** Turns that the median is taken over: the last ones, so that it follows a machine that slows down. */
const KEPT = 200;

/** Collects times of steps. */
export class StepTimes {
  readonly #times: number[] = [];

  /** The mean of a step in one turn, in milliseconds. */
  add(milliseconds: number): void {
    this.#times.push(milliseconds);
    if (this.#times.length > KEPT) this.#times.shift();
  }

  /** Undefined before the first. */
  estimate(): TimeEstimate | undefined {
    return this.#times.length === 0 ? undefined : medianInterval(this.#times);
  }
}

/**
 * The median and an interval that covers that of the distribution in at least 95 of 100 cases, whatever the distribution:
 * from one order statistic to another. Up to five values have none; their least and greatest stand for it.
 */
export function medianInterval(values: readonly number[]): TimeEstimate {
  const sorted = values.toSorted((a, b) => a - b), n = sorted.length, middle = n / 2;
  const median = n % 2 === 1 ? sorted[middle - 0.5] : (sorted[middle - 1] + sorted[middle]) / 2;
  const outside = leftOut(n);
  return { median, low: sorted[outside], high: sorted[n - 1 - outside], n };
}

/** How many values at each end the interval leaves out: the most for which a binomial of half has 2.5 % or less there. */
function leftOut(n: number): number {
  let term = 0.5 ** n, below = term, out = 0;
  // P(at most `out` of n values lie below the median) = below
  while (below <= 0.025) {
    out++;
    term *= (n - out + 1) / out;
    below += term;
  }
  return Math.max(0, out - 1);
}
