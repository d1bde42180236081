/** Selecting the k best of some scores, the plain way: what src/ops/select.ts does by digits. */

/** Which scores are the best, and whether their sign counts. */
export interface SelectOrder {
  readonly direction: "largest" | "smallest";
  /** Compare |score|; false where it is left out. */
  readonly absolute?: boolean;
}

/**
 * Indices of the best `keep` candidates, ascending. Of equal scores the lower index comes first, −0 equals 0, and NaN comes
 * after every number whatever the direction. Where there are fewer candidates, all are taken.
 */
export function selectBest(
  scores: ArrayLike<number>,
  candidates: Iterable<number>,
  keep: number,
  { direction, absolute = false }: SelectOrder,
): number[] {
  const value = (i: number) => absolute ? Math.abs(scores[i]) : scores[i];
  const order = [...candidates].sort((i, k) => {
    const a = value(i), b = value(k);
    if (Number.isNaN(a) !== Number.isNaN(b)) return Number.isNaN(a) ? 1 : -1;
    const ahead = direction === "largest" ? b - a : a - b;
    return a === b || Number.isNaN(a) ? i - k : ahead;
  });
  return order.slice(0, keep).sort((i, k) => i - k);
}

/** A layer whose weights are selected by blocks. */
export interface StoredUnits {
  /** Block of each stored value. */
  readonly unitOf: ArrayLike<number>;
  readonly units: number;
}

/**
 * Scores of blocks: for each the sum over its kept stored values, of their absolute values where asked for, and whether it
 * has any.
 */
export function unitScores(
  { unitOf, units }: StoredUnits,
  scores: ArrayLike<number>,
  kept: (value: number) => boolean,
  absolute: boolean,
): { sums: number[]; candidates: boolean[] } {
  const sums = new Array<number>(units).fill(0), candidates = new Array<boolean>(units).fill(false);
  for (let i = 0; i < unitOf.length; i++) {
    if (!kept(i)) continue;
    sums[unitOf[i]] += absolute ? Math.abs(scores[i]) : scores[i];
    candidates[unitOf[i]] = true;
  }
  return { sums, candidates };
}

/** Which stored values stay when some blocks do. */
export function unitBits(
  { unitOf }: StoredUnits,
  selected: (unit: number) => boolean,
  kept: (value: number) => boolean,
): boolean[] {
  return Array.from({ length: unitOf.length }, (_, i) => kept(i) && selected(unitOf[i]));
}
