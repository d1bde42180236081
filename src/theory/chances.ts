/**
 * Chances that the theory of random sparse sources is made of, all derived here: sums over a binomial, and how many
 * independent edges there must be for one of them to be kept. Kept edges are those of a mask: each with probability p,
 * apart from all others.
 */
import { UserError } from "../errors.ts";

/** Terms that are smaller than this share of the largest are left out of a sum. */
const NEGLIGIBLE = 1e-22;

/** 1/log(1/(1 − p)): the factor by which a source of density p must be wider; about 1/p − 1/2 where p is small, 0 for 1. */
export function widthFactor(p: number): number {
  return -1 / Math.log1p(-p);
}

/** Chance that at least one of n edges is kept: 1 − (1 − p)^n. */
export function someKept(n: number, p: number): number {
  return -Math.expm1(n * Math.log1p(-p));
}

/**
 * log(1/(1 − (1 − δ)^(1/count))): what must be reached so that `count` independent events, each failing with chance e^−x,
 * all happen with chance 1 − δ.
 */
export function eachLog(delta: number, count: number): number {
  return -Math.log(-Math.expm1(Math.log1p(-delta) / count));
}

/** The mean of f over Bin(n, p). Weights grow and shrink from the mode by their ratios, so that nothing overflows. */
export function binomialMean(n: number, p: number, f: (k: number) => number): number {
  if (p === 0 || p === 1) return f(p * n);
  const mode = Math.min(n, Math.floor((n + 1) * p)), odds = p / (1 - p);
  let all = 1, sum = f(mode);
  for (let k = mode, weight = 1; k < n && weight > NEGLIGIBLE; k++) {
    weight *= odds * (n - k) / (k + 1);
    all += weight;
    sum += weight * f(k + 1);
  }
  for (let k = mode, weight = 1; k > 0 && weight > NEGLIGIBLE; k--) {
    weight *= k / (odds * (n - k + 1));
    all += weight;
    sum += weight * f(k - 1);
  }
  return sum / all;
}

/** Chance that Bin(n, p) is at least `least`. */
export function binomialAtLeast(n: number, p: number, least: number): number {
  return binomialMean(n, p, (k) => k >= least ? 1 : 0);
}

/** The smallest whole number from `from` on that something holds for which goes on to hold from then on. */
export function smallest(from: number, holds: (n: number) => boolean): number {
  if (holds(from)) return from;
  let low = from, high = Math.max(1, 2 * from);
  while (!holds(high)) [low, high] = [high, 2 * high];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** @throws UserError for what is no number between 0 and 1, the latter allowed where `one` says so */
export function checkFraction(name: string, value: number, one = false): void {
  if (value > 0 && (value < 1 || one && value === 1)) return;
  throw new UserError(`${name} ${value}: expected a number above 0 and ${one ? "at most" : "below"} 1`);
}

/** @throws UserError for what is no whole number from `least` on */
export function checkCount(name: string, value: number, least = 1): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new UserError(`${name} ${value}: expected a whole number from ${least} on`);
}
