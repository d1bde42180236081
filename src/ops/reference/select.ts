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
