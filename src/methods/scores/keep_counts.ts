/** How many weights each round of pruning by a score keeps. */
import { apportion } from "../../random/order.ts";

/** What is pruned, from where to where. */
export interface KeepOptions {
  /** Weights of all maskable layers, kept or not. */
  readonly size: number;
  /** Weights that each layer's source keeps. */
  readonly source: readonly number[];
  readonly density: number;
  readonly rounds: number;
  readonly scope: "global" | "layers";
}

/**
 * Weights that stay after each round: one number for all layers, or one for each. Round r of R keeps a share
 * (p/p_source)^(r/R) of the source, rounded to whole weights; the last one exactly round(p · N), or the whole source where
 * that is less. With scope `layers` every layer keeps the same share of its source, by largest remainders.
 */
export function keepCounts({ size, source, density, rounds, scope }: KeepOptions): number[][] {
  const all = source.reduce((a, b) => a + b, 0);
  const target = Math.min(all, Math.floor(density * size + 0.5)), share = Math.min(1, density * size / all);
  return Array.from({ length: rounds }, (_, i) => {
    const isLast = i === rounds - 1;
    const kept = isLast || all === 0 ? target : Math.max(target, Math.round(all * share ** ((i + 1) / rounds)));
    return scope === "global" ? [kept] : all === 0 ? source.map(() => 0) : shares(source, kept, all);
  });
}

/** Whole shares that add up to `kept`. */
function shares(source: readonly number[], kept: number, all: number): number[] {
  const counts = apportion([...source], kept / all);
  // kept / all · all may round to a neighbour of kept
  let missing = kept - counts.reduce((a, b) => a + b, 0);
  for (let l = 0; missing !== 0 && l < counts.length; l++) {
    const step = Math.sign(missing);
    if (counts[l] + step < 0 || counts[l] + step > source[l]) continue;
    counts[l] += step;
    missing -= step;
  }
  return counts;
}
