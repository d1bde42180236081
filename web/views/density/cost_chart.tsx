/** Compute density against asked density, all rules. */
import type { DensityCurves, DensityOverview } from "../../../src/experiment/density_overview.ts";
import { formatDensity } from "../../../src/experiment/results_numbers.ts";
import { ruleLabel, ruleStyle } from "../../../src/experiment/rule_style.ts";
import type { RuleName } from "../../../src/masks/rules/registry.ts";
import { Figure } from "../../parts/figure.tsx";
import { Plot } from "../../parts/plot.tsx";
import { DENSITY_TICKS, type PlotPoint, type PlotSpec } from "../../parts/plot_types.ts";

interface CostChartProps {
  readonly overview: DensityOverview;
  readonly curves: DensityCurves;
  readonly rules: readonly RuleName[];
}

/** Lines by rule, and the chosen density as a rule across. */
export function CostChart({ overview, curves, rules }: CostChartProps) {
  const asked = overview.density;
  const chosen = rules.map((rule): PlotPoint => {
    const c = overview.rules.find((each) => each.rule === rule)!.computeDensity;
    return { x: asked, y: c, title: `${ruleLabel(rule)} at ${asked}: c ${formatDensity(c)}` };
  });
  const spec: PlotSpec = {
    x: {
      label: "asked density p (log, sparser →)",
      log: true,
      domain: [1, 0.001],
      ticks: DENSITY_TICKS,
      format: String,
    },
    y: {
      label: "compute density c (log)",
      log: true,
      domain: [0.001, 1],
      ticks: [1, 0.1, 0.01, 0.001],
      format: String,
    },
    series: rules.map((rule, i) => {
      const line = curves.rules.find((each) => each.rule === rule)!;
      return {
        key: rule,
        label: ruleLabel(rule),
        style: ruleStyle(rule),
        points: curves.densities.map((x, at) => ({ x, y: line.computeDensity[at] })),
        marks: { at: chosen[i] },
      };
    }),
    references: [{
      label: `p = ${asked}`,
      points: [{ x: asked, y: 0.001 }, { x: asked, y: 1 }],
      dash: [2, 3],
      labelAt: "top",
    }],
  };
  const summary = `Compute density of ${overview.model} at asked density ${asked}: ${
    rules.map((rule, i) => `${ruleLabel(rule)} ${formatDensity(chosen[i].y)}`).join(", ")
  }.`;
  return (
    <Figure
      title="What a step should cost"
      subtitle={
        <>
          Multiply-adds that are kept, of all, as each rule expects; {overview.model} on{" "}
          {overview.dataset}. Colour: rule. Dotted: the density that is asked for.
        </>
      }
      name={`cost-${overview.model}`}
      table={{
        head: ["rule", "asked density", "expected density", "compute density"],
        rows: rules.flatMap((rule) => {
          const line = curves.rules.find((each) => each.rule === rule)!;
          return curves.densities.map((density, i) => [
            rule,
            density,
            line.expectedDensity[i],
            line.computeDensity[i],
          ]);
        }),
      }}
    >
      <Plot spec={spec} summary={summary} />
    </Figure>
  );
}
