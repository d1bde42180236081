import { tapsOf } from "./layer.ts";
import { countWord, type Mask } from "./mask.ts";

/** Kept weights that read each input channel, and kept weights of each output channel; 0 is a dead channel. */
export function degrees({ shape, bits }: Pick<Mask, "shape" | "bits">): { inputs: Uint32Array; outputs: Uint32Array } {
  const taps = tapsOf(shape);
  const outputs = new Uint32Array(shape[0]);
  const inputs = new Uint32Array(shape[1]);
  let first = 0;
  for (let o = 0; o < outputs.length; o++) {
    for (let i = 0; i < inputs.length; i++, first += taps) {
      const kept = countRange(bits, first, taps);
      outputs[o] += kept;
      inputs[i] += kept;
    }
  }
  return { inputs, outputs };
}

/** Number of ones among `count` bits from bit `first` on, a word's share at a time. */
function countRange(bits: Uint32Array, first: number, count: number): number {
  let sum = 0;
  for (let at = first, left = count; left > 0;) {
    const shift = at & 31, taken = Math.min(left, 32 - shift);
    // Shifted down, then up by what is not taken: both drop what is not of the range.
    sum += countWord((bits[at >>> 5] >>> shift) << (32 - taken));
    at += taken;
    left -= taken;
  }
  return sum;
}
