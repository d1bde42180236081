/**
 * Cutting work into submissions of so many milliseconds at most: several steps together where they are short, and a long
 * step between two of its dispatches. What each dispatch takes is learnt from how long submissions took.
 */
import type { DispatchList } from "../gpu/recorder.ts";
import type { StepBlock } from "../gpu/runner.ts";
import type { PacedWork } from "../train/pace.ts";

/** A dispatch that nothing is known of counts as so many milliseconds. */
const UNKNOWN = 1;

/** How much of the ratio of what a submission took to what was expected is learnt, as a power; and its largest one. */
const LEARNT = 0.5, MOST_CHANGE = 4;

/** A submission that seems to have taken less than this share was told of together with the one before, so many at most. */
const AT_ONCE = 0.2, MOST_AT_ONCE = 2;

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
  /** What was told last, until it is known whether it was for another one too. */
  #told: { readonly cuts: Cut[]; milliseconds: number } | undefined;

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

  /** A submission took so long. Of two that are told of at once the first seems to have taken the time of both. */
  learn(cut: Cut, milliseconds: number): void {
    const told = this.#told;
    if (told && told.cuts.length < MOST_AT_ONCE && milliseconds < AT_ONCE * this.#expected(cut)) {
      told.cuts.push(cut);
      told.milliseconds += milliseconds;
      return;
    }
    this.#told = { cuts: [cut], milliseconds };
    if (!told) return;
    const found = told.milliseconds / told.cuts.reduce((sum, cut) => sum + this.#expected(cut), 0);
    const factor = Math.min(MOST_CHANGE, Math.max(1 / MOST_CHANGE, found)) ** LEARNT;
    for (const { list, start, end } of told.cuts) {
      const costs = this.#of(list);
      for (let i = start; i < end; i++) costs[i] *= factor;
    }
  }

  #expected({ list, steps, start, end }: Cut): number {
    return steps.length * sum(this.#of(list), start, end);
  }
}

function sum(values: Float64Array, start: number, end: number): number {
  let total = 0;
  for (let i = start; i < end; i++) total += values[i];
  return total;
}
