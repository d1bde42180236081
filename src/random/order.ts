/** The order of the training images in an epoch, and the split into training and validation images. */
import { UserError } from "../errors.ts";
import { STREAM, U32Reader } from "./philox.ts";

/** Layer words of the order stream: epochs and the split must never share numbers. */
const EPOCH_LAYER = 0;
const SPLIT_LAYER = 1;
const SAMPLE_LAYER = 2;

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
  const classes = membersOf(labels);
  const shares = apportion(classes.map(([, members]) => members.length), fraction);

  const held = new Uint8Array(labels.length);
  classes.forEach(([name, members], c) => {
    shuffle(members, new U32Reader(seed, STREAM.order, SPLIT_LAYER, name));
    for (let i = 0; i < shares[c]; i++) held[members[i]] = 1;
  });
  const pick = (wanted: number) => Uint32Array.from(held.keys().filter((i) => held[i] === wanted));
  return { train: pick(0), validation: pick(1) };
}

/**
 * A few images of each class, chosen at random, the classes in turn: every batch of them has all classes in about equal
 * numbers. A class with fewer images gives all of them.
 *
 * @param labels class of each image, a whole number >= 0
 */
export function sampleClasses(labels: ArrayLike<number>, perClass: number, seed: number): Uint32Array {
  const members = membersOf(labels).map(([name, images]) => {
    shuffle(images, new U32Reader(seed, STREAM.order, SAMPLE_LAYER, name));
    return images.subarray(0, perClass);
  });
  const turns = Array.from(
    { length: perClass },
    (_, turn) => members.flatMap((images) => [...images.subarray(turn, turn + 1)]),
  );
  return Uint32Array.from(turns.flat());
}

/** The images of each class, by ascending class. */
function membersOf(labels: ArrayLike<number>): [name: number, images: Uint32Array][] {
  const classes = new Map<number, number[]>();
  for (let i = 0; i < labels.length; i++) {
    const members = classes.get(labels[i]);
    if (members) members.push(i);
    else classes.set(labels[i], [i]);
  }
  return [...classes].sort(([a], [b]) => a - b).map(([name, images]) => [name, Uint32Array.from(images)]);
}

/** Whole shares of counts, the same fraction of each, that sum to round(fraction * total), by largest remainders. */
export function apportion(counts: number[], fraction: number): number[] {
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
