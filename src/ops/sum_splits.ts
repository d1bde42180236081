/** Adding the partial results of a split reduction, always in the same order, so that a run repeats bit for bit. */
import { flatGrid, type Operand, type Recorder } from "../gpu/recorder.ts";
import { FLAT, flatKernel } from "../gpu/flat.ts";
import text from "../../shaders/reduce/sum_splits.wgsl" with { type: "text" };

const code = flatKernel(text);

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
