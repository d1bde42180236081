/**
 * E1: a random source that is one layer deeper and wide enough holds any target network exactly, its weights free and its
 * mask random. Derived here.
 *
 * The construction: each hidden unit of the source's first layer keeps one edge, from one input, and passes it on; each
 * target unit of layer l has ρ_l copies in the source's layer l + 1 (ρ_L = 1), and each copy needs, for every nonzero weight
 * of its unit, one kept edge to some copy of the unit that the weight comes from. These events have edges of their own, so
 *
 *   P = Π_l (1 − (1 − p_(l+1))^ρ_(l−1))^(m_l ρ_l),
 *
 * and from the output backwards ρ_(l−1) = ⌈log(1/(1 − (1 − δ)^(1/(L m_l ρ_l)))) / log(1/(1 − p_(l+1)))⌉ makes P ≥ 1 − δ.
 * Widths are multiplied by ρ_l in each layer and do not compound: a copy needs one copy of each unit before it.
 */
import { UserError } from "../errors.ts";
import { binomialAtLeast, checkCount, checkFraction, eachLog, smallest, someKept, widthFactor } from "./chances.ts";

/** A fully connected target. */
export interface TargetShape {
  /** n_0 … n_L: inputs, hidden units, outputs. */
  readonly widths: readonly number[];
  /** m_1 … m_L: nonzero weights of each layer. */
  readonly nonzero: readonly number[];
}

/** A source that is wide enough for a target. */
export interface EmbeddingPlan {
  /** ρ_0 … ρ_L. */
  readonly copies: readonly number[];
  /** Hidden units of the first layer drawn for each input, so that ρ_0 of them keep their edge. */
  readonly firstPerInput: number;
  /** Chance that all edges from the source's second layer on are there that the target needs. */
  readonly probability: number;
  /** Chance that every input has its ρ_0 units. */
  readonly firstProbability: number;
  /** n_S,0 … n_S,L+1. */
  readonly widths: readonly number[];
}

/** @throws UserError for a target that there is none of */
export function checkTarget({ widths, nonzero }: TargetShape): void {
  if (widths.length < 2) throw new UserError("a target needs inputs and outputs: two widths at least");
  widths.forEach((width) => checkCount("width", width));
  if (nonzero.length !== widths.length - 1) {
    throw new UserError(
      `${nonzero.length} counts of nonzero weights for ${widths.length - 1} layers; expected one each`,
    );
  }
  nonzero.forEach((count, l) => {
    checkCount("nonzero weights", count);
    const most = widths[l] * widths[l + 1];
    if (count > most) {
      throw new UserError(`layer ${l + 1} has ${most} weights, fewer than the ${count} nonzero ones asked`);
    }
  });
}

/**
 * ρ_0 … ρ_L for a target in a source of density p, which has the target with chance 1 − δ.
 * @throws UserError for numbers that make no sense
 */
export function copiesFor(target: TargetShape, p: number, delta: number): number[] {
  checkTarget(target);
  checkFraction("density", p, true);
  checkFraction("delta", delta);
  const layers = target.nonzero.length, copies = new Array<number>(layers + 1).fill(1);
  for (let l = layers; l >= 1; l--) {
    const needed = eachLog(delta, layers * target.nonzero[l - 1] * copies[l]) * widthFactor(p);
    copies[l - 1] = Math.max(1, Math.ceil(needed));
  }
  return copies;
}

/** P of the formula above, for any ρ. */
export function embeddingProbability({ nonzero }: TargetShape, copies: readonly number[], p: number): number {
  return Math.exp(nonzero.reduce((sum, count, i) => {
    return sum + count * copies[i + 1] * Math.log(someKept(copies[i], p));
  }, 0));
}

/** A whole source: {@link copiesFor}, and a first layer that every input has its units in, again with chance 1 − δ. */
export function planEmbedding(target: TargetShape, p: number, delta: number): EmbeddingPlan {
  const copies = copiesFor(target, p, delta), [inputs, ...units] = target.widths;
  const each = Math.exp(Math.log1p(-delta) / inputs);
  const firstPerInput = smallest(copies[0], (n) => binomialAtLeast(n, p, copies[0]) >= each);
  return {
    copies,
    firstPerInput,
    probability: embeddingProbability(target, copies, p),
    firstProbability: binomialAtLeast(firstPerInput, p, copies[0]) ** inputs,
    widths: [inputs, inputs * firstPerInput, ...units.map((width, l) => width * copies[l + 1])],
  };
}

/** ρ times a factor, at least 1, the outputs single as they are: for curves of success over width. */
export function scaleCopies(copies: readonly number[], factor: number): number[] {
  return copies.map((count, l) => l === copies.length - 1 ? 1 : Math.max(1, Math.round(count * factor)));
}
