import { strict as assert } from "node:assert";
import * as fc from "fast-check";
import { proportionalDensities } from "../../src/masks/rules/proportional.ts";

Deno.test("shares are scaled to the whole; a layer that is full leaves the rest to the others", () => {
  // 0.2·(10 + 90) = 20 = s·(0.4·10 + 0.1·90): s = 20/13
  const near = (found: number[], expected: number[]) =>
    found.forEach((density, l) => assert(Math.abs(density - expected[l]) < 1e-12, `${found}`));
  near(proportionalDensities([10, 90], [0.4, 0.1], 0.2), [8 / 13, 2 / 13]);
  // 50: the first layer is full with 10, the second keeps 40 of 90
  near(proportionalDensities([10, 90], [0.4, 0.1], 0.5), [1, 4 / 9]);
  near(proportionalDensities([10, 90], [0, 0.5], 0.45), [0, 0.5]);
  // an empty layer stays empty, whatever is asked for
  near(proportionalDensities([10, 90], [0, 0.5], 0.95), [0, 1]);
});

Deno.test("the whole is kept exactly, in the given proportions, for any ratios", () => {
  const layer = fc.record({
    size: fc.integer({ min: 1, max: 1e6 }),
    ratio: fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 1, noNaN: true })),
  });
  fc.assert(fc.property(
    fc.array(layer, { minLength: 1, maxLength: 30 }),
    fc.double({ min: 1e-4, max: 1, noNaN: true }),
    (layers, density) => {
      const sizes = layers.map(({ size }) => size), ratios = layers.map(({ ratio }) => ratio);
      const densities = proportionalDensities(sizes, ratios, density);
      const all = sizes.reduce((a, b) => a + b, 0);
      const kept = densities.reduce((sum, p, l) => sum + p * sizes[l], 0);
      const room = sizes.reduce((sum, size, l) => sum + (ratios[l] > 0 ? size : 0), 0);
      const wanted = Math.min(density * all, room);
      assert(Math.abs(kept - wanted) <= 1e-9 * all, `kept ${kept} of ${wanted}`);
      const scales = densities.flatMap((p, l) => p > 0 && p < 1 ? [p / ratios[l]] : []);
      const [low, high] = [Math.min(...scales), Math.max(...scales)];
      assert(scales.length === 0 || high - low <= 1e-9 * high);
      // who is full would have had more than its weights
      densities.forEach((p, l) => assert(p < 1 || scales.length === 0 || ratios[l] * low >= 1 - 1e-9));
      densities.forEach((p, l) => assert(p >= 0 && p <= 1 && (p > 0) === (ratios[l] > 0)));
    },
  ));
});
