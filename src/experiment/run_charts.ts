/** Curves of one run, or of two that are compared: accuracy and loss over epochs, each in a chart of its own. */

import { type Curve, curvesChart } from "./chart_curves.ts";
import type { Series } from "./chart_series.ts";
import { type CurveKind, curveOf } from "./report_data.ts";
import type { Figure } from "./report_figures.ts";
import { formatLoss, formatPercent } from "./results_numbers.ts";
import type { StoredRun } from "./run_reader.ts";
import { type RuleId, ruleStyle } from "./rule_style.ts";

/** A run with the name of its line. */
export interface NamedRun {
  readonly name: string;
  readonly run: Pick<StoredRun, "config" | "metrics">;
}

/** Looks that a line takes whose rule is another line's. */
const LOOKS: readonly RuleId[] = ["uniform", "erk", "balanced", "pyramidal", "custom"];

/** The charts that the runs' metrics allow. */
export function runFigures(runs: readonly NamedRun[]): Figure[] {
  const taken = new Set<unknown>();
  const series = runs.map(({ name, run }): Series => {
    const own = ruleStyle(run.config.mask.rule);
    const style = [own, ...LOOKS.map(ruleStyle)].find((look) => !taken.has(look)) ?? own;
    taken.add(style);
    return { name, style, hollow: false, groups: [] };
  });
  const set = { title: "", colour: "run", series, dense: undefined };
  return (["test accuracy", "training loss"] as CurveKind[]).flatMap((kind) => {
    const percent = kind === "test accuracy";
    const curves = runs.map(({ name, run }): Curve => {
      const points = curveOf(run.metrics, kind).map(({ epoch, value }) => ({ x: epoch, y: value }));
      return { panel: kind, series: name, seed: null, points };
    });
    const ends = curves.map(({ series, points }) => {
      const last = points.at(-1)?.y ?? null;
      return `${series} ${percent ? `${formatPercent(last, 1)} %` : formatLoss(last)}`;
    });
    const title = `${kind[0].toUpperCase()}${kind.slice(1)} over training`;
    const summary = `${title}, after the last epoch: ${ends.join("; ")}.`;
    const subtitle = [runs.length > 1 ? "Colour and dash: run. No smoothing." : "No smoothing."];
    const spec = curvesChart(set, curves, { title, subtitle, x: "epoch", y: kind, percent, description: summary });
    return spec ? [{ name: `curves-${percent ? "accuracy" : "loss"}`, spec, summary }] : [];
  });
}
