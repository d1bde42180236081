/**
 * E4: a strong lottery ticket built by hand. In a source one layer deeper than the target, whose random weights are left as
 * they are, a mask alone makes a network near the target: every target unit has ρ copies, and every weight of a copy is the
 * sum of a subset of the kept random weights between it and the ρ copies of the unit before (E3). The source's first layer
 * has 2ρ/p units an input, of which 2ρ keep their edge, each with one weight u of that input: φ(ux) carries the input's
 * positive or negative half, so that a weight w of the target's first layer is a subset sum of products on each half,
 * w φ(x) − w φ(−x). Derived here after the published constructions for dense sources; edges are kept with chance p besides.
 *
 * Random weights are uniform within the largest weight of the target's layer, since layers of ReLU may be scaled, and within
 * twice that where summands are products, which are smaller.
 */
import { checkCount, checkFraction } from "./chances.ts";
import { draws } from "./draws.ts";
import { nearestSubsetSum } from "./subset_sum.ts";

/** Weights of a fully connected ReLU network without biases, weights[l][j][i]; a constant input stands for biases. */
export type Weights = readonly (readonly Float64Array[])[];

/** What a ticket is built with. */
export interface TicketOptions {
  /** Chance that an edge of the source is kept. */
  readonly p: number;
  /** ρ: copies of a unit. */
  readonly copies: number;
  /** What a weight may be off, in largest weights of its layer. */
  readonly epsilon: number;
  readonly seed: number;
  readonly trial: number;
}

/** Chosen weights of a unit: which units they come from, and the random weights themselves. */
interface Unit {
  readonly from: number[];
  readonly weights: number[];
}

/** A mask on a source, and how near it is. */
export interface Ticket {
  /** Share of the needed subset sums that are within epsilon. */
  readonly within: number;
  /** Edges that were drawn again because none of their subsets was, a share of the sums: what the source lacks in width. */
  readonly redrawn: number;
  /** n of each layer of the source. */
  readonly widths: readonly number[];
  /** Weights that the mask keeps, and all of the source. */
  readonly kept: number;
  readonly size: number;
  evaluate(input: Float64Array): Float64Array;
}

/** Kept weights that a subset is searched among, at most: more bring nothing at the errors that are asked for. */
const MOST_SEARCHED = 18;

/** How often the edges of a sum are drawn again. */
const MOST_REDRAWS = 10;

/** What a network without biases computes. */
export function evaluateWeights(weights: Weights, input: Float64Array): Float64Array {
  let x = input;
  for (const [l, rows] of weights.entries()) {
    const next = new Float64Array(rows.length);
    for (let j = 0; j < rows.length; j++) {
      const row = rows[j];
      let sum = 0;
      for (let i = 0; i < row.length; i++) sum += row[i] * x[i];
      next[j] = l === weights.length - 1 ? sum : Math.max(0, sum);
    }
    x = next;
  }
  return x;
}

/** Builds the ticket of a target in one random source. @throws UserError for numbers that make no sense */
export function buildTicket(target: Weights, options: TicketOptions): Ticket {
  const { p, copies, epsilon, seed, trial } = options;
  checkFraction("density", p, true);
  checkFraction("epsilon", epsilon);
  checkCount("copies", copies);
  const inputs = target[0][0].length, perInput = Math.ceil(2 * copies / p);
  const first = firstLayer(inputs * perInput, p, seed, trial);
  let sums = 0, good = 0, redrawn = 0;
  const layers: Unit[][] = target.map((rows, l) => {
    const isLast = l === target.length - 1, own = isLast ? 1 : copies;
    const scale = rows.reduce((most, row) => row.reduce((a, w) => Math.max(a, Math.abs(w)), most), 0);
    const mask = draws("mask", seed, l + 1, trial), numbers = draws("values", seed, l + 1, trial);
    const range = l === 0 ? 2 * scale : scale;
    const choose = (unit: Unit, sources: readonly number[], factor: (source: number) => number, wanted: number) => {
      if (wanted === 0) return;
      sums++;
      for (let attempt = 0; attempt <= MOST_REDRAWS; attempt++) {
        const kept: { source: number; weight: number }[] = [];
        for (const source of sources) {
          const weight = range * (2 * numbers.uniform() - 1), isKept = mask.kept(p);
          if (isKept && kept.length < MOST_SEARCHED) kept.push({ source, weight });
        }
        const { error, subset } = nearestSubsetSum(kept.map(({ source, weight }) => factor(source) * weight), wanted);
        if (error > epsilon * scale && attempt < MOST_REDRAWS) {
          redrawn++;
          continue;
        }
        kept.forEach(({ source, weight }, i) => {
          if (Math.floor(subset / 2 ** i) % 2 === 0) return;
          unit.from.push(source);
          unit.weights.push(weight);
        });
        if (error <= epsilon * scale) good++;
        return;
      }
    };
    return rows.flatMap((row) =>
      Array.from({ length: own }, () => {
        const unit: Unit = { from: [], weights: [] };
        row.forEach((w, i) => {
          if (l > 0) {
            choose(unit, Array.from({ length: copies }, (_, copy) => i * copies + copy), () => 1, w);
            return;
          }
          const units = Array.from({ length: perInput }, (_, k) => i * perInput + k);
          choose(unit, units.filter((k) => first[k] > 0), (k) => first[k], w);
          choose(unit, units.filter((k) => first[k] < 0), (k) => -first[k], -w);
        });
        return unit;
      })
    );
  });
  const used = new Set(layers[0].flatMap(({ from }) => from));
  const widths = [inputs, first.length, ...layers.map((units) => units.length)];
  return {
    within: sums === 0 ? 1 : good / sums,
    redrawn: sums === 0 ? 0 : redrawn / sums,
    widths,
    kept: used.size + layers.reduce((sum, units) => units.reduce((all, { from }) => all + from.length, sum), 0),
    size: widths.slice(1).reduce((sum, width, l) => sum + width * widths[l], 0),
    evaluate: (input) => {
      const start = Float64Array.from(first, (u, k) => Math.max(0, u * input[Math.floor(k / perInput)]));
      return layers.reduce<Float64Array>((x, units, l) =>
        Float64Array.from(units, ({ from, weights }) => {
          const sum = from.reduce((total, source, i) => total + weights[i] * x[source], 0);
          return l === layers.length - 1 ? sum : Math.max(0, sum);
        }), start);
    },
  };
}

/** The one weight of each unit of the source's first layer; 0 where its edge is not kept. */
function firstLayer(units: number, p: number, seed: number, trial: number): Float64Array {
  const mask = draws("mask", seed, 0, trial), numbers = draws("values", seed, 0, trial);
  return Float64Array.from({ length: units }, () => {
    const weight = 2 * numbers.uniform() - 1;
    return mask.kept(p) ? weight : 0;
  });
}
