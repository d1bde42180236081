/** The curves of a run from its metrics, over steps, images and seconds of training: what a lane drew while it trained. */
import type { Metric } from "./metrics.ts";

type Step = Extract<Metric, { kind: "step" }>;
type Epoch = Extract<Metric, { kind: "epoch" }>;

/** A point of the training curve. */
export interface CurveRow {
  readonly step: number;
  /** Trained on so far. */
  readonly images: number;
  /** Of training alone, so far: evaluation, compilation and pauses left out. */
  readonly seconds: number;
  /** Means over the steps since the row before. */
  readonly loss: number;
  readonly accuracy: number;
}

/**
 * A row for each line of steps; where an epoch has none, one for the epoch. Seconds are spread evenly over the steps of an
 * epoch, whose training time is known when it is over; for one that is not, the rate of the one before is taken, and where
 * there is none, the clock between its lines.
 */
export function curveRows(metrics: readonly Metric[]): CurveRow[] {
  const rows: CurveRow[] = [];
  let before = { step: 0, images: 0, seconds: 0 }, rate: number | undefined;
  const take = (steps: readonly Step[], epoch: Epoch | undefined) => {
    const last = epoch ?? steps.at(-1)!, length = Math.max(1, last.step - before.step);
    const measured = epoch?.time?.milliseconds;
    const each = measured !== undefined ? measured / 1000 / length : rate ?? clockRate(steps);
    const seconds = (step: number) => before.seconds + (step - before.step) * each;
    let images = before.images;
    for (const { step, images: own, loss, accuracy } of steps) {
      images += own;
      rows.push({ step, images, seconds: seconds(step), loss, accuracy });
    }
    if (epoch) {
      images = before.images + epoch.images;
      const { step, loss, accuracy } = epoch;
      if (steps.length === 0) rows.push({ step, images, seconds: seconds(step), loss, accuracy });
      rate = each;
    }
    before = { step: last.step, images, seconds: seconds(last.step) };
  };
  let open: Step[] = [];
  for (const metric of metrics) {
    if (metric.kind === "step") open.push(metric);
    if (metric.kind !== "epoch") continue;
    take(open, metric);
    open = [];
  }
  if (open.length > 0) take(open, undefined);
  return rows;
}

/** Seconds a step by the clock, evaluation and pauses included: better than nothing. */
function clockRate(steps: readonly Step[]): number {
  const [first] = steps, last = steps.at(-1)!;
  const seconds = (last.time?.seconds ?? 0) - (first.time?.seconds ?? 0);
  return last.step > first.step ? Math.max(0, seconds) / (last.step - first.step) : 0;
}
