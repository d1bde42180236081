import { strict as assert } from "node:assert";
import { addRows, decimate, MOST_POINTS, noPoints, valueAtStep } from "../../web/state/curves.ts";

const row = (step: number, value = step) => [step, step * 10, step / 2, value, 0.5];

Deno.test("rows are added column by column, and steps that are repeated replace what was there", () => {
  const curve = noPoints();
  addRows(curve, new Float32Array([...row(1), ...row(2), ...row(3)]));
  addRows(curve, new Float32Array([...row(2, 9), ...row(4)]));
  assert.deepEqual(curve.step, [1, 2, 4]);
  assert.deepEqual(curve.loss, [1, 9, 4]);
  assert.deepEqual(curve.images, [10, 20, 40]);
});

Deno.test("a curve keeps its newest points", () => {
  const curve = noPoints();
  const rows = Array.from({ length: MOST_POINTS + 5 }, (_, i) => row(i + 1)).flat();
  addRows(curve, new Float32Array(rows));
  assert.equal(curve.step.length, MOST_POINTS);
  assert.equal(curve.step[0], 6);
});

Deno.test("a moment's place on the axis of GPU seconds lies between the points around it", () => {
  const curve = noPoints();
  addRows(curve, new Float32Array([...row(2), ...row(4)]));
  const seconds = (step: number) => valueAtStep(curve.step, curve.gpuSeconds, step);
  assert.equal(seconds(3), 1.5);
  assert.equal(seconds(2), 1);
  assert.equal(seconds(1), 1);
  assert.equal(seconds(500), 2);
  assert.equal(valueAtStep([], [], 3), 0);
});

Deno.test("thinning keeps every column's lowest and highest, in order, and skips what is no number", () => {
  const x = Array.from({ length: 1000 }, (_, i) => i), y = x.map((i) => Math.sin(i));
  y[503] = 50;
  y[504] = -50;
  y[700] = NaN;
  const thin = decimate(x, y, 0, 1000, 10);
  assert(thin.x.length <= 20);
  assert(thin.y.includes(50) && thin.y.includes(-50));
  assert(thin.y.every(Number.isFinite));
  assert.deepEqual(thin.x, [...thin.x].sort((a, b) => a - b));
  assert.deepEqual(decimate([1, 2, 3], [4, NaN, 6], 0, 3, 10), { x: [1, 3], y: [4, 6] });
});
