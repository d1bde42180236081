/**
 * The embedding of E1 carried out: a random target, a random mask, the edges that are found, and the two networks computed
 * beside each other. An edge of the mask is drawn when it is looked at; those after the first that is kept decide nothing.
 */
import { draws } from "./draws.ts";
import type { TargetShape } from "./embedding.ts";

/** A fully connected ReLU network with outputs that are no ReLU: for each layer its weights by unit, 0 where there is none. */
export interface Target {
  /** weights[l][j][i]: from unit i of layer l to unit j of the next. */
  readonly weights: readonly (readonly Float64Array[])[];
  readonly biases: readonly Float64Array[];
}

/** A random target of a shape: nonzero weights anywhere, all numbers of U(−1, 1). */
export function randomTarget({ widths, nonzero }: TargetShape, seed: number): Target {
  const weights = nonzero.map((count, l) => {
    const numbers = draws("values", seed, l, 0), ins = widths[l], outs = widths[l + 1];
    const rows = Array.from({ length: outs }, () => new Float64Array(ins));
    for (let placed = 0; placed < count;) {
      const at = numbers.below(ins * outs), row = rows[Math.floor(at / ins)];
      if (row[at % ins] !== 0) continue;
      row[at % ins] = 2 * numbers.uniform() - 1;
      placed++;
    }
    return rows;
  });
  const biases = widths.slice(1).map((count, l) => {
    const numbers = draws("values", seed, l, 1);
    return Float64Array.from({ length: count }, () => 2 * numbers.uniform() - 1);
  });
  return { weights, biases };
}

/** What a target computes. */
export function evaluateTarget({ weights, biases }: Target, input: Float64Array): Float64Array {
  let x = input;
  weights.forEach((rows, l) => {
    const last = l === weights.length - 1;
    x = Float64Array.from(rows, (row, j) => {
      const sum = row.reduce((total, w, i) => total + w * x[i], biases[l][j]);
      return last ? sum : Math.max(0, sum);
    });
  });
  return x;
}

/** Chosen edges: by layer, copy of a unit and unit before it, which of the latter's copies its edge comes from; −1 for none. */
type Edges = readonly (readonly Int32Array[])[];

/** An embedding of a target in one random mask. */
export interface Embedded {
  /** Whether every edge that is needed is there. */
  readonly complete: boolean;
  /** max |f_T − f_P| over the inputs, f_P with weight 0 where an edge is missing. */
  readonly error: number;
}

/**
 * Draws the mask of trial `trial`, takes for every copy and nonzero weight the first kept edge, and compares the two
 * networks on some inputs of the box [−1, 1]^d, where one ReLU unit passes an input on: φ(x + 1) = x + 1.
 */
export function embed(
  target: Target,
  copies: readonly number[],
  p: number,
  { seed, trial, inputs }: { readonly seed: number; readonly trial: number; readonly inputs: readonly Float64Array[] },
): Embedded {
  let complete = true;
  // without anything to compute a missing edge is the end of it
  const goesOn = () => complete || inputs.length > 0;
  const edges: Edges = target.weights.map((rows, l) => {
    const mask = draws("mask", seed, l + 1, trial);
    return rows.flatMap((row) =>
      Array.from({ length: copies[l + 1] }, () =>
        Int32Array.from(row, (weight) => {
          if (weight === 0 || !goesOn()) return -1;
          for (let copy = 0; copy < copies[l]; copy++) if (mask.kept(p)) return copy;
          complete = false;
          return -1;
        }))
    );
  });
  let error = 0;
  for (const input of inputs) {
    const expected = evaluateTarget(target, input), found = evaluateEmbedded(target, copies, edges, input);
    found.forEach((value, j) => error = Math.max(error, Math.abs(value - expected[j])));
  }
  return { complete, error };
}

/** What the source computes behind the mask of the chosen edges: every copy from the copies that its own edges come from. */
function evaluateEmbedded({ weights, biases }: Target, copies: readonly number[], edges: Edges, input: Float64Array) {
  // the first layer's units of an input all carry x + 1: the mask leaves each of them the edge of its own input
  let x: Float64Array = Float64Array.from({ length: input.length * copies[0] }, (_, unit) => {
    return Math.max(0, input[Math.floor(unit / copies[0])] + 1);
  });
  weights.forEach((rows, l) => {
    const last = l === weights.length - 1, shift = l === 0 ? 1 : 0;
    x = Float64Array.from(edges[l], (chosen, unit) => {
      const j = Math.floor(unit / copies[l + 1]);
      let sum = biases[l][j];
      chosen.forEach((copy, i) => {
        if (copy >= 0) sum += rows[j][i] * (x[i * copies[l] + copy] - shift);
      });
      return last ? sum : Math.max(0, sum);
    });
  });
  return x;
}

/** Inputs of the box [−1, 1]^d. */
export function boxInputs(count: number, dimension: number, seed: number): Float64Array[] {
  return Array.from({ length: count }, (_, k) => {
    const numbers = draws("values", seed, 1000, k);
    return Float64Array.from({ length: dimension }, () => 2 * numbers.uniform() - 1);
  });
}
