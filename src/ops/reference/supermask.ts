/**
 * Masks by scores (edge-popup, Ramanujan et al. 2020): w_eff = w · m(|s|). What a layer keeps is chosen by `selectBest`; the
 * gradient goes straight through the choice, as if m were |s|.
 */
import { type Floats, requireLength, zerosLike } from "./floats.ts";

/** Effective values: those that are chosen, 0 elsewhere. */
export function supermask<T extends Floats>(w: T, chosen: Iterable<number>): T {
  const y = zerosLike(w, w.length);
  for (const k of chosen) y[k] = w[k];
  return y;
}

/**
 * Gradients of the scores, w · dy · sign(s): every candidate has one, chosen or not.
 * @throws {RangeError} if the lengths differ
 */
export function supermaskBackward<T extends Floats>(w: T, s: T, dy: T): T {
  requireLength("s", s, w.length);
  requireLength("dy", dy, w.length);
  const ds = zerosLike(w, w.length);
  for (let k = 0; k < w.length; k++) ds[k] = w[k] * dy[k] * Math.sign(s[k]);
  return ds;
}

/**
 * The factors m of the released code of Gadhikar et al. 2023 (GetSubnetER) for a layer's weights, which are not what was
 * intended. It takes the indices of the kept weights along the first dimension only, so that channel c, with n_c kept
 * weights, stands n_c times for the entry c of the flattened scores, one of the first weights of the first channel. The
 * best `keep` of these are set to 1 and the others to 0; of equal ones the last writes. Every other entry keeps |s| as its
 * factor, whether the source keeps it or not; so do the biases.
 * @param s scores of all weights, row-major
 * @param kept kept weights of the source in each output channel
 */
export function releasedFactors<T extends Floats>(s: T, kept: ArrayLike<number>, keep: number): T {
  const factors = s.map(Math.abs) as T;
  const channels = Array.from(kept, (_, c) => c).filter((c) => kept[c] > 0);
  channels.sort((a, b) => Math.abs(s[b]) - Math.abs(s[a]) || a - b);
  let taken = 0;
  for (const c of channels) {
    taken += kept[c];
    factors[c] = Number(taken <= keep);
  }
  return factors;
}
