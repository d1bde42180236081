/**
 * The theory of random sources as curves: what the formulas say of many widths, and what random masks say of a few. For a
 * page that lets its reader move the numbers.
 */
import { checkCount, checkFraction, widthFactor } from "../theory/chances.ts";
import { type Share, shareOf } from "../theory/draws.ts";
import { embed, randomTarget } from "../theory/embed.ts";
import { copiesFor, embeddingProbability, scaleCopies, type TargetShape } from "../theory/embedding.ts";
import { drawInputs, everyInputConnected, everyInputKept, hiddenBound, hiddenNeeded } from "../theory/lower_bound.ts";
import { subsetSumShares } from "../theory/subset_sum.ts";

/** A point of a Monte Carlo estimate. */
export interface FoundPoint {
  readonly x: number;
  readonly found: Share;
}

/** Exact points of a curve. */
export type CurvePoints = readonly { readonly x: number; readonly y: number }[];

/** E2: hidden units that a source needs so that no input is cut off. */
export interface InputsCurves {
  /** Below so many hidden units some input is cut off too often. */
  readonly bound: number;
  /** So many are enough. */
  readonly needed: number;
  /** Chance that every input has an edge, and a path to the output, by hidden units. */
  readonly kept: CurvePoints;
  readonly connected: CurvePoints;
}

const CURVE = 60, POINTS = 9;

/** Different whole numbers, evenly spaced on a log scale. */
function spaced(from: number, to: number, count: number): number[] {
  const all = Array.from({ length: count }, (_, i) => Math.round(from * (to / from) ** (i / (count - 1))));
  return [...new Set(all)];
}

/** Hidden units over which the curves go. */
function hiddenRange(inputs: number, p: number, delta: number): [number, number] {
  const needed = hiddenNeeded(inputs, p, delta);
  return [Math.max(1, Math.floor(hiddenBound(inputs, p, delta) / 4)), Math.max(4, 2 * needed)];
}

/** @throws UserError for numbers that make no sense */
export function inputsCurves({ inputs, p, delta }: { inputs: number; p: number; delta: number }): InputsCurves {
  const widths = spaced(...hiddenRange(inputs, p, delta), CURVE);
  return {
    bound: hiddenBound(inputs, p, delta),
    needed: hiddenNeeded(inputs, p, delta),
    kept: widths.map((x) => ({ x, y: everyInputKept(inputs, x, p) })),
    connected: widths.map((x) => ({ x, y: everyInputConnected(inputs, x, p) })),
  };
}

/** Random masks beside {@link inputsCurves}. */
export function inputsFound(
  { inputs, p, delta, trials, seed }: { inputs: number; p: number; delta: number; trials: number; seed: number },
): { kept: FoundPoint[]; connected: FoundPoint[] } {
  const widths = spaced(...hiddenRange(inputs, p, delta), POINTS);
  const at = (what: "kept" | "connected") =>
    widths.map((hidden): FoundPoint => ({
      x: hidden,
      found: shareOf(trials, (trial) => drawInputs({ inputs, hidden, p }, { seed, trial })[what]),
    }));
  return { kept: at("kept"), connected: at("connected") };
}

/** E1: how wide a source must be to hold a target. */
export interface EmbeddingCurves {
  /** ρ_0 … ρ_L of the formula, and the width of each layer of the source from the second on. */
  readonly copies: readonly number[];
  readonly widths: readonly number[];
  /** 1/log(1/(1 − p)). */
  readonly factor: number;
  /** Chance that the source holds the target, by multiples of that width. */
  readonly probability: CurvePoints;
}

/** The target that sources are to hold. */
export const TARGET: TargetShape = { widths: [10, 20, 20, 1], nonzero: [60, 80, 10] };

const MULTIPLES = Array.from({ length: 60 }, (_, i) => 0.2 + i * 0.02);

/** @throws UserError for numbers that make no sense */
export function embeddingCurves({ p, delta }: { p: number; delta: number }): EmbeddingCurves {
  const copies = copiesFor(TARGET, p, delta), [, ...units] = TARGET.widths;
  return {
    copies,
    widths: units.map((width, l) => width * copies[l + 1]),
    factor: widthFactor(p),
    probability: MULTIPLES.map((x) => ({ x, y: embeddingProbability(TARGET, scaleCopies(copies, x), p) })),
  };
}

/** Random masks beside {@link embeddingCurves}. */
export function embeddingFound(
  { p, delta, trials, seed }: { p: number; delta: number; trials: number; seed: number },
): FoundPoint[] {
  const copies = copiesFor(TARGET, p, delta), target = randomTarget(TARGET, seed);
  return [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2].map((x) => ({
    x,
    found: shareOf(trials, (trial) => embed(target, scaleCopies(copies, x), p, { seed, trial, inputs: [] }).complete),
  }));
}

/** E3: how often a subset of n numbers, each kept with chance p, comes within ε of a random one. */
export function subsetSumFound(
  { p, epsilon, trials, seed }: { p: number; epsilon: number; trials: number; seed: number },
): { sparse: FoundPoint[]; dense: FoundPoint[] } {
  checkFraction("density", p, true);
  checkFraction("epsilon", epsilon);
  checkCount("trials", trials);
  const sizes = [4, 8, 12, 16, 20, 24];
  const at = (density: number, most: number) =>
    sizes.filter((n) => n <= most).map((n): FoundPoint => {
      const [found] = subsetSumShares({ n, p: density, bounds: [epsilon] }, { seed, trials });
      return { x: n, found };
    });
  return { sparse: at(p, 24), dense: at(1, 20) };
}
