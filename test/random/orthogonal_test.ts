import { strict as assert } from "node:assert";
import { looksLinear, orthogonal, pairedNormal } from "../../src/random/orthogonal.ts";

/** Largest difference of the rows' products from those of orthonormal rows. */
function error(matrix: Float64Array, rows: number, columns: number): number {
  let worst = 0;
  for (let a = 0; a < rows; a++) {
    for (let b = 0; b <= a; b++) {
      let product = 0;
      for (let j = 0; j < columns; j++) product += matrix[a * columns + j] * matrix[b * columns + j];
      worst = Math.max(worst, Math.abs(product - Number(a === b)));
    }
  }
  return worst;
}

Deno.test("rows are orthonormal, or columns where there are more rows", () => {
  assert(error(orthogonal(20, 33, 1, 0), 20, 33) < 1e-14);
  assert(error(orthogonal(40, 40, 1, 1), 40, 40) < 1e-14);
  const tall = orthogonal(30, 11, 1, 2), turned = new Float64Array(tall.length);
  for (let r = 0; r < 30; r++) for (let c = 0; c < 11; c++) turned[c * 30 + r] = tall[r * 11 + c];
  assert(error(turned, 11, 30) < 1e-14);
  assert.deepEqual(orthogonal(5, 7, 1, 0), orthogonal(5, 7, 1, 0));
  assert.notDeepEqual(orthogonal(5, 7, 1, 0), orthogonal(5, 7, 2, 0));
});

Deno.test("entries of an orthogonal matrix have either sign and the variance 1 / length", () => {
  const matrix = orthogonal(60, 100, 3, 0);
  const mean = matrix.reduce((sum, v) => sum + v, 0) / matrix.length;
  const square = matrix.reduce((sum, v) => sum + v * v, 0) / matrix.length;
  assert(Math.abs(mean) < 0.005 && Math.abs(square - 0.01) < 1e-12, `${mean} ${square}`);
});

Deno.test("looks-linear: two layers of ReLUs are a linear map, a norm-preserving one where sizes allow it", () => {
  const width = 16, inputs = 6;
  const first = looksLinear([width, inputs], 1, 0, { first: true, scale: 1 });
  const second = looksLinear([width, width], 1, 1, { first: false, scale: 1 });
  const layer = (weights: Float32Array, x: number[]) =>
    Array.from({ length: width }, (_, o) => x.reduce((sum, v, i) => sum + weights[o * x.length + i] * v, 0));
  const relu = (x: number[]) => x.map((v) => Math.max(v, 0));
  const net = (x: number[]) => layer(second, relu(layer(first, x)));
  const a = Array.from({ length: inputs }, (_, i) => Math.sin(i + 1)), b = a.map((_, i) => Math.cos(3 * i));
  const [of_a, of_b, sum] = [net(a), net(b), net(a.map((v, i) => 2 * v - b[i]))];
  sum.forEach((v, i) => assert(Math.abs(v - (2 * of_a[i] - of_b[i])) < 1e-5, `output ${i}`));
  const square = (x: number[]) => x.reduce((sum, v) => sum + v * v, 0);
  assert(Math.abs(square(of_a.slice(0, width / 2)) - square(a)) < 1e-5);
});

Deno.test("looks-linear is cut at odd sizes, and each tap has its own signs", () => {
  const shape = [5, 3, 3, 3], weights = looksLinear(shape, 1, 0, { first: false, scale: 0.5 });
  const at = (o: number, i: number, t: number) => weights[(o * 3 + i) * 9 + t];
  for (let t = 0; t < 9; t++) {
    assert.equal(at(3, 0, t), -at(0, 0, t));
    assert.equal(at(0, 2, t), -at(0, 0, t));
    assert.equal(at(3, 2, t), at(0, 0, t));
  }
});

Deno.test("paired biases cancel", () => {
  const even = pairedNormal(8, 1, 0, 0.1);
  assert.equal(even.reduce((sum, v) => sum + v, 0), 0);
  assert.deepEqual([...even.slice(4)], [...even.slice(0, 4)].map((v) => -v));
  assert.equal(pairedNormal(5, 1, 0, 1)[3], -pairedNormal(5, 1, 0, 1)[0]);
});
