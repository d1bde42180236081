/** Adding the partial results of a split reduction, always in the same order, so that a run repeats bit for bit. */
import { flatGrid, type Operand, type Recorder } from "../gpu/recorder.ts";
import { FLAT, flatKernel } from "../gpu/flat.ts";
import text from "../../shaders/reduce/sum_splits.wgsl" with { type: "text" };

const code = flatKernel(text);

/** llvmpipe ends the loops of an invocation after 65,535 turns in all, nested ones included, without a word. */
const MOST_TURNS = 65_000;

/** The rows of an image that each part of a split sum takes, and the number of parts. */
export interface RowSplits {
  readonly rowsPerSplit: number;
  readonly splits: number;
}

/**
 * Splits rows evenly into about `wanted` parts, and into so many that no invocation turns its loops too often.
 * @param turns turns of all loops for one row
 * @throws {RangeError} where a single row takes too many
 */
export function splitRows(rows: number, wanted: number, turns: number): RowSplits {
  const most = Math.floor(MOST_TURNS / turns);
  if (most < 1) throw new RangeError(`a row of ${turns} turns is more than an invocation can take (${MOST_TURNS})`);
  const parts = Math.max(1, Math.ceil(rows / most), Math.min(rows, Math.floor(wanted)));
  const rowsPerSplit = Math.ceil(rows / parts);
  return { rowsPerSplit, splits: Math.ceil(rows / rowsPerSplit) };
}

/** Records out[i] (+)= Σ_s parts[s · count + i] for `splits` parts of `count` values. */
export function recordSumSplits(
  recorder: Recorder,
  parts: Operand,
  out: Operand,
  count: number,
  splits: number,
  accumulate: boolean,
): void {
  recorder.dispatch(
    "sumSplits",
    code,
    { parts, out },
    { count, splits, accumulate: Number(accumulate) },
    flatGrid(count, FLAT),
  );
}
