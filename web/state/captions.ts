/** What the first minute says in words: measured numbers in, sentences out. */
import { formatPercent, formatRatio, THIN } from "../../src/experiment/results_numbers.ts";
import type { TimeEstimate } from "../../src/worker/lab_types.ts";

/** A difference of accuracies that is called "behind", as a fraction. */
const BEHIND = 0.03;

/** "86.1 %" */
export function percent(fraction: number): string {
  return `${formatPercent(fraction, 1)}${THIN}%`;
}

/** A density as a share of the weights: "10 %", "1 %", "0.5 %". */
export function share(density: number): string {
  return `${Number((density * 100).toPrecision(3))}${THIN}%`;
}

/** How a lane did: test accuracy as a fraction, and the density that was asked for. */
export interface Learned {
  readonly accuracy: number;
  readonly density: number;
}

/** Whether what is told happens now or was recorded. */
export type Tense = "now" | "recorded";

/** The first caption: does it still learn? */
export function learnsCaption(dense: Learned, sparse: Learned, tense: Tense): string {
  const behind = dense.accuracy - sparse.accuracy, past = tense === "recorded";
  if (behind > BEHIND) {
    return `${past ? "Learned" : "Learns"}, but ${formatPercent(behind, 1)}${THIN}points behind.`;
  }
  return `Still ${past ? "learned" : "learns"}: ${percent(dense.accuracy)} with every weight, ` +
    `${percent(sparse.accuracy)} with ${share(sparse.density)} of them.`;
}

/** A ratio with its 95 % interval. */
export interface Ratio {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

/**
 * How many times more images `b` gets through in the time of `a`. The two intervals are put together on the logarithms,
 * where a ratio is a difference and independent errors add as squares.
 */
export function stepRatio(a: TimeEstimate, b: TimeEstimate): Ratio | undefined {
  const positive = [a.median, a.low, a.high, b.median, b.low, b.high].every((value) => value > 0);
  if (!positive) return undefined;
  const log = (value: number) => Math.log(value);
  const ratio = a.median / b.median;
  const down = Math.hypot(log(a.median) - log(a.low), log(b.high) - log(b.median));
  const up = Math.hypot(log(a.high) - log(a.median), log(b.median) - log(b.low));
  return { ratio, low: ratio * Math.exp(-down), high: ratio * Math.exp(up) };
}

/** Timed steps from which on an interval is worth printing; and the width beyond which none is recommended. */
const ENOUGH = 5, WIDEST = 64;

/** Where a speed was measured, and of what. */
export interface SpeedPlace {
  readonly tense: Tense;
  /** Name of the adapter, where it is a software adapter. */
  readonly software?: string;
  /** Of the network, where it can be given a wider one. */
  readonly width?: number;
}

/** The second caption: does it pay? Undefined until enough steps are timed. */
export function speedCaption(
  dense: TimeEstimate | undefined,
  sparse: TimeEstimate | undefined,
  { tense, software, width = WIDEST }: SpeedPlace,
): string | undefined {
  if (tense === "now" && software !== undefined) return "Speed is not meaningful on a software adapter.";
  if (!dense || !sparse || dense.n < ENOUGH || sparse.n < ENOUGH) return undefined;
  const ratio = stepRatio(dense, sparse);
  if (!ratio) return undefined;
  const interval = `${formatRatio(ratio.low).slice(0, -1)}–${formatRatio(ratio.high).slice(0, -1)}`;
  if (tense === "recorded") {
    const doubt = software === undefined ? "" : " It has a software adapter: that says nothing about GPUs.";
    return `On the recorded machine: ${formatRatio(ratio.ratio)}.${doubt}`;
  }
  if (ratio.low > 1) {
    return `${formatRatio(ratio.ratio)} more images in the same GPU time (measured here, ${interval}).`;
  }
  const advice = width < WIDEST ? ` Try width ${WIDEST}.` : "";
  if (ratio.high < 1) {
    return `Slower at this size: ${formatRatio(ratio.ratio)} the images in the same GPU time ` +
      `(measured here, ${interval}).${advice}`;
  }
  return `No measurable speed-up at this size: the GPU is idle between small layers.${advice}`;
}

/** The third caption: what uniform does at one per cent. `lost` counts channels without an input. */
export function starvesCaption(lost: number): string {
  if (lost === 0) return "Every channel kept an input.";
  return `${lost} ${lost === 1 ? "channel" : "channels"} lost every input. Uniform starves the small layers.`;
}

/** The fourth caption: the same number of weights in other places. Accuracies are fractions. */
export function placesCaption(elsewhere: number, uniform: number): string {
  const numbers = `Same weights kept, ${percent(elsewhere)} against ${percent(uniform)}.`;
  if (percent(elsewhere) === percent(uniform)) return numbers;
  if (elsewhere < uniform) return `${numbers} Here it did not help.`;
  return `${numbers} Where they sit matters; which ones are kept does not.`;
}

/** What is said aloud now and then: "Dense 86 per cent, sparse 85, 40 seconds left". */
export function spokenStatus(
  runs: readonly { readonly name: string; readonly accuracy: number }[],
  secondsLeft: number | undefined,
): string {
  const whole = (accuracy: number) => String(Math.round(accuracy * 100));
  const parts = runs.map(({ name, accuracy }, i) => {
    const spoken = i === 0 ? `${name[0].toUpperCase()}${name.slice(1)}` : name;
    return `${spoken} ${whole(accuracy)}${i === 0 ? " per cent" : ""}`;
  });
  if (secondsLeft !== undefined) parts.push(spokenTime(secondsLeft));
  return parts.join(", ");
}

function spokenTime(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds / 5) * 5 || Math.round(seconds))} seconds left`;
  return `${Math.round(seconds / 60)} minutes left`;
}
