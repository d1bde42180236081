import { strict as assert } from "node:assert";
import * as fc from "fast-check";
import type { TopLevelSpec } from "vega-lite";
import { renderSvg } from "../../src/experiment/chart_render.ts";
import { type SeriesSet, seriesSets } from "../../src/experiment/chart_series.ts";
import { accuracyChart, accuracySummary } from "../../src/experiment/chart_spec.ts";
import { stepTimeChart, stepTimeSummary } from "../../src/experiment/chart_time.ts";
import { darkStyles, dodge } from "../../src/experiment/chart_theme.ts";
import { groupRuns } from "../../src/experiment/results_groups.ts";
import { ruleStyle } from "../../src/experiment/rule_style.ts";
import type { RunResult } from "../../src/experiment/run_result.ts";
import { madeUpQuickstart, madeUpResult } from "./made_up.ts";

async function draw(spec: TopLevelSpec | undefined): Promise<string> {
  assert(spec, "no chart");
  const warnings: string[] = [];
  const svg = await renderSvg(spec, { warn: (message) => warnings.push(message) });
  assert.deepEqual(warnings, []);
  assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
  return svg;
}

const setOf = (runs: RunResult[]): SeriesSet | undefined => seriesSets(groupRuns(runs))[0];

Deno.test("charts are drawn without a warning, with a label, colour and dash for each rule", async () => {
  const groups = setOf(madeUpQuickstart());
  for (const spec of [accuracyChart(groups), stepTimeChart(groups)]) {
    const svg = await draw(spec);
    for (const rule of ["uniform", "erk", "balanced", "pyramidal"] as const) {
      assert(svg.includes(`stroke="${ruleStyle(rule).light}"`), `${rule} has no line`);
    }
    for (const label of ["uniform ", "ERK ", "balanced ", "pyramidal "]) assert(svg.includes(`>${label}`), label);
    assert.match(svg, /stroke-dasharray="8,3"/);
    assert(svg.length < 60_000, `${svg.length} characters`);
  }
  const accuracy = await draw(accuracyChart(groups));
  assert.match(accuracy, />dense 88\.1\u2009%</);
  assert.match(accuracy, /one seed \(n = 1\), no interval/);
  assert.match(await draw(stepTimeChart(groups)), />y = c</);
});

Deno.test("the same results give the same picture", async () => {
  const groups = setOf(madeUpQuickstart([1, 2, 3]));
  assert.equal(await draw(accuracyChart(groups)), await draw(accuracyChart(groups)));
  assert.match(await draw(accuracyChart(groups)), /mean and 95 % t interval, seeds as dots/);
});

Deno.test("there is no chart where there is nothing to compare", () => {
  assert.equal(accuracyChart(undefined), undefined);
  assert.equal(accuracyChart(setOf([madeUpResult()])), undefined);
  assert.equal(stepTimeChart(setOf([madeUpResult({ rule: "erk", density: 0.1 })])), undefined);
});

Deno.test("odd results are drawn all the same", async () => {
  const odd: Parameters<typeof madeUpResult>[0][][] = [
    [{}, { rule: "erk", density: 0.1 }],
    [{}, { rule: "uniform", density: 1 }],
    [{}, { rule: "uniform", density: 0.0001, imagesPerSecond: 1e6 }],
    [{}, { rule: "file", density: 0.3, imagesPerSecond: 3 }],
    [{ best: null }, { rule: "erk", density: 0.1, best: null }, { rule: "erk-str", density: 0.1, best: null }],
    [{}, { rule: "erk", density: 0 }, { rule: "custom", density: 0.2 }],
  ];
  odd.push([{}, { seed: 2, best: { epoch: 1, validationAccuracy: 0.5, testAccuracy: 0.1 } }, {
    rule: "balanced-partial",
    density: 0.1,
  }]);
  for (const runs of odd) {
    const groups = setOf(runs.map(madeUpResult));
    await draw(accuracyChart(groups));
    await draw(stepTimeChart(groups));
  }
  const withoutDense = setOf([madeUpResult({ rule: "erk", density: 0.1 })]);
  assert.doesNotMatch(await draw(accuracyChart(withoutDense)), />dense/);
});

Deno.test("charts are told in words as well", () => {
  const groups = setOf(madeUpQuickstart().slice(0, 2))!;
  assert.equal(
    accuracySummary(groups),
    "Test accuracy: dense 88.1\u2009%; uniform at density 0.0998 86.2\u2009%.",
  );
  assert.equal(stepTimeSummary(groups), "Step time over dense at compute density: uniform 0.53× at 0.0997.");
});

Deno.test("labels keep their order, their distance and the chart's bounds", () => {
  fc.assert(fc.property(fc.array(fc.double({ min: -50, max: 350, noNaN: true }), { maxLength: 8 }), (wanted) => {
    const placed = dodge(wanted, 15, 0, 300);
    const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b] || a - b);
    for (let k = 0; k < order.length; k++) {
      assert(placed[order[k]] >= -1e-9 && placed[order[k]] <= 300 + 1e-9);
      if (k > 0) assert(placed[order[k]] - placed[order[k - 1]] >= 15 - 1e-6);
    }
  }));
  assert.deepEqual(dodge([10, 100], 15, 0, 300), [10, 100], "labels apart stay where they are");
});

Deno.test("dark ground has a colour for each that a chart uses", async () => {
  const groups = setOf(madeUpQuickstart([1, 2]));
  const css = darkStyles(".chart", groups!.series.map(({ style }) => style));
  for (const spec of [accuracyChart(groups), stepTimeChart(groups)]) {
    const svg = await draw(spec);
    const colours = new Set(Array.from(svg.matchAll(/(?:fill|stroke)="(#[0-9a-f]{3,6})"/gi), (match) => match[1]));
    assert(colours.size > 5);
    for (const colour of colours) {
      assert(css.toLowerCase().includes(`"${colour.toLowerCase()}"`), `${colour} stays light`);
    }
  }
});
