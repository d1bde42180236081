/** Bit-packed masks: one bit for each weight of a layer. */
import { UserError } from "../errors.ts";
import { sizeOfShape } from "./layer.ts";

/**
 * Which weights of a tensor are kept. Bit i belongs to the row-major weight i: `bits[i >>> 5] >>> (i & 31) & 1`. Bits
 * after the last weight are 0, and `nnz` is the number of ones: functions here keep both true.
 */
export interface Mask {
  name: string;
  /** Conv [out, in, kh, kw], linear [out, in]. */
  shape: number[];
  bits: Uint32Array;
  nnz: number;
}

/** Number of 32-bit words that hold `size` bits. */
export function wordCount(size: number): number {
  return Math.ceil(size / 32);
}

/** A mask that keeps nothing. */
export function emptyMask(name: string, shape: readonly number[]): Mask {
  return { name, shape: [...shape], bits: new Uint32Array(wordCount(sizeOfShape(shape))), nnz: 0 };
}

/** A mask that keeps everything. */
export function fullMask(name: string, shape: readonly number[]): Mask {
  const size = sizeOfShape(shape);
  const bits = new Uint32Array(wordCount(size)).fill(0xffffffff);
  clearTail(bits, size);
  return { name, shape: [...shape], bits, nnz: size };
}

/**
 * A mask over words that come from elsewhere (a file, a drawing). Throws a {@link UserError} when there are too many or
 * too few, or when a bit after the last weight is set.
 */
export function maskFromBits(name: string, shape: readonly number[], bits: Uint32Array): Mask {
  const size = sizeOfShape(shape);
  if (bits.length !== wordCount(size)) {
    throw new UserError(
      `mask ${name}: ${bits.length} words for shape [${shape.join(", ")}], expected ${wordCount(size)}`,
    );
  }
  const tail = size & 31;
  if (tail !== 0 && bits[bits.length - 1] >>> tail !== 0) {
    throw new UserError(`mask ${name}: bits are set beyond its ${size} weights`);
  }
  return { name, shape: [...shape], bits, nnz: countBits(bits) };
}

/** Whether weight `index` is kept. */
export function keeps(mask: Mask, index: number): boolean {
  return (mask.bits[index >>> 5] >>> (index & 31) & 1) === 1;
}

/** Keeps or drops weight `index`, in place. */
export function setKept(mask: Mask, index: number, kept: boolean): void {
  if (keeps(mask, index) === kept) return;
  mask.bits[index >>> 5] ^= 1 << (index & 31);
  mask.nnz += kept ? 1 : -1;
}

/** An independent copy. */
export function copyMask(mask: Mask): Mask {
  return { name: mask.name, shape: [...mask.shape], bits: mask.bits.slice(), nnz: mask.nnz };
}

/** Realised density nnz / N. */
export function maskDensity(mask: Mask): number {
  return mask.nnz / sizeOfShape(mask.shape);
}

/** Number of ones in words. */
export function countBits(bits: Uint32Array): number {
  let count = 0;
  for (let i = 0; i < bits.length; i++) count += countWord(bits[i]);
  return count;
}

/** Number of ones in a word, by the classic parallel sum of neighbouring fields: pairs, nibbles, bytes, word. */
export function countWord(word: number): number {
  word -= word >>> 1 & 0x55555555;
  word = (word & 0x33333333) + (word >>> 2 & 0x33333333);
  return Math.imul(word + (word >>> 4) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Row-major indices of the kept weights, ascending. */
export function toIndices(mask: Mask): Uint32Array {
  const out = new Uint32Array(mask.nnz);
  let at = 0;
  for (let w = 0; w < mask.bits.length; w++) {
    for (let word = mask.bits[w]; word !== 0; word &= word - 1) out[at++] = w * 32 + 31 - Math.clz32(word & -word);
  }
  return out;
}

/** The mask that keeps the given row-major indices (in any order; twice is once). Throws a {@link UserError} beyond N. */
export function fromIndices(name: string, shape: readonly number[], indices: ArrayLike<number>): Mask {
  const mask = emptyMask(name, shape);
  const size = sizeOfShape(shape);
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i];
    if (!(Number.isInteger(index) && index >= 0 && index < size)) {
      throw new UserError(`mask ${name}: index ${index} is not among its ${size} weights`);
    }
    setKept(mask, index, true);
  }
  return mask;
}

/** The mask as numbers 0 and 1, one for each weight. */
export function toDense(mask: Mask): Float32Array {
  const out = new Float32Array(sizeOfShape(mask.shape));
  for (const index of toIndices(mask)) out[index] = 1;
  return out;
}

/** The mask that keeps the weights whose value is not 0. Throws a {@link UserError} when the length is not N. */
export function fromDense(name: string, shape: readonly number[], values: ArrayLike<number>): Mask {
  const size = sizeOfShape(shape);
  if (values.length !== size) {
    throw new UserError(
      `mask ${name}: ${values.length} values for shape [${shape.join(", ")}], expected ${size}`,
    );
  }
  const mask = emptyMask(name, shape);
  for (let i = 0; i < size; i++) if (values[i] !== 0) mask.bits[i >>> 5] |= 1 << (i & 31);
  mask.nnz = countBits(mask.bits);
  return mask;
}

/** Weights that both masks keep; named as the first. Shapes must agree (a {@link UserError}). */
export function intersect(a: Mask, b: Mask): Mask {
  return combine(a, b, (x, y) => x & y);
}

/** Weights that at least one of the masks keeps; named as the first. Shapes must agree (a {@link UserError}). */
export function union(a: Mask, b: Mask): Mask {
  return combine(a, b, (x, y) => x | y);
}

/** Weights that `a` keeps and `b` does not; named as the first. Shapes must agree (a {@link UserError}). */
export function difference(a: Mask, b: Mask): Mask {
  return combine(a, b, (x, y) => x & ~y);
}

/** Whether both keep the same weights of the same shape (names apart). */
export function sameMask(a: Mask, b: Mask): boolean {
  return sameShape(a, b) && a.nnz === b.nnz && a.bits.every((word, i) => word === b.bits[i]);
}

function combine(a: Mask, b: Mask, operation: (x: number, y: number) => number): Mask {
  if (!sameShape(a, b)) {
    throw new UserError(
      `masks ${a.name} [${a.shape.join(", ")}] and ${b.name} [${b.shape.join(", ")}] differ in shape`,
    );
  }
  const bits = a.bits.map((word, i) => operation(word, b.bits[i]));
  return { name: a.name, shape: [...a.shape], bits, nnz: countBits(bits) };
}

function sameShape(a: Mask, b: Mask): boolean {
  return a.shape.length === b.shape.length && a.shape.every((n, i) => n === b.shape[i]);
}

function clearTail(bits: Uint32Array, size: number): void {
  const tail = size & 31;
  if (tail !== 0) bits[bits.length - 1] &= (1 << tail) - 1;
}
