/** Boxes of random resized crops by torchvision's law, what evaluation shows, and resizing as PyTorch does it. */
import { strict as assert } from "node:assert";
import { drawBox, fallbackBox, portableExp, resampling, rootTables } from "../../src/data/augment.ts";
import { resizePlane } from "../../src/data/reference.ts";
import { UserError } from "../../src/errors.ts";
import { assertClose } from "../ops/gpu.ts";
import cases from "../golden/augment/resize.json" with { type: "json" };

const CROP = { scale: [0.08, 1], ratio: [3 / 4, 4 / 3] } as const;

Deno.test("resizing is PyTorch's bilinear with antialiasing, half-pixel centres", () => {
  for (const { plane, width, box: [top, left, height, across], size, resized } of cases) {
    const found = resizePlane(plane, width, { top, left, height, width: across }, [size[0], size[1]]);
    assertClose(found, resized, 1e-7, `${height}×${across} to ${size}`);
  }
});

Deno.test("the portable exponential agrees with the engine's to many digits", () => {
  for (let x = -3; x <= 3; x += 0.01) assert.ok(Math.abs(portableExp(x) / Math.exp(x) - 1) < 1e-11, `e^${x}`);
  assert.equal(portableExp(0), 1);
});

Deno.test("boxes are whole numbers that depend on seed, epoch and position alone", () => {
  const sums = (seed: number, epoch: number) =>
    Array.from({ length: 50 }, (_, i) => Object.values(drawBox(seed, epoch, i, [60, 80], CROP)));
  assert.deepEqual(sums(1, 0), sums(1, 0));
  assert.notDeepEqual(sums(1, 0), sums(2, 0));
  assert.notDeepEqual(sums(1, 0), sums(1, 1));
  // never to change: runs repeat
  assert.deepEqual(sums(1, 0).slice(0, 4), PINNED);
});

const PINNED: number[][] = [[1, 26, 49, 50], [2, 4, 47, 60], [3, 4, 57, 66], [13, 14, 32, 29]];

Deno.test("boxes follow torchvision's law: shares, ratios and places", () => {
  const height = 200, width = 200, count = 20_000;
  const roots = rootTables([height, width], CROP);
  const boxes = Array.from({ length: count }, (_, i) => drawBox(3, 1, i, [height, width], CROP, roots));
  const shares: number[] = [], ratios: number[] = [];
  for (const { top, left, height: h, width: w } of boxes) {
    assert.ok(h > 0 && w > 0 && top >= 0 && left >= 0 && top + h <= height && left + w <= width);
    const share = h * w / (height * width), ratio = w / h;
    assert.ok(share > 0.075 && share <= 1 && ratio > 0.72 && ratio < 1.39, `${share} ${ratio}`);
    // all ratios fit where the share is below 3/4: there neither law is bent by tries that do not fit
    if (share < 0.74) shares.push(share), ratios.push(Math.log(ratio));
  }
  const mean = (values: number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
  assert.ok(Math.abs(mean(shares) - (0.08 + 0.74) / 2) < 0.006, `mean share ${mean(shares)}`);
  assert.ok(Math.abs(mean(ratios)) < 0.006, `mean logarithm of the ratio ${mean(ratios)}`);
  const spread = Math.sqrt(mean(ratios.map((r) => r * r)));
  assert.ok(Math.abs(spread - Math.log(4 / 3) / Math.sqrt(3)) < 0.005, `spread of the ratio ${spread}`);
  const free = boxes.filter(({ height: h }) => h < 150);
  assert.ok(Math.abs(mean(free.map(({ top, height: h }) => top / (height - h))) - 0.5) < 0.01, "tops are even");
  assert.ok(new Set(free.map(({ height: h, top }) => top === 0 || top === height - h)).size === 2, "both ends");
});

Deno.test("where no try fits, the middle is cut out", () => {
  assert.deepEqual(fallbackBox([20, 100], CROP), { top: 0, left: 36, height: 20, width: 27 });
  assert.deepEqual(fallbackBox([100, 20], CROP), { top: 36, left: 0, height: 27, width: 20 });
  assert.deepEqual(fallbackBox([30, 31], CROP), { top: 0, left: 0, height: 30, width: 31 });
  const wide = { scale: [1, 1], ratio: [3 / 4, 4 / 3] } as const;
  assert.deepEqual(drawBox(1, 0, 0, [20, 100], wide), fallbackBox([20, 100], wide), "the whole area never fits");
});

Deno.test("evaluation resizes the shorter side to 256/224 of the size and shows the middle", () => {
  const evaluate = { resizedCrop: true, augment: false };
  assert.deepEqual(resampling([64, 64], 224, evaluate), { resized: [256, 256], top: 16, left: 16 });
  assert.deepEqual(resampling([30, 45], 14, evaluate), { resized: [16, 24], top: 1, left: 5 });
  assert.deepEqual(resampling([32, 32], 32, evaluate), { resized: [37, 37], top: 2, left: 2 });
  assert.equal(resampling([32, 32], undefined, evaluate), undefined, "as they are");
  const plain = { resizedCrop: false, augment: true };
  assert.deepEqual(resampling([30, 45], 14, plain), { resized: [14, 14], top: 0, left: 0 });
  assert.equal(resampling([32, 32], 32, plain), undefined);
  assert.deepEqual(resampling([30, 45], undefined, { resizedCrop: true, augment: true })?.resized, [30, 45]);
});

Deno.test("shares and ratios that make no sense are refused", () => {
  for (const scale of [[0, 1], [0.5, 0.4], [0.5, 1.1], [NaN, 1]] as const) {
    assert.throws(() => rootTables([8, 8], { ...CROP, scale }), (error) => error instanceof UserError);
  }
  assert.throws(() => rootTables([8, 8], { ...CROP, ratio: [0, 1] }), /ratios 0 to 1/);
});
