/** Bits of the values that are not 0, or above 0: masks that weight transforms compute with. */
import { FLAT, flatKernel } from "../gpu/flat.ts";
import { flatGrid, type Operand, type Recorder } from "../gpu/recorder.ts";
import { wordCount } from "../masks/mask.ts";
import text from "../../shaders/elementwise/chosen_bits.wgsl" with { type: "text" };

const code = flatKernel(text);

/**
 * Records a bit for each of `size` float32 values, among those that are kept.
 * @param first the bit of the first value in both sets, a multiple of 32
 */
export function recordChosenBits(
  recorder: Recorder,
  size: number,
  which: "nonzero" | "positive",
  operands: { values: Operand; kept: Operand; bits: Operand },
  first = 0,
): void {
  const words = wordCount(size), constants = { count: size, first: first / 32, positive: Number(which === "positive") };
  if (words > 0) recorder.dispatch("chosenBits", code, operands, constants, flatGrid(words, FLAT));
}
