/** What the panels of the view Theory share: a claim with its formula, and how lines and random masks are drawn. */
import type { ComponentChildren } from "preact";
import { DARK, LIGHT } from "../../../src/experiment/chart_theme.ts";
import { formatInteger } from "../../../src/experiment/results_numbers.ts";
import { ruleStyle } from "../../../src/experiment/rule_style.ts";
import type { FoundPoint } from "../../../src/worker/theory.ts";
import type { PlotAxis, PlotPoint, PlotSeries } from "../../parts/plot_types.ts";

/** The axis of chances. */
export const CHANCE: PlotAxis = {
  label: "chance",
  domain: [0, 1],
  ticks: [0, 0.25, 0.5, 0.75, 1],
  format: String,
};
/** Looks of lines: a chance, another one, and the reference. */
export const FIRST = ruleStyle("uniform"), SECOND = ruleStyle("pyramidal");
export const INK = { light: LIGHT.ink, dark: DARK.ink, shape: "circle", dash: [1, 0] };

/** A line of the formula, and masks as points with two standard deviations. */
export function curve(
  key: string,
  label: string,
  style: PlotSeries["style"],
  line: readonly PlotPoint[],
  points: readonly FoundPoint[] | undefined,
): PlotSeries[] {
  const drawn: PlotSeries = { key, label, style: { ...style, dash: [1, 0] }, points: line, marks: "none" };
  if (!points) return [drawn];
  const dots = points.map(({ x, found: { share, deviation, trials } }): PlotPoint => ({
    x,
    y: share,
    low: Math.max(0, share - 2 * deviation),
    high: Math.min(1, share + 2 * deviation),
    title: `${formatInteger(x)}: ${share.toFixed(3)} of ${trials} masks`,
  }));
  return [drawn, { key: `${key} found`, label: "", style, points: dots, marks: "only" }];
}

/** A claim, its formula, and what it means with the numbers as they are. */
export function Claim({ title, formula, children }: {
  readonly title: string;
  readonly formula: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  return (
    <div class="claim">
      <h2>{title}</h2>
      <p class="formula">
        {formula} <span class="tag">derived here</span>
      </p>
      <p class="secondary">{children}</p>
    </div>
  );
}

/** Whether answers are about the same numbers. */
export function sameNumbers(a: object, b: object): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
