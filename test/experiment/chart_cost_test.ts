import { strict as assert } from "node:assert";
import { breakEven, costChart, type CostSeries, costSummary } from "../../src/experiment/chart_cost.ts";
import { renderSvg } from "../../src/experiment/chart_render.ts";
import { ruleStyle } from "../../src/experiment/rule_style.ts";

const TEXTS = { title: "Cost", subtitle: ["of a step"], x: "c", y: "time over dense", proportional: "y = c" };
const point = (x: number, ratio: number) => ({ x, ratio, low: 0.9 * ratio, high: 1.1 * ratio });
const SERIES: CostSeries[] = [
  { name: "vgg16", rule: "uniform", points: [point(0.5, 1.2), point(0.1, 0.6), point(0.01, 0.08)] },
  { name: "resnet18", rule: "uniform", points: [point(0.1, 0.7), point(0.001, 0.06)] },
];

Deno.test("costs are drawn with a line, a look and a label for each series, break-even and y = c", async () => {
  const warnings: string[] = [];
  const svg = await renderSvg(costChart(SERIES, TEXTS)!, { warn: (message) => warnings.push(message) });
  assert.deepEqual(warnings, []);
  assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
  for (const label of ["vgg16 0.080×", "resnet18 0.060×", "y = c"]) assert(svg.includes(`>${label}<`), label);
  for (const look of ["uniform", "erk"] as const) assert(svg.includes(`stroke="${ruleStyle(look).light}"`), look);
  assert.equal(costChart([{ ...SERIES[0], points: [] }], TEXTS), undefined);
});

Deno.test("a chart of costs is told in words as well", () => {
  assert.equal(
    costSummary(SERIES, TEXTS),
    "time over dense: vgg16 1.2× at 0.500, 0.60× at 0.100, 0.080× at 0.0100; resnet18 0.70× at 0.100, 0.060× at 0.00100.",
  );
});

Deno.test("break-even lies where the cost crosses that of dense, on log axes", () => {
  assert.equal(breakEven([point(0.4, 2), point(0.1, 0.5)])?.toFixed(6), "0.200000");
  assert.equal(breakEven(SERIES[1].points), null);
  assert.equal(breakEven([]), null);
});
