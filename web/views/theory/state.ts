/** What the view Theory shows: numbers that are moved, exact curves that follow at once, random masks that follow later. */
import { signal } from "@preact/signals";
import type { EmbeddingCurves, FoundPoint, InputsCurves } from "../../../src/worker/theory.ts";
import { cpu, slowCpu } from "../../connect.ts";
import { latest } from "../../state/latest.ts";

/** What is chosen. */
export interface Numbers {
  /** Kept share of the source's edges. */
  readonly p: number;
  /** Chance of failure that is allowed. */
  readonly delta: number;
  /** Inputs of the target. */
  readonly inputs: number;
  /** How near a subset sum is to come. */
  readonly epsilon: number;
}

export const numbers = signal<Numbers>({ p: 0.3, delta: 0.1, inputs: 10, epsilon: 0.01 });

/** Curves, and the numbers that they are of. */
export interface Exact {
  readonly of: Numbers;
  readonly inputs: InputsCurves;
  readonly embedding: EmbeddingCurves;
}

/** Points by random masks, and the numbers that they are of. */
export interface Found {
  readonly of: Numbers;
  readonly inputs: { readonly kept: readonly FoundPoint[]; readonly connected: readonly FoundPoint[] };
  /** Undefined where too many edges would have to be drawn. */
  readonly embedding?: readonly FoundPoint[];
  readonly sums: { readonly sparse: readonly FoundPoint[]; readonly dense: readonly FoundPoint[] };
}

export const exact = signal<Exact | undefined>(undefined);
export const found = signal<Found | undefined>(undefined);

/** Masks follow when the numbers have rested so long. */
const REST_MS = 300;
const SEED = 1;
/** Draws of edges that a reader waits for: so many hidden units times trials. */
const HIDDEN_DRAWS = 1_000_000;
/** Below this density the masks of E1 have too many edges to be drawn while somebody waits. */
export const LEAST_DRAWN = 0.2;
export const EMBEDDING_TRIALS = 40, SUM_TRIALS = 200;

/** Trials of E2 for a source of so many hidden units. */
export function inputTrials(needed: number): number {
  return Math.max(20, Math.min(200, Math.round(HIDDEN_DRAWS / needed)));
}

const askExact = latest(
  async (of: Numbers): Promise<Exact> => {
    const { p, delta, inputs } = of;
    const [byInputs, embedding] = await Promise.all([
      cpu().inputsCurves({ inputs, p, delta }),
      cpu().embeddingCurves({ p, delta }),
    ]);
    return { of, inputs: byInputs, embedding };
  },
  (answer) => void (exact.value = answer),
  console.error,
);

const askFound = latest(
  async (of: Numbers): Promise<Found> => {
    const { p, delta, inputs, epsilon } = of, { needed } = await cpu().inputsCurves({ inputs, p, delta });
    const sums = await slowCpu().subsetSumFound({ p, epsilon, trials: SUM_TRIALS, seed: SEED });
    const byInputs = await slowCpu().inputsFound({ inputs, p, delta, trials: inputTrials(needed), seed: SEED });
    const embedding = p < LEAST_DRAWN
      ? undefined
      : await slowCpu().embeddingFound({ p, delta, trials: EMBEDDING_TRIALS, seed: SEED });
    return { of, inputs: byInputs, embedding, sums };
  },
  (answer) => void (found.value = answer),
  console.error,
);

let resting: ReturnType<typeof setTimeout> | undefined;

/** Moves a number. */
export function move(change: Partial<Numbers> = {}): void {
  const next = { ...numbers.peek(), ...change };
  numbers.value = next;
  askExact(next);
  clearTimeout(resting);
  resting = setTimeout(() => askFound(next), REST_MS);
}
