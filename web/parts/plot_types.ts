/** What a line chart of the page shows; how it is drawn is in plot.tsx. */
import type { RuleStyle } from "../../src/experiment/rule_style.ts";

/** One axis. */
export interface PlotAxis {
  /** With its unit: "step time, ms". */
  readonly label: string;
  readonly log?: boolean;
  /** From left to right, or from bottom to top: density runs from 1 down. */
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
  readonly format: (value: number) => string;
}

/** One point. */
export interface PlotPoint {
  readonly x: number;
  readonly y: number;
  /** Ends of an interval. */
  readonly low?: number;
  readonly high?: number;
  /** Shown where the pointer rests. */
  readonly title?: string;
}

/** A line with its label at its end, if it has one. */
export interface PlotSeries {
  readonly key: string;
  readonly label: string;
  readonly style: Omit<RuleStyle, "glyph">;
  readonly points: readonly PlotPoint[];
  /** A mark at each point, or on one of them; "only" marks, without a line between them. */
  readonly marks: "all" | "only" | "none" | { readonly at: PlotPoint };
  readonly hollow?: boolean;
}

/** A line that is no data: a reference, a break-even, what was chosen. */
export interface PlotReference {
  readonly label: string;
  readonly points: readonly [Pick<PlotPoint, "x" | "y">, Pick<PlotPoint, "x" | "y">];
  readonly dash: readonly number[];
  /** Where its label stands: at the right end, like those of series, or at the top of the plot. */
  readonly labelAt: "end" | "top";
}

/** A chart. */
export interface PlotSpec {
  readonly x: PlotAxis;
  readonly y: PlotAxis;
  readonly series: readonly PlotSeries[];
  readonly references?: readonly PlotReference[];
}

/** The numbers of a chart, as its table and CSV have them. */
export interface FigureTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** Ticks of a density axis, page.md §5. */
export const DENSITY_TICKS = [1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001] as const;

/** 1, 2 and 5 of every decade between two values. */
export function logTicks(low: number, high: number): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const digit of [1, 2, 5]) {
      const tick = Number(`${digit}e${power}`);
      if (tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)) ticks.push(tick);
    }
  }
  return ticks;
}
