/** Step time against density, log-log, with the dense step as the break-even line and the line that costs alone would draw. */
import { DARK, LIGHT } from "../../../src/experiment/chart_theme.ts";
import { formatDensity, formatSeconds } from "../../../src/experiment/results_numbers.ts";
import { ruleLabel, ruleStyle } from "../../../src/experiment/rule_style.ts";
import { Figure } from "../../parts/figure.tsx";
import { Plot } from "../../parts/plot.tsx";
import { DENSITY_TICKS, logTicks, type PlotSpec } from "../../parts/plot_types.ts";
import type { Measurement } from "./measurement.ts";
import { dateWords, ratioWords } from "./words.ts";

export function SpeedChart({ measured }: { readonly measured: Measurement }) {
  const { cells, rule, model, batch, adapter, rounds } = measured;
  const dense = cells.find((cell) => cell.rule === "dense")!, sparse = cells.filter((cell) => cell.rule !== "dense");
  const least = Math.min(...sparse.map(({ realisedDensity }) => realisedDensity), 0.01);
  const cost = sparse.map(({ realisedDensity: x, computeDensity: c }) => ({ x, y: c * dense.medianMs }));
  const times = [
    dense.spread.high,
    ...sparse.flatMap(({ spread }) => [spread.low, spread.high]),
    ...cost.map(({ y }) => y),
  ];
  const low = Math.min(...times) * 0.8, high = Math.max(...times) * 1.3, ticks = logTicks(low, high);
  const ink = { light: LIGHT.ink3, dark: DARK.ink3, shape: "circle", dash: [1, 3] };
  const spec: PlotSpec = {
    x: {
      label: "realised density p (log, sparser →)",
      log: true,
      domain: [1, least * 0.8],
      ticks: DENSITY_TICKS.filter((tick) => tick >= least * 0.8),
      format: String,
    },
    y: {
      label: "step time, ms (log)",
      log: true,
      domain: [low, high],
      ticks: ticks.length > 6 ? ticks.filter((tick) => /^[15]/.test(tick.toExponential())) : ticks,
      format: String,
    },
    series: [
      {
        key: "time",
        label: ruleLabel(rule),
        style: ruleStyle(rule),
        marks: "all",
        points: sparse.map((cell) => ({
          x: cell.realisedDensity,
          y: cell.medianMs,
          low: cell.spread.low,
          high: cell.spread.high,
          title: `asked ${cell.density}, kept ${formatDensity(cell.realisedDensity)}: ${
            formatSeconds(cell.medianMs / 1000)
          }, ${ratioWords(cell)} of dense`,
        })),
      },
      { key: "cost", label: "dense × c", style: ink, marks: "none", points: [{ x: 1, y: dense.medianMs }, ...cost] },
    ],
    references: [{
      label: "dense",
      points: [{ x: 1, y: dense.medianMs }, { x: least * 0.8, y: dense.medianMs }],
      dash: [6, 4],
      labelAt: "end",
    }],
  };
  const summary = `Step time of ${model} on ${adapter.name}: dense ${formatSeconds(dense.medianMs / 1000)}; ${
    sparse.map((cell) => `density ${formatDensity(cell.realisedDensity)} ${formatSeconds(cell.medianMs / 1000)}`).join(
      "; ",
    )
  }.`;
  return (
    <Figure
      title="Step time against density"
      subtitle={
        <>
          {model}, batch {batch}, {ruleLabel(rule)} masks. Medians of {rounds}{" "}
          interleaved rounds, bars: middle half; compilation left out. Dashed: the dense step, the break-even. Dotted:
          the dense step times compute density c, where all the work left out is time saved. {adapter.name},{" "}
          {dateWords(measured)}.
        </>
      }
      name={`speed-${model}-${rule}`}
      table={{
        head: [
          "rule",
          "asked density",
          "realised density",
          "compute density",
          "median ms",
          "quartile 1 ms",
          "quartile 3 ms",
          "over dense",
        ],
        rows: cells.map((cell) => [
          cell.rule,
          cell.density,
          cell.realisedDensity,
          cell.computeDensity,
          cell.medianMs,
          cell.spread.low,
          cell.spread.high,
          cell.ratioToDense,
        ]),
      }}
    >
      <Plot spec={spec} summary={summary} height={340} />
    </Figure>
  );
}
