/** What a new mask has in common with others, counted word by word. */
import { countWord } from "../../masks/mask.ts";

/** Bits of masks of one layer, `size` of them; bits behind the last weight are 0. */
export interface MaskHistory {
  /** The mask before; becomes `now`. */
  readonly previous: Uint32Array;
  readonly source: Uint32Array;
  /** Weights that any mask so far has kept; those of `now` join. */
  readonly explored: Uint32Array;
}

/**
 * Counts weights of `now`, of now ∧ previous, of now ∧ source, and of explored ∨ now, and brings the history up to date.
 */
export function maskOverlap(now: Uint32Array, { previous, source, explored }: MaskHistory): number[] {
  const counts = [0, 0, 0, 0];
  now.forEach((bits, w) => {
    explored[w] |= bits;
    [bits, bits & previous[w], bits & source[w], explored[w]].forEach((word, i) => counts[i] += countWord(word));
    previous[w] = bits;
  });
  return counts;
}
