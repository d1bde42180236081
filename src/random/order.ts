/** The order of the training images in an epoch, and the split into training and validation images. */
import { UserError } from "../errors.ts";
import { STREAM, U32Reader } from "./philox.ts";

/** Layer words of the order stream: epochs and the split must never share numbers. */
const EPOCH_LAYER = 0;
const SPLIT_LAYER = 1;

/**
 * The order of epoch `epoch` (0, 1, ...): a uniformly random permutation of 0 .. count-1, a function of (seed, epoch,
 * count) alone, so a resumed run sees the images that an uninterrupted one sees. Fisher-Yates with unbiased integers.
 */
export function permutation(seed: number, epoch: number, count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  shuffle(order, new U32Reader(seed, STREAM.order, EPOCH_LAYER, epoch));
  return order;
}

/** Indices of the images of each part, ascending. */
export interface Split {
  train: Uint32Array;
  validation: Uint32Array;
}

/**
 * A stratified split: round(fraction * n) images for validation, each class giving its share to within one image
 * (largest remainders; the lower class first among equals), chosen at random within the class.
 *
 * @param labels class of each image, a whole number >= 0
 * @param fraction part for validation, 0 <= fraction < 1 (else a {@link UserError})
 */
export function splitIndices(labels: ArrayLike<number>, fraction: number, seed: number): Split {
  if (!(fraction >= 0 && fraction < 1)) {
    throw new UserError(`validation fraction ${fraction}: expected at least 0 and less than 1`);
  }
  const classes = new Map<number, number[]>();
  for (let i = 0; i < labels.length; i++) {
    const members = classes.get(labels[i]);
    if (members) members.push(i);
    else classes.set(labels[i], [i]);
  }
  const names = [...classes.keys()].sort((a, b) => a - b);
  const shares = apportion(names.map((name) => classes.get(name)!.length), fraction);

  const held = new Uint8Array(labels.length);
  names.forEach((name, c) => {
    const members = Uint32Array.from(classes.get(name)!);
    shuffle(members, new U32Reader(seed, STREAM.order, SPLIT_LAYER, name));
    for (let i = 0; i < shares[c]; i++) held[members[i]] = 1;
  });
  const pick = (wanted: number) => Uint32Array.from(held.keys().filter((i) => held[i] === wanted));
  return { train: pick(0), validation: pick(1) };
}

/** Whole shares of the counts that sum to round(fraction * total), by largest remainders. */
function apportion(counts: number[], fraction: number): number[] {
  const total = counts.reduce((sum, n) => sum + n, 0);
  const shares = counts.map((n) => Math.floor(n * fraction));
  const remainder = counts.map((n, c) => n * fraction - shares[c]);
  const left = Math.floor(total * fraction + 0.5) - shares.reduce((sum, n) => sum + n, 0);
  const byRemainder = counts.map((_, c) => c).sort((a, b) => remainder[b] - remainder[a] || a - b);
  for (const c of byRemainder.slice(0, Math.max(0, left))) shares[c]++;
  return shares;
}

/** Fisher-Yates from the end. */
function shuffle(items: Uint32Array, reader: U32Reader): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = reader.below(i + 1);
    const held = items[i];
    items[i] = items[j];
    items[j] = held;
  }
}
