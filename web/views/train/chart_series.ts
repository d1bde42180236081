/** What a chart of curves draws: lines, evaluations and marks of lanes on one axis. */
import { formatLoss, formatPercent, formatSeconds, THIN } from "../../../src/experiment/results_numbers.ts";
import { axisValues, type CurveAxis, valueAtStep } from "../../state/curves.ts";
import type { Lane, LaneLook } from "../../state/lanes.ts";

/** What is to the top. */
export type CurveKind = "accuracy" | "loss";

/** One lane in a chart. Accuracies are per cent. */
export interface ChartSeries {
  readonly name: string;
  readonly look: LaneLook;
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** On the test set, after each epoch. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
  /** Settings that were changed while it trained. */
  readonly marks: readonly { readonly x: number; readonly text: string }[];
}

/** Title, subtitle and axes of a chart. */
export const CHART_WORDS = {
  accuracy: { title: "Accuracy", y: "Accuracy, %" },
  loss: { title: "Loss", y: "Cross-entropy loss" },
} as const satisfies Record<CurveKind, { title: string; y: string }>;

/** What the lines and the marks are. */
export const CHART_SUBTITLE =
  "Line: training images, half a second a point. Marks: test set, after each epoch. One run each.";

/** Names of an axis: along it, on a button, in a sentence. */
interface AxisWords {
  readonly label: string;
  readonly short: string;
  readonly within: string;
}

/** Names of the axis to the right. */
export const AXIS_WORDS: Readonly<Record<CurveAxis, AxisWords>> = {
  gpu: { label: "GPU seconds of training", short: "GPU s", within: "GPU seconds" },
  images: { label: "Images trained on", short: "images", within: "images" },
  epochs: { label: "Epochs", short: "epochs", within: "epochs" },
};

/** A lane's part of a chart; reads its signals. */
export function seriesOf(lane: Lane, kind: CurveKind, axis: CurveAxis): ChartSeries {
  const curve = lane.curve.value, epochs = lane.epochs.value, anEpoch = imagesAnEpoch(lane);
  const scale = kind === "accuracy" ? 100 : 1;
  const x = axisValues(curve, axis, anEpoch);
  const y = kind === "accuracy" ? curve.accuracy.map((value) => value * scale) : curve.loss;
  const points = epochs.map(({ epoch, step, test }) => ({
    x: axis === "epochs" ? epoch : axis === "images" ? epoch * anEpoch : valueAtStep(curve.step, x, step),
    y: test[kind] * scale,
  }));
  const marks = lane.marks.value.map(({ step, text }) => {
    const i = Math.max(0, curve.step.findIndex((at) => at >= step));
    return { x: x[i] ?? 0, text };
  });
  return { name: lane.title, look: lane.look, x, y, points, marks };
}

/** Images of an epoch: as the run says, or as its curve has them where it comes from storage. */
function imagesAnEpoch({ start, curve, epochs }: Lane): number {
  const first = epochs.value[0];
  if (start.value) return start.value.images;
  return first ? valueAtStep(curve.value.step, curve.value.images, first.step) / first.epoch || 1 : 1;
}

/** The chart in a sentence or two, for who does not see it. */
export function summaryOf(series: readonly ChartSeries[], kind: CurveKind, axis: CurveAxis): string {
  const value = (y: number) => kind === "accuracy" ? `${formatPercent(y / 100, 1)}${THIN}%` : formatLoss(y);
  const place = (x: number) => {
    if (axis === "gpu") return formatSeconds(x);
    return axis === "images" ? `${Math.round(x)} images` : `${x.toFixed(1)} epochs`;
  };
  const parts = series.filter(({ x, points }) => x.length + points.length > 0).map(({ name, x, y, points }) => {
    const point = points.at(-1);
    if (point) return `${name}: test ${kind} ${value(point.y)} after ${place(point.x)}`;
    return `${name}: training ${kind} ${value(y.at(-1)!)} after ${place(x.at(-1)!)}`;
  });
  const about = `${CHART_WORDS[kind].title} against ${AXIS_WORDS[axis].within}.`;
  return parts.length === 0 ? `${about} Nothing yet.` : `${about} ${parts.join("; ")}.`;
}

/** Least and greatest of what is drawn, with some room; undefined where nothing is. */
export function extent(series: readonly ChartSeries[], of: "x" | "y"): readonly [number, number] | undefined {
  let low = Infinity, high = -Infinity;
  const take = (value: number) => {
    if (!Number.isFinite(value)) return;
    low = Math.min(low, value);
    high = Math.max(high, value);
  };
  for (const one of series) {
    one[of].forEach(take);
    one.points.forEach((point) => take(point[of]));
  }
  return low > high ? undefined : [low, high];
}
