/** Columns of curve points: grown in place, kept short, thinned for the screen. */
import { CURVE_COLUMNS } from "../../src/worker/lab_types.ts";

/** Points of one run's curve. */
export type CurveColumns = Record<typeof CURVE_COLUMNS[number], number[]>;
/** What a chart has to the right. */
export type CurveAxis = "gpu" | "images" | "epochs";

/** Points that a curve keeps; the oldest go first. */
export const MOST_POINTS = 20_000;

/** No points yet. */
export function noPoints(): CurveColumns {
  return { step: [], images: [], gpuSeconds: [], loss: [], accuracy: [] };
}

/**
 * Adds rows of {@link CURVE_COLUMNS} to a curve. Rows of steps that are there already replace them: after a lost device a
 * run repeats steps.
 */
export function addRows(curve: CurveColumns, rows: Float32Array): void {
  const width = CURVE_COLUMNS.length;
  for (let row = 0; row + width <= rows.length; row += width) {
    const step = rows[row];
    let keep = curve.step.length;
    while (keep > 0 && curve.step[keep - 1] >= step) keep--;
    CURVE_COLUMNS.forEach((column, i) => {
      curve[column].length = keep;
      curve[column].push(rows[row + i]);
    });
  }
  const over = curve.step.length - MOST_POINTS;
  if (over > 0) { for (const column of CURVE_COLUMNS) curve[column].splice(0, over); }
}

/** Where points lie on an axis; `imagesAnEpoch` is only read for epochs. */
export function axisValues(curve: Readonly<CurveColumns>, axis: CurveAxis, imagesAnEpoch: number): readonly number[] {
  if (axis === "gpu") return curve.gpuSeconds;
  if (axis === "images") return curve.images;
  return curve.images.map((images) => images / imagesAnEpoch);
}

/** Where a step of the run lies among values of its points: between the points around it. */
export function valueAtStep(steps: readonly number[], values: readonly number[], step: number): number {
  const last = steps.length - 1;
  if (last < 0) return 0;
  let after = steps.findIndex((value) => value >= step);
  if (after < 0) after = last;
  if (after === 0 || steps[after] <= step) return values[after];
  const part = (step - steps[after - 1]) / (steps[after] - steps[after - 1]);
  return values[after - 1] + part * (values[after] - values[after - 1]);
}

/**
 * At most two points for each of `pixels` columns between `from` and `to`: the lowest and the highest, in their order, so
 * that no spike is lost. What is no number is left out.
 */
export function decimate(
  x: readonly number[],
  y: readonly number[],
  from: number,
  to: number,
  pixels: number,
): { x: number[]; y: number[] } {
  const thinned = { x: [] as number[], y: [] as number[] };
  const put = (i: number) => {
    thinned.x.push(x[i]);
    thinned.y.push(y[i]);
  };
  const column = (i: number) => Math.floor((x[i] - from) / (to - from) * pixels);
  const finite = [...y.keys()].filter((i) => Number.isFinite(y[i]) && Number.isFinite(x[i]));
  if (finite.length <= 2 * pixels || to <= from) {
    finite.forEach(put);
    return thinned;
  }
  for (let i = 0; i < finite.length;) {
    const at = column(finite[i]);
    let low = finite[i], high = finite[i];
    for (; i < finite.length && column(finite[i]) === at; i++) {
      if (y[finite[i]] < y[low]) low = finite[i];
      if (y[finite[i]] > y[high]) high = finite[i];
    }
    put(Math.min(low, high));
    if (low !== high) put(Math.max(low, high));
  }
  return thinned;
}
