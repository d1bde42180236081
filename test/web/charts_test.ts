import { strict as assert } from "node:assert";
import type { ChartSeries } from "../../web/views/train/chart_series.ts";
import { extent, summaryOf } from "../../web/views/train/chart_series.ts";
import { curveCsv, curveSvg, niceTicks } from "../../web/views/train/chart_svg.ts";
import { maskGrid } from "../../web/views/train/mask_grid.ts";

const look = { colour: "--rule-uniform", glyph: "●", dash: [8, 3] };
const series: ChartSeries[] = [
  { name: "a & b", look, x: [0, 1, 2], y: [10, 60, 50], points: [{ x: 2, y: 52 }], marks: [] },
  { name: "later", look: { ...look, dash: [1, 0] }, x: [0, 1], y: [NaN, 20], points: [], marks: [] },
];

Deno.test("a chart's range spans lines and marks, and leaves out what is no number", () => {
  assert.deepEqual(extent(series, "y"), [10, 60]);
  assert.deepEqual(extent(series, "x"), [0, 2]);
  assert.equal(extent([], "x"), undefined);
});

Deno.test("a chart is told in words, with units", () => {
  assert.equal(
    summaryOf(series, "accuracy", "gpu").replaceAll("\u2009", " "),
    "Accuracy against GPU seconds. a & b: test accuracy 52.0 % after 2.00 s; later: training accuracy 20.0 % after 1.00 s.",
  );
  assert.equal(summaryOf([], "loss", "epochs"), "Loss against epochs. Nothing yet.");
});

Deno.test("ticks are whole steps of 1, 2 or 5 inside the range", () => {
  assert.deepEqual(niceTicks(0, 23, 5), [0, 5, 10, 15, 20]);
  assert.deepEqual(niceTicks(0.1, 0.42, 4), [0.1, 0.2, 0.3, 0.4]);
  assert.deepEqual(niceTicks(3, 3, 4), [3]);
});

Deno.test("the SVG has a line and a label a lane, its dashes, and no markup from names", () => {
  const svg = curveSvg({
    title: "Accuracy",
    subtitle: "s",
    xLabel: "x",
    yLabel: "y",
    series,
    colour: (token) => `#${token.length}`,
  });
  assert.equal(svg.match(/fill="none"/g)!.length, 2);
  assert.equal(svg.match(/stroke-dasharray="8 3"/g)!.length, 1);
  assert(svg.includes("a &amp; b") && !svg.includes("a & b"));
  assert(!svg.includes("NaN"));
});

Deno.test("the CSV has every point and evaluation, a row each", () => {
  const curve = { step: [1, 2], images: [10, 20], gpuSeconds: [0.5, 1], loss: [2.5, 2.25], accuracy: [0.1, 0.2] };
  const epochs = [{ epoch: 1, lr: 0.1, train: { loss: 2, accuracy: 0.2 }, test: { loss: 1.5, accuracy: 0.5 } }];
  const lane = {
    title: "0.1, uniform",
    curve: { value: curve },
    epochs: { value: epochs },
    start: { value: { images: 20 } },
  };
  assert.equal(
    curveCsv([lane as never]),
    "run,kind,step,images,gpu_seconds,loss,accuracy\n" +
      '"0.1, uniform",training,1,10,0.5,2.5,0.1\n"0.1, uniform",training,2,20,1,2.25,0.2\n"0.1, uniform",test,,20,,1.5,0.5\n',
  );
});

Deno.test("a mask's picture shows a corner of kernels with a line between them, or of plain weights", () => {
  const kernels = maskGrid([32, 16, 3, 3]);
  assert.deepEqual([kernels.outputs, kernels.inputs, kernels.width, kernels.height], [12, 12, 47, 47]);
  assert.equal(kernels.cells.length, 12 * 12 * 9);
  const second = kernels.cells.find(({ index }) => index === 16 * 9 + 9 + 4)!;
  assert.deepEqual([second.x, second.y], [5, 5]);
  const linear = maskGrid([10, 300]);
  assert.deepEqual([linear.width, linear.height], [48, 10]);
  assert.deepEqual(linear.cells[48], { index: 300, x: 0, y: 1 });
});
