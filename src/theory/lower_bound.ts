/**
 * E2: what a random source with one hidden layer cannot do. A target φ(wᵀx + b) of d inputs needs every input to reach the
 * hidden layer, Pr = (1 − (1 − p)^n)^d for n hidden units; from that Pr ≥ 1 − δ needs n ≥ log(1/(1 − (1 − δ)^(1/d))) /
 * log(1/(1 − p)). Necessary, not enough: an input must also reach the output, through a hidden unit whose own edge to it is
 * kept. Derived here.
 */
import { binomialMean, checkCount, checkFraction, eachLog, smallest, someKept, widthFactor } from "./chances.ts";
import { draws } from "./draws.ts";

/** Below so many hidden units the inputs do not all have an edge with chance 1 − δ. */
export function hiddenBound(inputs: number, p: number, delta: number): number {
  checkCount("inputs", inputs);
  checkFraction("density", p, true);
  checkFraction("delta", delta);
  return eachLog(delta, inputs) * widthFactor(p);
}

/** Chance that every input has an edge to some of n hidden units. */
export function everyInputKept(inputs: number, hidden: number, p: number): number {
  return someKept(hidden, p) ** inputs;
}

/** Chance that every input has a path to the output, which each hidden unit has an edge to with chance `out`. */
export function everyInputConnected(inputs: number, hidden: number, p: number, out = p): number {
  return binomialMean(hidden, out, (live) => someKept(live, p) ** inputs);
}

/** The fewest hidden units with which every input has a path to the output with chance 1 − δ. */
export function hiddenNeeded(inputs: number, p: number, delta: number, out = p): number {
  const from = Math.max(1, Math.floor(hiddenBound(inputs, p, delta)));
  return smallest(from, (hidden) => everyInputConnected(inputs, hidden, p, out) >= 1 - delta);
}

/** What one random mask connects. Edges are drawn when they are looked at. */
export function drawInputs(
  { inputs, hidden, p, out = p }: { inputs: number; hidden: number; p: number; out?: number },
  { seed, trial }: { readonly seed: number; readonly trial: number },
): { kept: boolean; connected: boolean } {
  const first = draws("mask", seed, 1, trial), second = draws("mask", seed, 2, trial);
  const live = Array.from({ length: hidden }, () => second.kept(out));
  let kept = true, connected = true;
  for (let input = 0; input < inputs && kept; input++) {
    let edge = false, path = false;
    // once some path has been missed, any edge at all decides the rest
    for (let unit = 0; unit < hidden && !(edge && (path || !connected)); unit++) {
      if (!first.kept(p)) continue;
      edge = true;
      path ||= live[unit];
    }
    kept &&= edge;
    connected &&= path;
  }
  return { kept, connected: kept && connected };
}
