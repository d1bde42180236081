/**
 * Cutting work into submissions of so many milliseconds at most: several steps together where they are short, and a long
 * step between two of its dispatches. What each dispatch takes is learnt from how long submissions took.
 */
import type { DispatchList } from "../gpu/recorder.ts";
import type { StepBlock } from "../gpu/runner.ts";
import type { PacedWork } from "../train/pace.ts";

/** A dispatch that nothing is known of counts as so many milliseconds. */
const UNKNOWN = 1;

/** How much of what a submission is found to have taken goes into what is expected of the next; and the largest change. */
const LEARNT = 0.7, MOST_CHANGE = 4;

/** A submission: some whole steps, or dispatches of one. */
export interface Cut {
  readonly list: DispatchList;
  readonly steps: readonly StepBlock[];
  readonly start: number;
  readonly end: number;
}

/** Knows lists of dispatches by their times. */
export class SubmitCuts {
  readonly #costs = new WeakMap<DispatchList, Float64Array>();

  #of(list: DispatchList): Float64Array {
    const known = this.#costs.get(list) ?? new Float64Array(list.dispatches.length).fill(UNKNOWN);
    this.#costs.set(list, known);
    return known;
  }

  /** The submissions of some work, in order; each is decided when it is asked for. */
  *cut({ list, steps, start = 0, end = list.dispatches.length }: PacedWork, milliseconds: number): Generator<Cut> {
    const costs = this.#of(list);
    for (let first = 0; first < steps.length;) {
      const together = Math.floor(milliseconds / sum(costs, start, end));
      if (together >= 1) {
        yield { list, steps: steps.slice(first, first + together), start, end };
        first += together;
        continue;
      }
      const step = steps.slice(first, ++first);
      for (let from = start; from < end;) {
        let to = from + 1;
        for (let cost = costs[from]; to < end && cost + costs[to] <= milliseconds; to++) cost += costs[to];
        yield { list, steps: step, start: from, end: to };
        from = to;
      }
    }
  }

  /** A submission took so long. */
  learn({ list, steps, start, end }: Cut, milliseconds: number): void {
    const costs = this.#of(list), found = Math.max(1e-3, milliseconds / steps.length) / sum(costs, start, end);
    const ratio = Math.min(MOST_CHANGE, Math.max(1 / MOST_CHANGE, found));
    for (let i = start; i < end; i++) costs[i] *= 1 + LEARNT * (ratio - 1);
  }
}

function sum(values: Float64Array, start: number, end: number): number {
  let total = 0;
  for (let i = start; i < end; i++) total += values[i];
  return total;
}
